import secrets
from typing import ClassVar

from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coalition.profile_enums import EVER_PUBLIC, OPEN, ProfileStatus
from coalition.profile_querysets import LogoQuerySet, ProfileQuerySet

LONGEST_SUMMARY = 200
LONGEST_WORDS = 6000


def new_logo_token() -> str:
    """Return what names a logo in addresses: nobody can guess it, and it tells nothing of whose it is."""
    return secrets.token_urlsafe(16)


class PartnerLogo(models.Model):
    """A partner's logo in the sizes it is shown in. Its pictures never change: another logo is another row."""

    partnership = models.ForeignKey("campaigns.Partnership", on_delete=models.CASCADE, related_name="logos")
    token = models.CharField(max_length=32, unique=True, default=new_logo_token, editable=False)
    small = models.BinaryField()
    large = models.BinaryField()
    card = models.BinaryField()
    width = models.PositiveSmallIntegerField(help_text="of large, in pixels")
    height = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()

    objects: ClassVar[LogoQuerySet] = LogoQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("logo of a partner")
        verbose_name_plural = _("logos of partners")
        constraints = [
            models.CheckConstraint(condition=Q(width__gte=1, height__gte=1), name="coalition_logo_has_a_size"),
        ]

    def __str__(self) -> str:
        return self.token


class PartnerProfile(models.Model):
    """One version of what a partner says of itself on the campaign's site.

    At most one version of a partner is public and at most one is open (being written, waiting, returned): while a new
    one waits, the approved one stays. A version that was public once is kept as it was.
    """

    partnership = models.ForeignKey("campaigns.Partnership", on_delete=models.CASCADE, related_name="profiles")
    status = models.CharField(_("state"), max_length=8, choices=ProfileStatus.choices, default=ProfileStatus.DRAFT)
    revision = models.PositiveIntegerField(
        default=1, help_text="how often it was saved: what was looked at is what is approved"
    )
    logo = models.ForeignKey(
        PartnerLogo, null=True, blank=True, on_delete=models.RESTRICT, related_name="profiles", verbose_name=_("logo")
    )
    website = models.URLField(_("website"), blank=True, validators=[URLValidator(schemes=["https"])])
    shows_figure = models.BooleanField(_("shows its own figure"), default=False)
    reason = models.TextField(_("why it was returned"), max_length=1000, blank=True)
    saved_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    saved_at = models.DateTimeField(_("saved"))
    sent_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    sent_at = models.DateTimeField(_("sent for approval"), null=True, blank=True)
    decided_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("no longer public"), null=True, blank=True)

    objects: ClassVar[ProfileQuerySet] = ProfileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("page of a partner")
        verbose_name_plural = _("pages of partners")
        constraints = [
            models.UniqueConstraint(
                fields=["partnership"], condition=Q(status=ProfileStatus.PUBLIC), name="coalition_profile_public_once"
            ),
            models.UniqueConstraint(
                fields=["partnership"], condition=Q(status__in=OPEN), name="coalition_profile_open_once"
            ),
            models.CheckConstraint(condition=Q(status__in=ProfileStatus.values), name="coalition_profile_known_state"),
            models.CheckConstraint(
                condition=~Q(status__in=EVER_PUBLIC) | Q(decided_at__isnull=False),
                name="coalition_profile_public_by_decision",
            ),
            models.CheckConstraint(
                condition=~Q(status=ProfileStatus.RETURNED) | ~Q(reason=""), name="coalition_profile_returned_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} · {self.get_status_display()}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def seal(self) -> str:
        """Return what names this version as it stands: another version, or this one after a change, has another."""
        return f"{self.pk}.{self.revision}"

    @property
    def seal_before(self) -> str:
        return f"{self.pk}.{self.revision - 1}"


class PartnerProfileText(models.Model):
    """What one version says in one language, in plain words: no markup is kept, none is drawn."""

    profile = models.ForeignKey(PartnerProfile, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(_("language"), max_length=12)
    summary = models.CharField(_("in one sentence"), max_length=LONGEST_SUMMARY, blank=True)
    words = models.TextField(_("in its own words"), max_length=LONGEST_WORDS, blank=True)

    class Meta:
        ordering = ["profile_id", "language"]
        verbose_name = _("words of a partner")
        verbose_name_plural = _("words of partners")
        constraints = [
            models.UniqueConstraint(fields=["profile", "language"], name="coalition_profile_text_once"),
            models.CheckConstraint(condition=~Q(summary="", words=""), name="coalition_profile_text_says_something"),
        ]

    def __str__(self) -> str:
        return self.summary or self.words[:60]
