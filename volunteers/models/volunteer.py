import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.scoped import CampaignScopedQuerySet
from core.encrypted_fields import EncryptedTextField
from volunteers.enums import AcceptedThrough, AgreementKind, DayPart, Stage, Weekday
from volunteers.querysets import AgreementTextQuerySet, OfVolunteerQuerySet, SkillQuerySet, VolunteerQuerySet


class Team(models.Model):
    """Volunteers of one campaign and organisation who go out together."""

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="teams", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="teams", verbose_name=_("organisation")
    )
    name = models.CharField(_("name"), max_length=80)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[CampaignScopedQuerySet] = CampaignScopedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [models.UniqueConstraint(fields=["campaign", "name"], name="volunteers_team_name_once")]

    def __str__(self) -> str:
        return self.name


class Skill(models.Model):
    """Something volunteers can do that a shift may need; staff add to the list."""

    key = models.SlugField(_("key"), max_length=30, unique=True)
    labels = models.JSONField(_("names"), default=dict, help_text="language code → name")
    is_offered = models.BooleanField(_("offered in the sign-up form"), default=True)

    objects: ClassVar[SkillQuerySet] = SkillQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["key"]
        verbose_name = _("skill")
        verbose_name_plural = _("skills")

    def __str__(self) -> str:
        labels: dict[str, str] = self.labels
        return labels.get(get_language() or "en") or labels.get("en") or self.key


class Volunteer(models.Model):
    """A supporter who works for one campaign under one organisation. ``user`` is the login, once invited."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    supporter = models.ForeignKey(
        "people.Supporter", on_delete=models.CASCADE, related_name="volunteering", verbose_name=_("person")
    )
    user = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="volunteering"
    )
    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.PROTECT, related_name="volunteers", verbose_name=_("campaign")
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="volunteers", verbose_name=_("organisation")
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="volunteers", verbose_name=_("team")
    )
    stage = models.CharField(_("stage"), max_length=9, choices=Stage.choices, default=Stage.APPLIED)
    stage_since_at = models.DateTimeField(_("in this stage since"))
    last_touch_at = models.DateTimeField(
        _("last heard of"), help_text="the latest step, note, shift or contact; the waiting-longest list sorts by it"
    )
    owner = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("looked after by"),
    )
    next_action = models.CharField(_("next step"), max_length=200, blank=True)
    next_action_date = models.DateField(_("next step by"), null=True, blank=True)
    communes = models.ManyToManyField(
        "places.Territory", blank=True, related_name="+", verbose_name=_("communes to work in")
    )
    skills = models.ManyToManyField(Skill, blank=True, related_name="volunteers", verbose_name=_("skills"))
    heard_through = models.CharField(_("heard of us through"), max_length=200, blank=True)
    source = models.CharField(max_length=40, blank=True, help_text="code of the link the application came from")
    calendar_key = models.CharField(
        max_length=32, unique=True, help_text="the secret of the private calendar feed; a new one ends the old link"
    )
    shows_on_leaderboard = models.BooleanField(_("shown on the team's leaderboard"), default=False)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    created_at = models.DateTimeField(_("applied"), auto_now_add=True)

    objects: ClassVar[VolunteerQuerySet] = VolunteerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "organisation", "supporter"], name="volunteers_volunteer_once"),
            models.CheckConstraint(condition=models.Q(stage__in=Stage.values), name="volunteers_volunteer_known_stage"),
        ]
        indexes = [
            models.Index(fields=["campaign", "stage", "stage_since_at"], name="volunteers_pipeline"),
            models.Index(fields=["campaign", "last_touch_at"], name="volunteers_waiting"),
        ]

    def __str__(self) -> str:
        return str(self.supporter)


class VolunteerLanguage(models.Model):
    """One language a volunteer speaks well enough to talk to people in."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="languages")
    language = models.CharField(_("language"), max_length=12, help_text="ISO 639 code")

    class Meta:
        ordering = ["language"]
        constraints = [models.UniqueConstraint(fields=["volunteer", "language"], name="volunteers_language_once")]

    def __str__(self) -> str:
        return self.language


class Availability(models.Model):
    """A part of the week a volunteer can usually come."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="availabilities")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    part = models.CharField(max_length=9, choices=DayPart.choices)

    class Meta:
        ordering = ["weekday", "part"]
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "weekday", "part"], name="volunteers_availability_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.get_part_display()}"


class StageChange(models.Model):
    """Append-only: one step of one volunteer through the pipeline."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="stage_changes")
    from_stage = models.CharField(max_length=9, choices=Stage.choices, blank=True)
    to_stage = models.CharField(max_length=9, choices=Stage.choices)
    at = models.DateTimeField()
    actor = models.CharField(max_length=60, blank=True, help_text="user:<id> or the name of a job")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"


class VolunteerNote(models.Model):
    """What staff wrote about working with a volunteer; the volunteer may read it on request."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="notes")
    body = EncryptedTextField(_("note"), max_length=2000)
    author = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[OfVolunteerQuerySet] = OfVolunteerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")

    def __str__(self) -> str:
        return f"note {self.pk}"


class AgreementText(models.Model):
    """One version of what volunteers agree to, in one language. Immutable: a change of wording is a new version."""

    organisation = models.ForeignKey(
        "accounts.Organisation",
        on_delete=models.PROTECT,
        related_name="agreement_texts",
        verbose_name=_("organisation"),
    )
    kind = models.CharField(_("what it is"), max_length=9, choices=AgreementKind.choices)
    language = models.CharField(_("language"), max_length=12)
    version = models.PositiveIntegerField(_("version"))
    body = models.TextField(_("wording"))
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AgreementTextQuerySet] = AgreementTextQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["organisation_id", "kind", "language", "-version"]
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind", "language", "version"], name="volunteers_agreement_version_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.language} v{self.version}"


class AgreementAcceptance(models.Model):
    """Append-only: a volunteer accepted this version at this moment."""

    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="acceptances")
    text = models.ForeignKey(AgreementText, on_delete=models.PROTECT, related_name="acceptances")
    through = models.CharField(max_length=8, choices=AcceptedThrough.choices)
    at = models.DateTimeField()
    actor = models.CharField(max_length=60, blank=True, help_text="who entered it: user:<id>, or blank for themselves")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "text"], name="volunteers_acceptance_once"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer_id} · {self.text_id}"
