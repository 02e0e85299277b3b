from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.scoped import CampaignScopedQuerySet
from outreach.enums import EffortKind, Outcome
from outreach.querysets import EffortQuerySet, OfAreaQuerySet, OfEffortQuerySet


def default_outcomes() -> list[str]:
    return [outcome.value for outcome in Outcome]


class Script(models.Model):
    """The questions of a conversation. Its words live in versions, so that an answer keeps the question it answered."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="scripts", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    title = models.CharField(_("title"), max_length=120)

    objects: ClassVar[CampaignScopedQuerySet] = CampaignScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["title"]
        verbose_name = _("script")
        verbose_name_plural = _("scripts")

    def __str__(self) -> str:
        return self.title


class ScriptVersion(models.Model):
    """One version of a script. Immutable: an edit publishes the next number.

    ``questions``: [{"key", "kind": "choice"|"text", "text": {language: words}, "next": key or "",
    "options": [{"key", "text": {language: words}, "next": key or ""}]}], asked from the first on; an option's ``next``
    goes before the question's own, "" ends the script.
    """

    script = models.ForeignKey(Script, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    questions = models.JSONField(default=list)
    actor = models.CharField(max_length=60, blank=True, help_text="who published it: user:<id>")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["script_id", "-number"]
        constraints = [models.UniqueConstraint(fields=["script", "number"], name="outreach_script_version_once")]

    def __str__(self) -> str:
        return f"{self.script_id} v{self.number}"


class Barrier(models.Model):
    """A named reason why people hold back; staff add to the list."""

    key = models.SlugField(_("key"), max_length=30, unique=True)
    labels = models.JSONField(_("names"), default=dict, help_text="language code → name")
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_offered = models.BooleanField(_("offered on phones"), default=True)

    class Meta:
        ordering = ["position", "key"]
        verbose_name = _("barrier")
        verbose_name_plural = _("barriers")

    def __str__(self) -> str:
        labels: dict[str, str] = self.labels
        return labels.get(get_language() or "en") or labels.get("en") or self.key


class CanvassingEffort(models.Model):
    """What is asked, where, by whom: the frame of the conversations logged on phones."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="efforts", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        related_name="efforts",
        verbose_name=_("run by"),
        help_text=_("The campaign's leading organisation: open to the mobilisers of every partner."),
    )
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=EffortKind.choices, default=EffortKind.STALL)
    starts_date = models.DateField(_("starts on"), null=True, blank=True)
    ends_date = models.DateField(_("ends on"), null=True, blank=True)
    is_open = models.BooleanField(_("takes records"), default=True)
    outcomes = models.JSONField(
        _("outcomes offered"), default=default_outcomes, help_text="in the order of the buttons"
    )
    languages = models.JSONField(
        _("languages offered"), default=list, blank=True, help_text="ISO 639 codes of the conversations, in order"
    )
    territories = models.ManyToManyField("places.Territory", blank=True, related_name="+", verbose_name=_("communes"))
    teams = models.ManyToManyField(
        "volunteers.Team",
        blank=True,
        related_name="efforts",
        verbose_name=_("teams"),
        help_text=_("Leave empty: every trained volunteer of the campaign."),
    )
    script = models.ForeignKey(
        Script, null=True, blank=True, on_delete=models.PROTECT, related_name="efforts", verbose_name=_("script")
    )
    required_curriculum = models.ForeignKey(
        "volunteers.Curriculum",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("certificate needed"),
    )
    asks_identity = models.BooleanField(
        _("name and contact may be taken"), default=True, help_text=_("with consent, in the person's own language")
    )
    petition = models.ForeignKey(
        "campaigns.Petition",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("petition handed over by QR code"),
    )
    goal = models.PositiveIntegerField(_("conversations aimed at"), null=True, blank=True)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[EffortQuerySet] = EffortQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("canvassing effort")
        verbose_name_plural = _("canvassing efforts")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_date__isnull=True)
                | Q(ends_date__isnull=True)
                | Q(starts_date__lte=models.F("ends_date")),
                name="outreach_effort_starts_before_end",
                violation_error_message=_("An effort ends after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class HandoverLink(models.Model):
    """One mobiliser's own link in one effort, at one event or at none: the source code behind the QR code shown."""

    effort = models.ForeignKey(CanvassingEffort, on_delete=models.CASCADE, related_name="handover_links")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="handover_links")
    event = models.ForeignKey("events.Event", null=True, on_delete=models.CASCADE, related_name="handover_links")
    source = models.OneToOneField("campaigns.Source", on_delete=models.PROTECT, related_name="handover_link")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["effort", "user"], name="outreach_handover_once", condition=Q(event__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["effort", "user", "event"],
                name="outreach_handover_once_at_event",
                condition=Q(event__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.effort_id} · {self.user_id}"


class Area(models.Model):
    """A neighbourhood of one effort, drawn on the map."""

    effort = models.ForeignKey(
        CanvassingEffort, on_delete=models.CASCADE, related_name="areas", verbose_name=_("effort")
    )
    name = models.CharField(_("name"), max_length=120)
    territory = models.ForeignKey(
        "places.Territory", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    polygon = models.JSONField(
        _("outline"), null=True, blank=True, help_text="GeoJSON Polygon, WGS 84; empty: the whole commune"
    )

    objects: ClassVar[OfEffortQuerySet] = OfEffortQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints = [models.UniqueConstraint(fields=["effort", "name"], name="outreach_area_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def outline(self) -> dict[str, Any] | None:
        """The area's own outline, else its whole commune's; None where neither is known."""
        return self.polygon or (self.territory.outline if self.territory else None)


class AreaAssignment(models.Model):
    """Which team takes an area from when to when; two teams never take the same streets at the same time."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("area"))
    team = models.ForeignKey(
        "volunteers.Team", on_delete=models.CASCADE, related_name="area_assignments", verbose_name=_("team")
    )
    starts_date = models.DateField(_("from"))
    ends_date = models.DateField(_("until"))
    released_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[OfAreaQuerySet] = OfAreaQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["starts_date", "id"]
        verbose_name = _("area assignment")
        verbose_name_plural = _("area assignments")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_date__lte=models.F("ends_date")),
                name="outreach_assignment_starts_before_end",
                violation_error_message=_("It ends after it starts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_id} · {self.team_id}"
