"""Documents staff upload: judged by their content, and handed over as files to keep that no browser opens as a page."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.documents.forms import BaseDocumentForm
from wagtail.documents.views import serve

from core.handed_files import sandboxed
from core.uploads import checked_upload


class JudgedDocumentForm(BaseDocumentForm):
    """Wagtail's form; every way of uploading a document goes through it."""

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if isinstance(file, UploadedFile):
            checked_upload(
                file, endings=settings.WAGTAILDOCS_EXTENSIONS, most_bytes=settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
            )
        return file


def serve_document(request: HttpRequest, document_id: str, filename: str) -> HttpResponseBase:
    """Answer as Wagtail does, which asks who may read the document; the file itself is put into a sandbox."""
    response: HttpResponseBase = serve.serve(request, document_id, filename)
    is_file = response.headers.get("Content-Disposition", "").startswith("attachment")
    return sandboxed(response) if is_file else response
