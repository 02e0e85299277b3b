"""How often materials were taken: by partner, by language, by version, and all of it as a file."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from coalition.models import Material, MaterialDownload
from coalition.selectors.materials import GROUPS, campaigns_with_materials, downloads_by, downloads_csv
from core import audit
from core.staff_page import StaffPage
from core.staff_views import RefusalPageMixin, refuse

PERMISSION = "coalition.view_material"
PER_PAGE = 100
_TABS = (("partner", _("By partner")), ("language", _("By language")), ("version", _("By version")))


class DownloadsView(StaffPage):
    """The downloads of one campaign's materials; no person is in them."""

    permission = PERMISSION
    template_name = "coalition/staff/material_downloads.html"
    page_title = _("Downloads of materials")
    header_icon = "download"
    trail = (("staff_materials:index", _("Materials")),)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        campaigns = list(campaigns_with_materials(user))
        wanted, what = self.request.GET.get("campaign", ""), self.request.GET.get("by", "")
        campaign = next((each for each in campaigns if str(each.pk) == wanted), next(iter(campaigns), None))
        what = what if what in GROUPS else "partner"
        rows = MaterialDownload.objects.visible_to(user).filter(version__material__campaign=campaign)
        lines = downloads_by(rows, what) if campaign is not None else []
        return {
            **super().get_context_data(**kwargs),
            "campaigns": campaigns,
            "campaign": campaign,
            "by": what,
            "tabs": _TABS,
            "page": Paginator(lines, PER_PAGE).get_page(self.request.GET.get("p")),
            "total": sum(line.count for line in lines),
        }


class DownloadsFileView(RefusalPageMixin, View):
    """Every material, version and partner with its downloads, as CSV. Sums only, so no second person is asked."""

    http_method_names = ["get", "options"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        user: Any = request.user
        if not user.has_perm(PERMISSION):
            return refuse(request)
        campaign = get_object_or_404(campaigns_with_materials(user), pk=pk)
        seen = Material.objects.visible_to(user).filter(campaign=campaign)
        rows = MaterialDownload.objects.visible_to(user).filter(version__material__in=seen.values("pk"))
        audit.record("coalition.material_downloads.exported", by=user, target=campaign)
        name = f"downloads-{campaign.slug}-{timezone.localdate():%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return StreamingHttpResponse(downloads_csv(rows), content_type="text/csv; charset=utf-8", headers=headers)
