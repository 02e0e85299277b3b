"""What people told us, in sentences for paper: beside official figures, never mixed with them."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext

from campaigns.charts.numbers import whole
from campaigns.templatetags.registration_figures import as_of, points, signed
from core.lists import listed
from core.small_counts import FewerThan
from dashboards.attribution import Attribution
from dashboards.pledge_ladders import LadderTable


def told_sentences(tables: Sequence[LadderTable], gain: Attribution | None) -> list[str]:
    """Return the sentences; none where the campaign asks for no pledge to register."""
    if not tables or gain is None:
        return []
    return [*(_steps(table) for table in tables), *_bound(gain)]


def said(count: int | None) -> str:
    """Write a count, or "fewer than 10"."""
    if count is None:
        return "—"
    return str(count) if isinstance(count, FewerThan) else whole(int(count))


def _steps(table: LadderTable) -> str:
    steps = [
        gettext("%(step)s %(number)s") % {"step": name, "number": said(count)}
        for name, count in zip(table.step_names, table.total.steps, strict=True)
    ]
    return gettext("Informed face to face: %(informed)s. Of pledges (%(kind)s): %(steps)s.") % {
        "informed": said(table.total.informed),
        "kind": table.kind.name,
        "steps": listed(steps),
    }


def _bound(gain: Attribution) -> Iterable[str]:
    line = gain.whole
    if line.gained is None or line.first is None or line.last is None:
        return
    yield gettext("Between %(first)s and %(last)s the official figure changed by %(people)s people (%(points)s).") % {
        "first": as_of(line.first),
        "last": as_of(line.last),
        "people": signed(line.gained),
        "points": "—" if line.points is None else points(line.points),
    }
    if line.at_most is None:
        return
    yield gettext(
        "In that time %(sent)s told us that they sent the form: at most %(most)s of the gain could be theirs."
    ) % {
        "sent": said(line.sent),
        "most": said(line.at_most),
    }
    yield gettext(
        "Whether any of them is in the gain nobody outside the communes can know; it says nothing of a cause."
    )
