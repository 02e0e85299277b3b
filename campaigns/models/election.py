from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

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
