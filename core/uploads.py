"""What every form does with a file somebody sends: judge its content, and have it scanned where there is a scanner."""

from collections.abc import Collection

from django import forms
from django.core.files.uploadedfile import UploadedFile

from core.file_types import MAX_BYTES, FileRefused, FileType, judge
from core.virus_scan import refuse_viruses


def checked_upload(
    file: UploadedFile, *, endings: Collection[str] | None = None, most_bytes: int = MAX_BYTES
) -> FileType:
    """Return what the file is (core.file_types.judge). Raises forms.ValidationError with a sentence for its field."""
    try:
        kind = judge(file.name or "", file, endings=endings, most_bytes=most_bytes)
        refuse_viruses(file)
    except FileRefused as error:
        raise forms.ValidationError(str(error)) from error
    return kind
