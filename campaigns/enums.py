from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Metric(models.TextChoices):
    """What a tally or a goal counts."""

    SIGNATURES = "signatures", _("signatures")
    EVENTS = "events", _("events held")
    INFORMED = "informed", _("people informed at events")
    MOBILISERS = "mobilisers", _("mobilisers trained")
    PLEDGES = "pledges", _("pledges")
    PLEDGES_ACTED = "pledges_acted", _("pledges kept, as people say")
    REGISTERED = "registered", _("people registered to vote (official figures)")


class Grain(models.TextChoices):
    """By what a tally row is broken down. A total is one row, so reading it costs one lookup."""

    TOTAL = "total", _("in all")
    DAY = "day", _("by day")
    TERRITORY = "territory", _("by country")
    PARTNER = "partner", _("by partner")
    PARTNER_DAY = "partner_day", _("by partner and day")
    PARTNER_TERRITORY = "partner_territory", _("by partner and country")
    SOURCE = "source", _("by source")


class SignatureStatus(models.TextChoices):
    """Only ACCEPTED (a petition without confirmation) and CONFIRMED signatures count."""

    ACCEPTED = "accepted", _("accepted without confirmation")
    CONFIRMED = "confirmed", _("confirmed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    INVALID = "invalid", _("invalid")


COUNTING_STATUSES = (SignatureStatus.ACCEPTED, SignatureStatus.CONFIRMED)


class CountedBy(models.TextChoices):
    """Which country a signature is counted for."""

    NATIONALITY = "nationality", _("country of nationality")
    RESIDENCE = "residence", _("country of residence")


class PartnerRole(models.TextChoices):
    LEAD = "lead", _("lead")
    PARTNER = "partner", _("partner")
    SUPPORTER = "supporter", _("supporting organisation")


class SourceKind(models.TextChoices):
    LINK = "link", _("link")
    PARTNER = "partner", _("partner")
    EVENT = "event", _("event")
    MATERIAL = "material", _("printed material")
    MOBILISER = "mobiliser", _("mobiliser")


class VisitWay(models.TextChoices):
    """How somebody came by a source."""

    LINK = "link", _("short link or QR code")
    WIDGET = "widget", _("form on another website, begun")


UNKNOWN_TERRITORY = "ZZ"


class ElectionKind(models.TextChoices):
    LOCAL = "local", _("local")
    EUROPEAN = "european", _("European Parliament")


class NationalityGroup(models.TextChoices):
    """Whom an official figure of registrations counts: the rules differ, so the figures come apart."""

    ALL = "all", _("all non-Belgian voters")
    EU = "eu", _("citizens of the European Union")
    NON_EU = "non_eu", _("citizens of other countries")


class Sex(models.TextChoices):
    """Where official figures are given by sex; blank: both together."""

    WOMEN = "women", _("women")
    MEN = "men", _("men")


class CountKind(models.TextChoices):
    """How settled an official figure is."""

    PROVISIONAL = "provisional", _("provisional")
    FINAL = "final", _("final")
    ANNOUNCEMENT = "announcement", _("announced by the commune")


class RegistrationImportStatus(models.TextChoices):
    UPLOADED = "uploaded", _("looked at, not applied")
    APPLIED = "applied", pgettext_lazy("an import", "applied")
    UNDONE = "undone", _("undone")
