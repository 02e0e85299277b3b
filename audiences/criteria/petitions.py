"""Criteria about signing, and through whom somebody came."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audiences.criteria import choices
from audiences.criteria.base import Clause, Criterion
from audiences.criteria.days import within
from audiences.parameters import Day, Days, SomeOf
from audiences.selectors.ground import Ground, having

PETITIONS = _("Petitions")


class Signed(Criterion):
    """Signed one of these petitions, or any; the signature counts."""

    key = "signed"
    subject = PETITIONS
    label = _("Petition signed")
    parameters: ClassVar = (
        SomeOf("petitions", _("Petitions"), options=choices.petitions, is_number=True, blank=_("any petition")),
        Day("since", _("From")),
        Day("until", _("Until")),
    )
    clauses = (
        Clause(_("signed %(petitions)s"), without=_("signed a petition")),
        Clause(_("from %(since)s")),
        Clause(_("until %(until)s")),
    )

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        rows = ground.signatures(values.get("petitions", ()))
        return having(rows.filter(within("confirmed_at", values)))

    def is_knowing(self, values: Mapping[str, Any], ground: Ground) -> bool:
        return self.is_led(values.get("petitions", ()), ground)

    @staticmethod
    def is_led(petitions: tuple[int, ...], ground: Ground) -> bool:
        """Whether everybody who signed one of these is the organisation's own: a partner needs a consent besides."""
        return not ground.partaking or bool(petitions and set(petitions) <= set(ground.led_petitions))


class SignedLately(Criterion):
    """Signed one of these petitions, or any, in the last so many days."""

    key = "signed_lately"
    subject = PETITIONS
    label = _("Petition signed lately")
    parameters: ClassVar = (
        SomeOf("petitions", _("Petitions"), options=choices.petitions, is_number=True, blank=_("any petition")),
        Days("days", _("Days"), is_required=True),
    )
    clauses = (
        Clause(_("signed %(petitions)s"), without=_("signed a petition")), Clause(_("in the last %(days)s days")),
    )  # fmt: skip

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        since = ground.at - timedelta(days=values["days"])
        rows = ground.signatures(values.get("petitions", ()))
        return having(rows.filter(confirmed_at__gte=since, confirmed_at__lte=ground.at))

    def is_knowing(self, values: Mapping[str, Any], ground: Ground) -> bool:
        return Signed.is_led(values.get("petitions", ()), ground)


class CameThroughPartner(Criterion):
    """Signed or pledged by way of one of these partners: its widget, page or links."""

    key = "partner"
    subject = PETITIONS
    label = _("Brought by a partner")
    parameters: ClassVar = (
        SomeOf("partners", _("Partners"), is_required=True, options=choices.partners, is_number=True),
    )
    clauses = (Clause(_("came through %(partners)s")),)

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        brought = {"partnership__in": values["partners"]}
        return having(ground.signatures().filter(**brought)) | having(ground.pledges().filter(**brought))

    def is_knowing(self, values: Mapping[str, Any], ground: Ground) -> bool:
        return not ground.partaking


class CameByLink(Criterion):
    """Signed, pledged, registered or applied by one of these links or codes."""

    key = "link"
    subject = PETITIONS
    label = _("Link or QR code")
    parameters: ClassVar = (SomeOf("links", _("Links"), is_required=True, options=choices.links),)
    clauses = (Clause(_("came by the link %(links)s")),)

    def condition(self, values: Mapping[str, Any], ground: Ground) -> Q:
        codes = {"source__in": values["links"]}
        return (
            having(ground.signatures().filter(**codes))
            | having(ground.pledges().filter(**codes))
            | having(ground.rsvps().filter(**codes))
            | having(ground.volunteers().filter(**codes))
        )
