from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from campaigns.actions.initiatives import ImportReport, InitiativeImportError, import_counts, import_register_entry
from campaigns.initiative_counts import CountsError, read_counts
from campaigns.initiative_register import RegisterError, read_entry
from campaigns.initiative_rules import InitiativeRuleError
from campaigns.models import Campaign, DeadlineKind, DeadlineOrigin, Initiative
from campaigns.models.initiative import RATE_VALIDATORS
from campaigns.selectors.initiatives import countries_of

if TYPE_CHECKING:
    from accounts.models import User

MAX_BYTES = 2_000_000
SALT = "dashboards.initiative-import"
APPLY_WITHIN_SECONDS = 3600


def _read_upload(upload: UploadedFile) -> bytes:
    if (upload.size or 0) > MAX_BYTES:
        raise forms.ValidationError(_("The file is larger than 2 MB."))
    return upload.read()


class RegisterImportForm(forms.Form):
    """The register's answer about one initiative, as a JSON file."""

    file = forms.FileField(label=_("JSON file of the public register"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if upload := cleaned.get("file"):
            cleaned["plan"] = {"kind": "register", "content": _text_of(_read_upload(upload), "file")}
        return cleaned


class CountsImportForm(forms.Form):
    """Counts per country, as a CSV file."""

    initiative = forms.ModelChoiceField(Initiative.objects.none(), label=_("Initiative"))
    as_of = forms.DateField(
        label=_("As of"), help_text=_("the day the counts speak of"), widget=forms.DateInput(attrs={"type": "date"})
    )
    is_certified = forms.BooleanField(label=_("Certified by the national authorities"), required=False)
    counts = forms.FileField(
        label=_("CSV file"),
        help_text=_("Columns: country, statements_of_support, and optionally certified_after_submission"),
    )

    def __init__(self, *args: Any, user: "User", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["initiative"].queryset = Initiative.objects.visible_to(user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("counts") and cleaned.get("initiative") and cleaned.get("as_of"):
            cleaned["plan"] = {
                "kind": "counts",
                "content": _text_of(_read_upload(cleaned["counts"]), "counts"),
                "number": cleaned["initiative"].registration_number,
                "as_of": cleaned["as_of"].isoformat(),
                "is_certified": cleaned["is_certified"],
            }
        return cleaned


def _text_of(content: bytes, field: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise forms.ValidationError({field: _("The file is not UTF-8 text.")}) from None


def sign_plan(plan: Mapping[str, Any]) -> str:
    """Return an import that was looked at, signed so that exactly this is applied and nothing else."""
    return signing.dumps(dict(plan), salt=SALT, compress=True)


def read_plan(signed: str) -> dict[str, Any]:
    """Return the import from `sign_plan`. Raises `signing.BadSignature` when changed or older than an hour."""
    plan: dict[str, Any] = signing.loads(signed, salt=SALT, max_age=APPLY_WITHIN_SECONDS)
    return plan


def run_plan(plan: Mapping[str, Any], *, by: "User", today: date, is_dry_run: bool) -> ImportReport:
    """Run an import. Raises forms.ValidationError with the sentence that says what is wrong with the file."""
    try:
        if plan["kind"] == "register":
            entry = read_entry(plan["content"].encode())
            return import_register_entry(entry=entry, by=by, is_dry_run=is_dry_run)
        initiative = Initiative.objects.visible_to(by).get(registration_number=plan["number"])
        return import_counts(
            registration_number=initiative.registration_number,
            counts=read_counts(plan["content"].encode(), registered=initiative.registered_date),
            as_of=date.fromisoformat(plan["as_of"]),
            is_certified=plan["is_certified"],
            today=today,
            by=by,
            is_dry_run=is_dry_run,
        )
    except (RegisterError, CountsError, InitiativeRuleError, InitiativeImportError) as error:
        raise forms.ValidationError(str(error)) from error
    except Initiative.DoesNotExist:
        raise forms.ValidationError(_("This initiative is no longer here.")) from None


class SettingsForm(forms.Form):
    """How staff plan an initiative: its campaign, expected valid shares, deadlines."""

    campaign = forms.ModelChoiceField(
        Campaign.objects.none(),
        label=_("Our campaign for it"),
        required=False,
        help_text=_("Its own signatures are shown beside the official count, never added to it."),
    )
    is_public = forms.BooleanField(label=_("Shown on the public site"), required=False)
    default_validity_rate = forms.DecimalField(
        label=_("Share of statements expected to be valid"),
        max_digits=4,
        decimal_places=3,
        validators=RATE_VALIDATORS,
        help_text=_("Between 0.01 and 1; past initiatives kept 0.85 to 0.89."),
    )

    def __init__(self, *args: Any, initiative: Initiative, user: "User", language: str, **kwargs: Any) -> None:
        self.initiative = initiative
        kwargs["initial"] = {
            "campaign": initiative.campaign_id,
            "is_public": initiative.is_public,
            "default_validity_rate": initiative.default_validity_rate,
        }
        super().__init__(*args, **kwargs)
        led = Campaign.objects.led_by(user, Role.COORDINATOR).values("pk")
        offered = Campaign.objects.filter(Q(pk__in=led) | Q(initiatives=initiative)).distinct()
        self.fields["campaign"].queryset = offered  # type: ignore[attr-defined]
        self._add_deadlines()
        self._add_rates(language)

    def _add_deadlines(self) -> None:
        stored = {deadline.kind: deadline for deadline in self.initiative.deadlines.all()}
        for kind in DeadlineKind:
            deadline = stored.get(kind)
            self.fields[f"deadline_{kind.value}"] = forms.DateField(
                label=capfirst(kind.label),
                required=False,
                initial=deadline.due_date if deadline else None,
                widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
                help_text=DeadlineOrigin(deadline.origin).label if deadline else "",
            )

    def _add_rates(self, language: str) -> None:
        rates = dict(self.initiative.validity_estimates.values_list("country", "rate"))
        for code, name in countries_of(self.initiative, language):
            self.fields[f"rate_{code}"] = forms.DecimalField(
                label=name,
                required=False,
                initial=rates.get(code),
                max_digits=4,
                decimal_places=3,
                validators=RATE_VALIDATORS,
            )

    @property
    def deadline_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("deadline_")]

    @property
    def rate_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name.startswith("rate_")]

    def deadlines(self) -> dict[str, date]:
        """Return the days given, by kind."""
        given = {kind.value: self.cleaned_data[f"deadline_{kind.value}"] for kind in DeadlineKind}
        return {kind: day for kind, day in given.items() if day}

    def rates(self) -> dict[str, Decimal]:
        """Return the countries that differ from the default."""
        return {
            name.removeprefix("rate_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("rate_") and value is not None
        }


class SetAsideForm(forms.Form):
    reason = forms.CharField(label=_("Why is this reading wrong?"), max_length=300)
