from datetime import date, time
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from campaigns.initiative_support import is_over, last_day_of
from campaigns.models.initiative import DeadlineKind
from campaigns.pledge_enums import ReminderMoment, ReminderWords
from campaigns.pledge_querysets import PledgeKindQuerySet, PledgeReminderRuleQuerySet
from campaigns.pledge_rules import Ladder, LadderError, read_ladder
from people.enums import Channel


class PledgeKind(models.Model):
    """What people promise in a campaign: its ladder, its last day, what is asked, and its words by language.

    The ladder's shape: `campaigns.pledge_rules`. The last day is the kind's own, else the election's last day to
    register, else the end of the initiative's collection, early where that closed early; without any there is none.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="pledge_kinds", verbose_name=_("campaign")
    )
    key = models.SlugField(_("key"), max_length=40, help_text=_("for example register-to-vote"))
    name = models.CharField(_("name"), max_length=120, help_text=_("for staff; each language has its own words"))
    election = models.ForeignKey(
        "campaigns.Election",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("election"),
    )
    initiative = models.ForeignKey(
        "campaigns.Initiative",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="pledge_kinds",
        verbose_name=_("European Citizens' Initiative"),
    )
    due_date = models.DateField(
        _("last day"),
        null=True,
        blank=True,
        help_text=_("Empty: the election's last day to register, or the end of the initiative's collection."),
    )
    steps = models.JSONField(_("steps"), default=list)
    endings = models.JSONField(_("endings"), default=list, blank=True)
    barriers = models.JSONField(_("barriers"), default=list, blank=True)
    asks_commune = models.BooleanField(_("asks the commune"), default=False)
    asks_nationality = models.BooleanField(_("asks the country of nationality"), default=False)
    asks_phone = models.BooleanField(_("asks the phone number (optional for the person)"), default=True)
    is_open = models.BooleanField(_("takes pledges"), default=True)
    minimum_shown = models.PositiveIntegerField(_("show the count from"), default=100)
    is_generated = models.BooleanField(_("generated for the demo"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PledgeKindQuerySet] = PledgeKindQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["campaign", "name"]
        verbose_name = _("kind of pledge")
        verbose_name_plural = _("kinds of pledges")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "key"],
                name="campaigns_pledge_kind_once",
                violation_error_message=_("This campaign has a kind of pledge with this key already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a ladder nobody can climb, with everything that is wrong with it."""
        try:
            read_ladder(self.steps, self.endings, self.barriers)
        except LadderError as error:
            raise ValidationError({"steps": error.problems}) from error

    @property
    def ladder(self) -> Ladder:
        return read_ladder(self.steps, self.endings, self.barriers)

    @property
    def last_day(self) -> date | None:
        """The last day on which it makes sense to act, in the campaign's zone."""
        if self.due_date:
            return self.due_date
        if self.election is not None:
            return self.election.registration_deadline
        if self.initiative is not None:
            ends = self.initiative.deadlines.filter(kind=DeadlineKind.COLLECTION_END).first()
            return last_day_of(ends.due_date if ends else None, self.initiative.early_closure_date)
        return None

    @property
    def is_called_off(self) -> bool:
        """Whether the register says that the initiative collects no longer: what is still open cannot be done."""
        return self.initiative is not None and is_over(self.initiative.status)

    def words(self, language: str) -> "PledgeKindText":
        """Return its words in ``language``, else in English, else in any; of a kind without words an empty text."""
        texts = {text.language: text for text in self.texts.all()}
        found = texts.get(language) or texts.get(language.split("-")[0]) or texts.get("en")
        return found or next(iter(texts.values()), PledgeKindText(kind=self, language=language, promise=self.name))


class PledgeKindText(models.Model):
    """A kind's words in one language."""

    kind = models.ForeignKey(PledgeKind, on_delete=models.CASCADE, related_name="texts", verbose_name=_("kind"))
    language = models.CharField(_("language"), max_length=12)
    promise = models.CharField(_("what one promises"), max_length=120, help_text=_("“I will register to vote”"))
    heading = models.CharField(_("heading over the form"), max_length=120, blank=True)
    explanation = models.TextField(_("why, and what happens then"), max_length=600, blank=True)
    how_to = models.TextField(_("how one does it"), max_length=1200, blank=True, help_text=_("one step per line"))
    thanks = models.TextField(_("thanks"), max_length=400, blank=True)
    share_text = models.CharField(_("text for sharing"), max_length=240, blank=True)

    class Meta:
        ordering = ["language"]
        verbose_name = _("words of a kind of pledge")
        verbose_name_plural = _("words of kinds of pledges")
        constraints = [models.UniqueConstraint(fields=["kind", "language"], name="campaigns_pledge_text_once")]

    def __str__(self) -> str:
        return f"{self.language}: {self.promise}"

    @property
    def how_to_steps(self) -> list[str]:
        return [line.strip() for line in self.how_to.splitlines() if line.strip()]


class PledgeReminderRule(models.Model):
    """One line of a kind's schedule: when, on which channel, about what.

    ``key`` is part of messages' keys and never changes. ``step``: for AFTER_STEP, the step after which the days count;
    a reminder before the last day goes to whoever has not acted yet. ``is_the_one``: the one reminder somebody gets
    who wants to be reminded once. What was due before ``created_at`` is not made good: another line may have sent it.
    """

    kind = models.ForeignKey(
        PledgeKind, on_delete=models.CASCADE, related_name="reminder_rules", verbose_name=_("kind")
    )
    key = models.SlugField(_("key"), max_length=24, editable=False)
    moment = models.CharField(
        _("when"), max_length=16, choices=ReminderMoment.choices, default=ReminderMoment.BEFORE_LAST_DAY
    )
    step = models.CharField(_("after which step"), max_length=30, blank=True)
    days = models.PositiveSmallIntegerField(_("days"), default=7, validators=[MaxValueValidator(400)])
    hour = models.TimeField(_("at"), default=time(11))
    channel = models.CharField(_("channel"), max_length=5, choices=Channel.choices, default=Channel.EMAIL)
    text = models.CharField(
        _("what it says"), max_length=9, choices=ReminderWords.choices, default=ReminderWords.DEADLINE
    )
    is_the_one = models.BooleanField(_("also for whoever wants to be reminded once"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(null=True, editable=False, help_text="empty: it came with the kind")

    objects: ClassVar[PledgeReminderRuleQuerySet] = PledgeReminderRuleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        verbose_name = _("reminder of a pledge")
        verbose_name_plural = _("reminders of pledges")
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="campaigns_pledge_rule_once")]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.key}"
