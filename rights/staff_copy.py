"""The copy for somebody who cannot fetch it by a link: the officer prints it or hands it over."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import audit
from core.staff_exports import AskedExport, stand_before
from core.staff_views import refuse
from rights.copies import make_copy, pieces_of
from rights.models import RightsRequest
from rights.staff_pages import RequestPage


class CopyView(RequestPage):
    """A fresh proof first, like every file of people; then the copy, made as it is sent and kept nowhere."""

    permission = "rights.change_rightsrequest"
    http_method_names = ["get", "post", "options"]
    head = None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Send the copy. A POST carries words for a second person, whom the guard may ask for."""
        back = reverse("staff_rights:show", args=[self.asked.pk])
        if not self.asked.offers_copy(timezone.now() - timedelta(days=settings.RIGHTS_COPY_DAYS)):
            messages.error(request, gettext("No copy is asked for here any more. Write down a request for one."))
            return redirect(back)
        if not self.may_hand_copy():
            return refuse(request)
        asked = AskedExport(
            what=_("Everything held about one person"),
            permission=self.permission,
            address=request.path,
            back=back,
            people=lambda _most: 1,
        )
        return stand_before(request, asked) or self._send()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self.get(request, *args, **kwargs)

    def _send(self) -> HttpResponseBase:
        at, person = timezone.now(), self.asked.supporter
        if person is None:
            return redirect("staff_rights:show", self.asked.pk)
        made = make_copy(person, language=self.asked.language, at=at)
        RightsRequest.objects.filter(pk=self.asked.pk).update(counts=made.counts)
        audit.record("rights.copy.handed_out", by=self.request.user, target=self.asked, counts=made.counts)
        response = StreamingHttpResponse(pieces_of(made.file), content_type="application/zip")
        name = f"data-request-{self.asked.pk}-{at:%Y-%m-%d}.zip"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response
