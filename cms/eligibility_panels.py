"""What else a result shows: packages register panels in ``settings.ELIGIBILITY_PANELS`` (a pledge, a reminder …)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

from campaigns.eligibility import Verdict
from campaigns.models import CommuneOffice

if TYPE_CHECKING:
    from cms.models import RegistrationPage


@dataclass(frozen=True)
class CheckResult:
    """What a panel may know: never who somebody is, and nothing that is kept.

    ``source``: the code of the link that brought the visit.
    """

    page: "RegistrationPage"
    verdict: Verdict
    commune: str
    office: CommuneOffice | None
    last_day: date
    days_left: int | None
    source: str = ""


@dataclass(frozen=True)
class Panel:
    """A template and its context, drawn under the result.

    ``label``: words of a button near the top that leads down to it, to the element ``anchor``; blank: none.
    """

    template: str
    context: dict[str, Any]
    label: str = ""
    anchor: str = ""


def panels_for(result: CheckResult) -> list[Panel]:
    """Return the panels for a result, in the order of the setting; a registered function may answer None."""
    found: list[Panel | None] = [_panel_of(path)(result) for path in settings.ELIGIBILITY_PANELS]
    return [panel for panel in found if panel]


def _panel_of(path: str) -> Callable[[CheckResult], Panel | None]:
    found: Callable[[CheckResult], Panel | None] = import_string(path)
    return found
