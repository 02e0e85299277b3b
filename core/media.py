"""Uploaded images, served by the web process where no proxy does it."""

import posixpath

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe


@require_safe
def serve_image(request: HttpRequest, path: str) -> FileResponse:
    """Answer with an uploaded image or one of its renditions; ``path`` starts with the folder the URL pattern allows.

    Documents are not served here: Wagtail's own view asks who may read them. A path that climbs (``images/../…``) is
    answered as not there.
    """
    if posixpath.normpath(path) != path:
        raise Http404
    try:
        content = default_storage.open(path)
    except (FileNotFoundError, IsADirectoryError):
        raise Http404 from None
    return FileResponse(content, headers={"Cache-Control": "public, max-age=86400"})
