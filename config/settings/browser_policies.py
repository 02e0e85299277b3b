"""What browsers are told that our pages may do: load, frame, connect to, ask of the device."""

from csp.constants import NONE, SELF, UNSAFE_INLINE

# What a page of ours never asks a browser for; the phone app at /m/ may ask where it is (core.middleware).
PERMISSIONS_POLICY = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "base-uri": [NONE],
    },
}
# What the staff area may do beyond that (core.middleware applies it to nothing else): frame its own previews, show what
# is about to be uploaded, and write style attributes, as Wagtail's widgets do. Scripts stand in files there too
# (cms.staff_widgets). Browsers that do not tell style elements from attributes (Safari before 15.4) read style-src.
STAFF_CONTENT_SECURITY_POLICY = {
    "style-src": [SELF, UNSAFE_INLINE],
    "style-src-elem": [SELF],
    "style-src-attr": [UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],
    "worker-src": [SELF, "blob:"],
}
