"""Elections and their rules: loaded from files, corrected by staff. What was in force before stays readable."""

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.eligibility_files import ElectionFile
from campaigns.eligibility_rules import RulesError, read_rules
from campaigns.models import Election, EligibilityCase, EligibilityRules
from campaigns.selectors.elections import failing_cases
from core import audit
from places.models import Territory

if TYPE_CHECKING:
    from accounts.models import User


class FailingCasesError(Exception):
    """Examples end otherwise than they must, and nobody said why that is right."""

    def __init__(self, labels: list[str]) -> None:
        super().__init__("; ".join(labels))
        self.labels = labels


class OutdatedRulesError(Exception):
    """Somebody else saved a version meanwhile; ``newest`` is theirs."""

    def __init__(self, newest: EligibilityRules) -> None:
        super().__init__(f"version {newest.version} is newer")
        self.newest = newest


@dataclass
class LoadReport:
    """What loading elections did, by key."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def load_elections(files: list[ElectionFile], *, by: "User | str") -> LoadReport:
    """Make or refresh the elections of these files, each in its own transaction; a second call changes nothing.

    What staff changed (rules, titles, day, an example) is kept as it is. Raises RulesError for a place that is not
    loaded.
    """
    report = LoadReport()
    for file in files:
        getattr(report, _load_election(file, by)).append(file.key)
    return report


@transaction.atomic
def _load_election(file: ElectionFile, by: "User | str") -> str:
    territory = Territory.objects.filter(code=file.territory).first() if file.territory else None
    if file.territory and territory is None:
        raise RulesError(
            [
                _("%(key)s: the place %(code)s is not loaded; run load_places first.")
                % {"key": file.key, "code": file.territory}
            ]
        )
    facts = {
        "titles": file.titles,
        "kind": file.kind,
        "country": file.country,
        "territory": territory,
        "election_date": file.election_date,
    }
    election = Election.objects.select_for_update().filter(key=file.key).first()
    is_new = election is None
    if election is None:
        election = Election.objects.create(key=file.key, is_shipped=True, **facts)
    newest = EligibilityRules.objects.filter(election=election, territory=None).order_by("-version").first()
    if newest and not newest.is_shipped:
        return "kept"
    done = [_follow(election, facts), _follow_rules(election, newest, file)]
    held = {case.label: case for case in EligibilityCase.objects.filter(election=election)}
    for case in file.cases:
        values = {"answers": case.answers, "outcome": case.outcome.value}
        if case.label in held:
            done.append(_follow(held[case.label], values))
        elif case.label in election.loaded_examples:
            done.append("kept")
        else:
            EligibilityCase.objects.create(election=election, label=case.label, is_shipped=True, **values)
            done.append("updated")
    _remember_examples(election, file)
    if "updated" not in done:
        return "kept" if "kept" in done else "unchanged"
    audit.record("campaigns.election.loaded", by=by, target=election)
    return "created" if is_new else "updated"


def _remember_examples(election: Election, file: ElectionFile) -> None:
    """Write down which examples came, so that what staff deleted or renamed stays as they left it."""
    known = [*election.loaded_examples, *(case.label for case in file.cases)]
    labels = list(dict.fromkeys(known))
    if labels != election.loaded_examples:
        election.loaded_examples = labels
        election.save(update_fields=["loaded_examples"])


def _follow(row: Election | EligibilityCase, values: dict[str, Any]) -> str:
    """Give a row these values, unless staff changed it; say what was done."""
    if _is_same(row, values):
        return "unchanged"
    if not row.is_shipped:
        return "kept"
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return "updated"


def _follow_rules(election: Election, newest: EligibilityRules | None, file: ElectionFile) -> str:
    """Make the file's rules the newest version, if they are not. Raises RulesError if they do not fit staff's day."""
    content = {
        "rules": file.raw_rules,
        "source_text": file.source_text,
        "source_url": file.source_url,
        "checked_date": file.checked_on,
    }
    is_moved = _set_deadline(election, file.raw_rules)
    if newest and _is_same(newest, content):
        return "updated" if is_moved else "unchanged"
    version = newest.version + 1 if newest else 1
    EligibilityRules.objects.create(election=election, version=version, is_shipped=True, **content)
    return "updated"


def _is_same(row: Any, values: dict[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _set_deadline(election: Election, rules: dict[str, Any]) -> bool:
    """Give the election the last day to register that its rules name: figures and pages must not differ."""
    last_day = read_rules(rules, election_date=election.election_date).last_day
    if election.registration_deadline == last_day:
        return False
    election.registration_deadline = last_day
    election.save(update_fields=["registration_deadline"])
    return True


@transaction.atomic
def save_rules(
    *,
    election: Election,
    territory: Territory | None,
    rules: dict[str, Any],
    source_text: str,
    source_url: str,
    checked_date: date,
    by: "User",
    reason: str = "",
    based_on: int | None = None,
) -> EligibilityRules:
    """Make these the rules in force, as a new version; the same rules again return the version there is.

    The election's last day to register follows the rules that hold everywhere in it. ``based_on`` is the version the
    author had before them (0: none); None does not ask.

    Raises RulesError for rules that cannot be read, FailingCasesError when an example ends otherwise than it must and
    no ``reason`` is given, OutdatedRulesError when there is a newer version than ``based_on`` that says something else.
    """
    election = Election.objects.select_for_update().get(pk=election.pk)
    rows = EligibilityRules.objects.filter(election=election, territory=territory)
    content = {
        "rules": rules, "source_text": source_text, "source_url": source_url, "checked_date": checked_date,
    }  # fmt: skip
    newest = rows.order_by("-version").first()
    if newest and based_on is not None and newest.version != based_on and not _is_same(newest, content):
        raise OutdatedRulesError(newest)
    failing = failing_cases(election, rules)
    if failing and not reason:
        raise FailingCasesError([case.label for case in failing])
    if territory is None:
        _set_deadline(election, rules)
    if newest and _is_same(newest, content):
        return newest
    version = newest.version + 1 if newest else 1
    saved = EligibilityRules.objects.create(
        election=election, territory=territory, version=version, reason=reason, **content
    )
    audit.record(
        "campaigns.eligibility_rules.saved", by=by, target=saved, version=version, failing_examples=len(failing)
    )
    return saved


@transaction.atomic
def restore_rules(
    *, row: EligibilityRules, by: "User", reason: str = "", based_on: int | None = None
) -> EligibilityRules:
    """Put an earlier version in force again, as a new version; one that is in force already is returned as it is.

    Raises what `save_rules` raises.
    """
    return save_rules(
        election=row.election,
        territory=row.territory,
        rules=row.rules,
        source_text=row.source_text,
        source_url=row.source_url,
        checked_date=row.checked_date,
        by=by,
        reason=reason,
        based_on=based_on,
    )
