from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaigns.election_querysets import (
    CommuneOfficeQuerySet,
    ElectionQuerySet,
    EligibilityCaseQuerySet,
    EligibilityRulesQuerySet,
)
from campaigns.eligibility_enums import Outcome
from campaigns.enums import ElectionKind


class Election(models.Model):
    """One election day somewhere. Who may register for it, and until when, is dated data that hangs on it."""

    key = models.SlugField(_("key"), max_length=60, unique=True, help_text=_("for example be-brussels-local-2024"))
    titles = models.JSONField(_("titles"), default=dict, help_text="language code → title")
    kind = models.CharField(_("kind"), max_length=10, choices=ElectionKind.choices)
    country = models.CharField(_("country"), max_length=2, help_text=_("two letters, ISO 3166-1"))
    territory = models.ForeignKey(
        "places.Territory", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("where")
    )
    election_date = models.DateField(_("election day"))
    registration_deadline = models.DateField(
        _("last day to register"),
        null=True,
        blank=True,
        help_text=_("Figures of several elections are compared by the days left until then."),
    )
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    # Until staff change it: then a release changes it no more.
    is_shipped = models.BooleanField(_("as shipped"), default=False)
    # Labels of the examples that ever came from a file: one that staff deleted or renamed does not come back.
    loaded_examples = models.JSONField(default=list, editable=False)

    objects: ClassVar[ElectionQuerySet] = ElectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-election_date", "key"]
        verbose_name = _("election")
        verbose_name_plural = _("elections")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the language of the screen, else in English, else the key."""
        titles: dict[str, str] = self.titles
        return titles.get(get_language() or "en") or titles.get("en") or self.key

    @property
    def place(self) -> str:
        """The code of the place it is held in, else of its country."""
        return self.territory.code if self.territory else self.country


class EligibilityRules(models.Model):
    """Who may register for an election, as JSON (`campaigns.eligibility_rules`). Every change is a row of its own.

    The highest version counts; a region's own rules count before those of the whole election.
    """

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="rules", verbose_name=_("election"))
    territory = models.ForeignKey(
        "places.Territory",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("region"),
        help_text=_("Empty: everywhere in this election."),
    )
    version = models.PositiveIntegerField(_("version"), default=1)
    rules = models.JSONField(_("rules"))
    source_text = models.CharField(_("law"), max_length=500)
    source_url = models.URLField(_("address of the source"), max_length=500)
    checked_date = models.DateField(_("checked on"))
    is_shipped = models.BooleanField(_("as shipped"), default=False)
    reason = models.CharField(_("reason for saving against an example"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[EligibilityRulesQuerySet] = EligibilityRulesQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["election", "-version"]
        verbose_name = _("rules of an election")
        verbose_name_plural = _("rules of elections")
        constraints = [
            models.UniqueConstraint(
                fields=["election", "version"],
                condition=models.Q(territory__isnull=True),
                name="campaigns_rules_version_once",
            ),
            models.UniqueConstraint(
                fields=["election", "territory", "version"],
                condition=models.Q(territory__isnull=False),
                name="campaigns_rules_region_version_once",
            ),
        ]

    def __str__(self) -> str:
        where = f" · {self.territory}" if self.territory else ""
        return f"{self.election}{where} · {self.version}"


class EligibilityCase(models.Model):
    """An example that guards an election's rules: what somebody answers, and how it must end."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="cases", verbose_name=_("election"))
    label = models.CharField(_("example"), max_length=120)
    answers = models.JSONField(_("answers"), default=dict)
    outcome = models.CharField(_("must end as"), max_length=24, choices=Outcome.choices)
    is_shipped = models.BooleanField(_("as shipped"), default=False)

    objects: ClassVar[EligibilityCaseQuerySet] = EligibilityCaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["election", "pk"]
        verbose_name = _("example case")
        verbose_name_plural = _("example cases")
        constraints = [
            models.UniqueConstraint(fields=["election", "label"], name="campaigns_case_once"),
        ]

    def __str__(self) -> str:
        return self.label


class CommuneOffice(models.Model):
    """Where one registers for an election in one commune, and how."""

    election = models.ForeignKey(Election, on_delete=models.CASCADE, related_name="offices", verbose_name=_("election"))
    territory = models.ForeignKey(
        "places.Territory", on_delete=models.PROTECT, related_name="+", verbose_name=_("commune")
    )
    online_url = models.URLField(_("online"), max_length=500, blank=True, help_text=_("Empty: not possible online."))
    form_url = models.URLField(_("form to print"), max_length=500, blank=True)
    address = models.TextField(_("where to hand it in"), max_length=400, blank=True)
    opening_hours = models.JSONField(
        _("opening hours"),
        default=list,
        blank=True,
        help_text='[{"days": [1, 2, 3, 4, 5], "from": "09:00", "to": "12:00"}], 1 = Monday',
    )
    accepts_email = models.BooleanField(_("accepts the form by e-mail"), null=True, blank=True)
    email = models.EmailField(_("the office's e-mail address"), blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    checked_date = models.DateField(_("checked on"), null=True, blank=True)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)

    objects: ClassVar[CommuneOfficeQuerySet] = CommuneOfficeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["election", "territory"]
        verbose_name = _("commune's office")
        verbose_name_plural = _("communes' offices")
        constraints = [
            models.UniqueConstraint(fields=["election", "territory"], name="campaigns_office_once"),
        ]

    def __str__(self) -> str:
        return str(self.territory)
