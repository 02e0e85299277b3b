"""What stands before every export of people (settings.EXPORT_GUARD): a fresh proof, and a second person."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from accounts.actions.exports import take_export
from accounts.export_screens import AskView
from accounts.proof import proof_address, proved_lately
from core.staff_exports import AskedExport


def stand_before(request: HttpRequest, asked: AskedExport) -> HttpResponseBase | None:
    """Return None when the export may begin (and is written down), else the page to show instead.

    That is the page to prove oneself on, which leads back to the very export; or the question to a second person. Words
    that were posted with the question are heeded even when the export has meanwhile become free to take.
    """
    user: Any = request.user
    if not proved_lately(request):
        return HttpResponseRedirect(proof_address(asked.address, is_download=True))
    if request.method != "POST" and take_export(asked=asked, by=user, at=timezone.now()):
        return None
    answer: HttpResponseBase = AskView.as_view(asked=asked)(request)
    return answer
