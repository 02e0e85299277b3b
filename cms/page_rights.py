"""Whose page it is: a campaign's pages are changed, and seen as drafts, by those who coordinate the campaign alone.

Wagtail gives its rights over the whole tree. Pages that belong to no campaign (the home page, plain ones above any
campaign) stay everybody's who edits pages.
"""

from typing import Any

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet
from wagtail.models import Page, PagePermissionTester
from wagtail.permission_policies.pages import PagePermissionPolicy

from campaigns.models import Campaign

# Where a page model says its campaign: the reverse name from Page, and the way on from there.
CAMPAIGN_PATHS = {
    "campaignpage": "campaign",
    "petitionpage": "petition__campaign",
    "eventspage": "campaign",
    "partnerspage": "campaign",
    "pledgepage": "pledge_kind__campaign",
    "registrationpage": "campaign",
    "volunteerpage": "campaign",
}


def foreign_pages(user: Any) -> QuerySet[Page]:
    """Return the pages of campaigns the user does not coordinate."""
    mine = Campaign.objects.changeable_by(user).values("pk")
    foreign = Q(pk__in=[])
    for model, path in CAMPAIGN_PATHS.items():
        foreign |= Q(**{f"{model}__isnull": False}) & ~Q(**{f"{model}__{path}__in": mine})
    return Page.objects.filter(foreign)


def is_foreign(user: Any, page: Page) -> bool:
    """Whether the page, or one above it, belongs to a campaign the user does not coordinate."""
    if user.is_superuser or not page.path:
        return False
    steps = range(Page.steplen, len(page.path) + 1, Page.steplen)
    above = [page.path[:end] for end in steps]
    return foreign_pages(user).filter(path__in=above).exists()


class CampaignPagePermissionTester(PagePermissionTester):
    """Wagtail's, but with no right over the pages of others' campaigns."""

    permissions: set[str]

    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        if user.is_active and not user.is_superuser and self.permissions and is_foreign(user, page):
            self.permissions = set()


class CampaignPagePolicy(PagePermissionPolicy):
    """Wagtail's, but others' campaigns are in no list, search, choice or answer of the API."""

    def _own(self, user: Any, pages: QuerySet[Any]) -> QuerySet[Any]:
        if user.is_superuser:
            return pages
        path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
        above = foreign_pages(user).order_by().annotate(theirs=path).filter(theirs__startswith=F("path"))
        return pages.filter(~Exists(above))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Any]:
        return self._own(user, super().instances_user_has_any_permission_for(user, actions))

    def explorable_instances(self, user: Any) -> QuerySet[Any]:
        return self._own(user, super().explorable_instances(user))

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Page) -> bool:
        allowed: bool = super().user_has_any_permission_for_instance(user, actions, instance)
        return allowed and not is_foreign(user, instance)
