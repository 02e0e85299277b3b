import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.pledge_kind import PledgeKind
from campaigns.pledge_enums import CountsAs, NoteKind, RemindMe, Standing, ToldBy
from campaigns.pledge_querysets import UNCOUNTED, PledgeNoteQuerySet, PledgeQuerySet, SupportVisitQuerySet
from core.encrypted_fields import EncryptedTextField


class Pledge(models.Model):
    """One supporter's promise, once per kind. All that happened to it stands in `PledgeMove`; this is where it stands.

    Every step is what the person told us: nobody but the authority knows. ``counted_as`` and
    ``counted_territory_code`` say what the tallies hold; nothing but the counting job writes them, and it mends every
    row where they differ from ``counts_as`` and ``territory_code``.
    """

    kind = models.ForeignKey(PledgeKind, on_delete=models.PROTECT, related_name="pledges", verbose_name=_("kind"))
    campaign = models.ForeignKey("campaigns.Campaign", on_delete=models.PROTECT, related_name="pledges")
    supporter = models.ForeignKey("people.Supporter", null=True, on_delete=models.SET_NULL, related_name="pledges")
    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    submission_id = models.UUIDField(null=True, editable=False, help_text="the form it was made from, while it is kept")
    share_code = models.CharField(max_length=12, unique=True, help_text="the supporter's own link: ?s=~<share_code>")
    step = models.CharField(_("step"), max_length=30, help_text="the highest step of the kind's ladder reached")
    step_at = models.DateTimeField(_("since"))
    ending = models.CharField(_("ending"), max_length=30, blank=True)
    barrier = models.CharField(_("barrier"), max_length=30, blank=True)
    standing = models.CharField(_("standing"), max_length=9, choices=Standing.choices, default=Standing.OPEN)
    remind = models.CharField(_("reminders"), max_length=9, choices=RemindMe.choices, default=RemindMe.AS_NEEDED)
    remind_date = models.DateField(_("reminded on"), null=True, blank=True)
    remind_set_at = models.DateTimeField(null=True, editable=False, help_text="when they wished for something else")
    territory_code = models.CharField(
        max_length=12, blank=True, help_text="the commune, or the country of nationality; blank: not said"
    )
    partnership = models.ForeignKey(
        "campaigns.Partnership", null=True, blank=True, on_delete=models.PROTECT, related_name="pledges"
    )
    source = models.CharField(max_length=40, blank=True)
    bucket = models.CharField(max_length=40, blank=True)
    locale = models.CharField(max_length=12)
    day = models.DateField(help_text="of promising, in the campaign's time zone")
    confirmed_at = models.DateTimeField()
    counts_as = models.CharField(max_length=7, choices=CountsAs.choices, default=CountsAs.PLEDGED, blank=True)
    counted_as = models.CharField(max_length=7, choices=CountsAs.choices, default=CountsAs.NOTHING, blank=True)
    counted_territory_code = models.CharField(
        max_length=12, blank=True, db_default="", help_text="where the tallies hold it, until they follow"
    )
    is_generated = models.BooleanField(default=False)

    objects: ClassVar[PledgeQuerySet] = PledgeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-id"]
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        constraints = [
            models.UniqueConstraint(fields=["kind", "supporter"], name="campaigns_pledge_once"),
            models.CheckConstraint(
                name="campaigns_pledge_day_chosen",
                condition=~Q(remind=RemindMe.ON_DAY) | Q(remind_date__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="campaigns_pledge_uncounted", condition=UNCOUNTED),
            models.Index(fields=["kind", "standing", "step_at"], name="campaigns_pledge_standing"),
            # All that the table of how far people are groups by: it is read from the index alone.
            models.Index(
                fields=["kind", "standing", "step", "territory_code", "locale", "partnership", "source"],
                name="campaigns_pledge_ladder",
            ),
            models.Index(fields=["campaign", "confirmed_at"], name="campaigns_pledge_time"),
            # Who kept it of late: asked by the first page of the staff area.
            models.Index(
                fields=["campaign", "step_at"], name="campaigns_pledge_kept", condition=Q(counts_as=CountsAs.ACTED)
            ),
            models.Index(
                fields=["remind_date"], name="campaigns_pledge_remind_day", condition=Q(remind=RemindMe.ON_DAY)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_id}/{self.public_id}"


class PledgeMove(models.Model):
    """One thing somebody told us about their pledge. Rows are added, never changed; a correction is another row."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="moves")
    step = models.CharField(max_length=30)
    ending = models.CharField(max_length=30, blank=True)
    barrier = models.CharField(max_length=30, blank=True)
    standing = models.CharField(max_length=9, choices=Standing.choices)
    told_by = models.CharField(_("told by"), max_length=8, choices=ToldBy.choices)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.pledge_id} {self.step} {self.ending}".strip()


class PledgeNote(models.Model):
    """What the help desk writes down of a talk about a pledge, and whom it promised to call back."""

    pledge = models.ForeignKey(Pledge, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(_("kind"), max_length=9, choices=NoteKind.choices, default=NoteKind.NOTE)
    text = EncryptedTextField(_("note"), max_length=1000)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("who calls")
    )
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(_("call at"), null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[PledgeNoteQuerySet] = PledgeNoteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("note on a pledge")
        verbose_name_plural = _("notes on pledges")
        constraints = [
            models.CheckConstraint(
                name="campaigns_note_call_has_a_time",
                condition=Q(kind=NoteKind.NOTE, due_at__isnull=True) | Q(kind=NoteKind.CALL_BACK, due_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="campaigns_note_to_call",
                condition=Q(kind=NoteKind.CALL_BACK, done_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pledge_id} {self.kind}"


class SupportVisit(models.Model):
    """Somebody followed our link to the central collection system: a visit, never a person, never a statement."""

    kind = models.ForeignKey(PledgeKind, on_delete=models.CASCADE, related_name="visits")
    partnership = models.ForeignKey(
        "campaigns.Partnership", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    source = models.CharField(max_length=40, blank=True)
    bucket = models.CharField(max_length=40, blank=True)
    locale = models.CharField(max_length=12)
    day = models.DateField(help_text="in the campaign's time zone")
    is_generated = models.BooleanField(default=False)

    objects: ClassVar[SupportVisitQuerySet] = SupportVisitQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("visit passed on")
        verbose_name_plural = _("visits passed on")
        indexes = [models.Index(fields=["kind", "day"], name="campaigns_visit_day")]

    def __str__(self) -> str:
        return f"{self.kind_id} {self.day} {self.source}"
