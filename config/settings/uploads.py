"""What staff may upload, how it is looked at, and how it is handed over."""

from config.env import env_int, env_str
from core.file_types import MAX_BYTES
from core.virus_scan import scanner_place

WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.image_uploads.CleanImageForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
# What a browser would run is no document; all are handed over as files to keep, never shown, and cms.document_uploads
# judges their content (core.file_types knows these endings).
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.document_uploads.JudgedDocumentForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = MAX_BYTES
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "odt", "rtf", "txt", "csv", "xlsx", "ods", "pptx", "odp", "ics", "zip"]
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []
WAGTAILDOCS_SERVE_METHOD = "serve_view"
# A clamd that looks at what is uploaded: tcp://host:3310 or unix:///run/clamav/clamd.ctl; none: nobody does. It has so
# many seconds for each step of the talk; a file it does not clear is refused.
CLAMD_ADDRESS = env_str("CLAMD_ADDRESS", "")
CLAMD_SECONDS = env_int("CLAMD_SECONDS", 30)
if CLAMD_ADDRESS:
    scanner_place(CLAMD_ADDRESS)
