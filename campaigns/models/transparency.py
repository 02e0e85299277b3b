"""A campaign's ledger of who pays for it and who helps it (Regulation (EU) 2019/788, Art. 17)."""

import uuid
from decimal import Decimal
from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.transparency_enums import LedgerPlace, SponsorKind
from campaigns.transparency_querysets import EntryQuerySet, LedgerQuerySet, PublicationQuerySet, SponsorQuerySet
from campaigns.transparency_rules import name_key


class Ledger(models.Model):
    """The ledger of one campaign. It exists when the campaign keeps one, also while nobody gave anything.

    The two months between updates count from ``starts_date`` until it is first brought up to date, and no longer
    after ``ends_date``: the duty holds from registration to submission to the Commission.
    """

    campaign = models.OneToOneField(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="ledger", verbose_name=_("campaign")
    )
    is_public = models.BooleanField(
        _("shown on the public site"), default=True, help_text=_("The page follows the ledger within a minute.")
    )
    starts_date = models.DateField(
        _("duty since"), help_text=_("The day the initiative was registered. The first update is due from it.")
    )
    ends_date = models.DateField(
        _("duty until"),
        null=True,
        blank=True,
        help_text=_("The day the initiative was submitted to the Commission. Nobody is reminded after it."),
    )
    changed_at = models.DateTimeField(_("last entry"), null=True, editable=False)
    is_generated = models.BooleanField(_("generated for the demo"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[LedgerQuerySet] = LedgerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["campaign__title"]
        verbose_name = pgettext_lazy("of sponsors", "ledger")
        verbose_name_plural = pgettext_lazy("of sponsors", "ledgers")
        constraints = [
            models.CheckConstraint(
                name="campaigns_ledger_ends_after_start",
                condition=Q(ends_date__isnull=True) | Q(ends_date__gte=F("starts_date")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.campaign)


class Sponsor(models.Model):
    """Who gave to a campaign. Staff choose an existing one: nobody is matched by guessing.

    ``total`` is the cumulated sum of the standing contributions, ``crossed_at`` when it came above the threshold
    (None while it is not); both are settled with every entry. A private person is named on our own page only with
    ``agreed_date``.
    """

    ledger = models.ForeignKey(Ledger, on_delete=models.CASCADE, related_name="sponsors")
    name = models.CharField(_("name"), max_length=200, blank=True)
    key = models.CharField(max_length=220, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=SponsorKind.choices, default=SponsorKind.ORGANISATION)
    agreed_date = models.DateField(
        _("agreed to be named on our page on"),
        null=True,
        blank=True,
        help_text=_("For private persons only. Left empty, our page says “a private person”."),
    )
    total = models.DecimalField(_("cumulated, in euros"), max_digits=14, decimal_places=2, default=0, editable=False)
    crossed_at = models.DateTimeField(null=True, editable=False)
    is_generated = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[SponsorQuerySet] = SponsorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("sponsor")
        verbose_name_plural = _("sponsors")
        constraints = [models.UniqueConstraint(fields=["ledger", "key"], name="campaigns_sponsor_once")]

    def __str__(self) -> str:
        return self.name or str(_("a private person"))

    @property
    def is_private(self) -> bool:
        return self.kind == SponsorKind.PERSON

    @property
    def public_name(self) -> str:
        """Return the name our own page shows: a private person's only with their agreement, else blank."""
        return "" if self.is_private and self.agreed_date is None else self.name

    def set_name(self, name: str) -> None:
        """Take a name, and the key by which the database knows it again."""
        self.name, self.key = name, name_key(name)


class LedgerEntry(models.Model):
    """What both kinds of entry share: who wrote it down, and whether it was taken back.

    ``entry_key`` comes with the form, so that one pressed twice is one entry.
    """

    entry_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    note = models.CharField(_("note"), max_length=300, blank=True, help_text=_("For colleagues; never shown outside."))
    entered_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    undone_reason = models.CharField(_("reason"), max_length=300, blank=True)
    is_generated = models.BooleanField(default=False)

    class Meta:
        abstract = True


class Contribution(LedgerEntry):
    """One sum a sponsor gave. The database refuses to change it: a correction is a row that names this one."""

    sponsor = models.ForeignKey(
        Sponsor, on_delete=models.PROTECT, related_name="contributions", verbose_name=_("sponsor")
    )
    amount = models.DecimalField(
        _("amount in euros"), max_digits=12, decimal_places=2, validators=[MinValueValidator(Decimal("0.01"))]
    )
    is_in_kind = models.BooleanField(
        _("in kind"), default=False, help_text=_("A thing or a service with a price: write down what it is worth.")
    )
    received_date = models.DateField(_("received on"))
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["received_date", "pk"]
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.CheckConstraint(name="campaigns_contribution_is_positive", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                fields=["corrects"], condition=Q(undone_at__isnull=True), name="campaigns_contribution_corrected_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.received_date}: {self.amount}"


class UnpaidHelp(LedgerEntry):
    """What an organisation does for the campaign without money, where nobody can say what it is worth.

    Private persons who help are no sponsors and do not belong here.
    """

    ledger = models.ForeignKey(Ledger, on_delete=models.CASCADE, related_name="helps")
    organisation = models.CharField(_("organisation"), max_length=200)
    what = models.CharField(_("what it gives"), max_length=300)
    since_date = models.DateField(_("since"))
    until_date = models.DateField(_("until"), null=True, blank=True)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["organisation", "since_date", "pk"]
        verbose_name = _("help without money")
        verbose_name_plural = _("help without money")
        constraints = [
            models.CheckConstraint(
                name="campaigns_help_ends_after_start",
                condition=Q(until_date__isnull=True) | Q(until_date__gte=F("since_date")),
            ),
            models.UniqueConstraint(
                fields=["corrects"], condition=Q(undone_at__isnull=True), name="campaigns_help_corrected_once"
            ),
        ]

    def __str__(self) -> str:
        return self.organisation


class Publication(models.Model):
    """Says that the ledger was brought up to date in one place on a day, and what its figures were then.

    ``figures``: ``total``, ``below_count``, ``below_total`` and ``sponsors`` (id → sum), as text, without names.
    """

    ledger = models.ForeignKey(Ledger, on_delete=models.CASCADE, related_name="publications")
    place = models.CharField(_("where"), max_length=8, choices=LedgerPlace.choices)
    published_date = models.DateField(_("on"))
    figures = models.JSONField(default=dict)
    by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    is_generated = models.BooleanField(default=False)

    objects: ClassVar[PublicationQuerySet] = PublicationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-published_date", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "place", "published_date"],
                condition=Q(undone_at__isnull=True),
                name="campaigns_publication_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.published_date}: {self.get_place_display()}"
