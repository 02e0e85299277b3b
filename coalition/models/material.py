import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from coalition.material_enums import MaterialKind
from coalition.material_querysets import MaterialDownloadQuerySet, MaterialQuerySet, MaterialVersionQuerySet
from places.languages import language_name


class Material(models.Model):
    """Something partners campaign with, in any number of languages.

    ``countries`` and ``roles`` say for whom it is meant, ``,BE,FR,``; blank: for everybody who takes part.
    """

    campaign = models.ForeignKey(
        "campaigns.Campaign", on_delete=models.CASCADE, related_name="materials", verbose_name=_("campaign")
    )
    title = models.CharField(_("title"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=MaterialKind.choices, default=MaterialKind.FLYER)
    description = models.CharField(
        _("what it is for"), max_length=300, blank=True, help_text=_("One or two sentences that partners read.")
    )
    position = models.PositiveSmallIntegerField(
        _("order"), default=100, help_text=_("Smaller numbers stand first; the same number: the newest first.")
    )
    countries = models.CharField(_("for partners in"), max_length=1200, blank=True, editable=False)
    roles = models.CharField(_("for"), max_length=120, blank=True, editable=False)
    retired_at = models.DateTimeField(pgettext_lazy("a material", "retired"), null=True, blank=True, editable=False)
    is_generated = models.BooleanField(_("generated for the demo"), default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[MaterialQuerySet] = MaterialQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MaterialKind.values), name="coalition_material_known_kind")
        ]
        indexes = [models.Index(fields=["campaign", "position", "-id"], name="coalition_material_in_order")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_text(self) -> bool:
        return self.kind == MaterialKind.TEXT

    def is_meant_for(self, country: str) -> bool:
        """Whether it is for partners of a country, as `MaterialQuerySet.meant_for` asks it of rows."""
        return not self.countries or f",{country}," in self.countries


class MaterialVersion(models.Model):
    """A material in one language, as it once was: a file in the private storage, or a text to copy.

    Its content never changes. A newer version ends it; it stays on record, file and all, and is offered to nobody.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    material = models.ForeignKey(Material, on_delete=models.CASCADE, related_name="versions")
    language = models.CharField(_("language"), max_length=12)
    number = models.PositiveIntegerField(_("version"))
    text = models.TextField(_("text"), blank=True)
    file = models.CharField(max_length=120, blank=True, help_text="its name in the private storage")
    thumbnail = models.CharField(max_length=120, blank=True, help_text="the name of a small picture of it there")
    file_name = models.CharField(_("file"), max_length=150, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey("accounts.User", null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(_("replaced or taken back"), null=True)

    objects: ClassVar[MaterialVersionQuerySet] = MaterialVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["language", "-number"]
        verbose_name = _("version of a material")
        verbose_name_plural = _("versions of materials")
        constraints = [
            models.UniqueConstraint(fields=["material", "language", "number"], name="coalition_version_number_once"),
            models.UniqueConstraint(
                fields=["material", "language"],
                condition=Q(ended_at__isnull=True),
                name="coalition_version_one_offered",
            ),
            models.CheckConstraint(
                condition=Q(file="", file_name="", content_type="", size=0) & ~Q(text="")
                | Q(text="", size__gt=0) & ~Q(file="") & ~Q(file_name="") & ~Q(content_type=""),
                name="coalition_version_file_or_text",
            ),
            models.CheckConstraint(condition=~Q(language="") & ~Q(sha256=""), name="coalition_version_complete"),
        ]

    def __str__(self) -> str:
        return f"{self.material_id} {self.language} v{self.number}"

    @property
    def language_name(self) -> str:
        return language_name(self.language)

    @property
    def is_picture(self) -> bool:
        return bool(self.thumbnail)


class MaterialDownload(models.Model):
    """How often a version was taken by one partner on one day, or by the lead's own people (no partner).

    A number, never a person: who took it is kept nowhere.
    """

    version = models.ForeignKey(MaterialVersion, on_delete=models.CASCADE, related_name="downloads")
    partnership = models.ForeignKey(
        "campaigns.Partnership", null=True, on_delete=models.PROTECT, related_name="material_downloads"
    )
    day = models.DateField(help_text="in the campaign's time zone")
    count = models.PositiveIntegerField(default=0)

    objects: ClassVar[MaterialDownloadQuerySet] = MaterialDownloadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("downloads of a material")
        verbose_name_plural = _("downloads of materials")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "partnership", "day"],
                condition=Q(partnership__isnull=False),
                name="coalition_download_partner_day_once",
            ),
            # No two NULLs are the same to a database: without one of its own the lead's days would be there twice.
            models.UniqueConstraint(
                fields=["version", "day"],
                condition=Q(partnership__isnull=True),
                name="coalition_download_lead_day_once",
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="coalition_download_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.day} {self.count}"
