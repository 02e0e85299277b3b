"""Everything somebody should see before a broadcast leaves: who gets which words, how long it takes, what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.translation import get_language_info

from audiences.models import Broadcast, BroadcastVariant
from audiences.pace import is_too_slow, minutes_for, rate_of
from audiences.selectors.broadcast_reach import Reach, reach_of, reachable_points
from messaging.light_markup import TextWriter
from messaging.link_sources import add_source
from messaging.models import Wording
from messaging.sms_prices import Cost, cost_of, recipients_by_code
from messaging.sms_text import segments
from messaging.wording_rules import read_words, sms_words, write_text
from messaging.wordings import NoWording, newest_wordings, pick_wording
from people.enums import Channel
from places.languages import language_name

# As long as most first names are: what a text message will about take.
_SAMPLE_NAME = "Alexandra"


def name_of(language: str) -> str:
    """Return a language's name in the reader's language, blank for none; its own name where Django knows no other."""
    try:
        return str(get_language_info(language)["name_translated"]) if language else ""
    except KeyError:
        return language_name(language)


@dataclass(frozen=True)
class Words:
    """What people of one language are given of one variant; ``segments`` of a text message, each charged."""

    label: str
    wording: Wording | None
    language: str
    is_fallback: bool
    segments: int = 0
    cost: Cost | None = None


@dataclass(frozen=True)
class LanguageLine:
    """People who speak one language (blank: nobody knows which), and the words of each variant for them."""

    language: str
    name: str
    people: int
    words: list[Words]

    @property
    def is_lacking(self) -> bool:
        """Whether some of them are given words in another language than their own."""
        return any(each.is_fallback for each in self.words)


@dataclass(frozen=True)
class Shown:
    """The words of one variant in one language, as plain text, for whoever has to approve them."""

    label: str
    text_id: int
    code: str
    language: str
    subject: str
    words: str


@dataclass(frozen=True)
class Sheet:
    """``minutes``: for how long it leaves at the rate, None: nobody can say; ``costs`` by currency, of all lines.

    ``is_too_slow``: at that rate it is not finished before the moment until which it is useful.
    """

    reach: Reach
    lines: list[LanguageLine]
    minutes: int | None
    costs: Cost = field(default_factory=Cost)
    is_too_slow: bool = False

    @property
    def lacking(self) -> list[LanguageLine]:
        return [line for line in self.lines if line.is_lacking and line.language]


def sheet_of(broadcast: Broadcast, at: datetime) -> Sheet:
    reach = reach_of(broadcast, at)
    variants = list(broadcast.variants.order_by("label").select_related("text"))
    newest = newest_wordings(variant.text for variant in variants)
    codes = _codes_by_language(broadcast, at) if broadcast.channel == Channel.SMS else {}
    lines = []
    for language, people in reach.languages.items():
        numbers = codes.get(language, {})
        words = [_words(broadcast, each, newest[each.text_id], language, numbers) for each in variants]
        lines.append(LanguageLine(language, name_of(language), people, words))
    minutes = minutes_for(reach.reachable, rate_of(broadcast))
    return Sheet(reach, lines, minutes, _all_costs(lines), is_too_slow(broadcast, minutes, at))


def _words(
    broadcast: Broadcast,
    variant: BroadcastVariant,
    newest: Mapping[str, Wording],
    language: str,
    numbers: Mapping[str, int],
) -> Words:
    try:
        wording = pick_wording(variant.text, newest, language)
    except NoWording:
        return Words(variant.label, None, "", True)
    is_fallback = wording.language != language
    if broadcast.channel != Channel.SMS:
        return Words(variant.label, wording, name_of(wording.language), is_fallback)
    count = segments(sample_sms(wording, f"b{broadcast.pk}{variant.label.lower()}"))
    name = name_of(wording.language)
    return Words(variant.label, wording, name, is_fallback, count, cost_of(count, numbers))


def sample_sms(wording: Wording, source: str) -> str:
    """Return a text message as somebody will about get it: with a name, and the code in its links."""
    organisation = str(wording.text.organisation)
    known = {"first_name": _SAMPLE_NAME, "full_name": f"{_SAMPLE_NAME} Example", "organisation": organisation}
    words = add_source(sms_words(wording.body), source, settings.PUBLIC_URL)
    pieces = (piece if isinstance(piece, str) else known.get(piece.name, "x" * 30) for piece in read_words(words))  # type: ignore[union-attr]
    return " ".join("".join(pieces).split())


def _codes_by_language(broadcast: Broadcast, at: datetime) -> dict[str, dict[str, int]]:
    points = reachable_points(broadcast, at)
    languages = points.order_by().values_list("supporter__language", flat=True).distinct()
    return {each: recipients_by_code(points.filter(supporter__language=each)) for each in languages}


def _all_costs(lines: list[LanguageLine]) -> Cost:
    """Add up what each language costs; with several variants the dearest, so that nobody pays more than was said."""
    total = Cost()
    for line in lines:
        costs = [each.cost for each in line.words if each.cost is not None]
        if not costs:
            continue
        dearest = max(costs, key=lambda cost: sum(cost.sums.values()))
        for currency, amount in dearest.sums.items():
            total.sums[currency] = total.sums.get(currency, 0) + amount
        total = Cost(total.sums, total.unknown + dearest.unknown)
    return total


def words_of(broadcast: Broadcast) -> list[Shown]:
    """Return what every variant says in each of its languages, with the gaps for a person's own words named.

    Once it has begun, the versions that were fixed then.
    """
    variants = list(broadcast.variants.order_by("label").select_related("text"))
    return [
        Shown(variant.label, variant.text_id, code, name_of(code), wording.subject, _plain(wording, broadcast.channel))
        for variant, wordings in zip(variants, _wordings(broadcast, variants), strict=True)
        for code, wording in wordings.items()
    ]


def _wordings(broadcast: Broadcast, variants: list[BroadcastVariant]) -> list[dict[str, Wording]]:
    """Return the wordings of each variant by language."""
    if broadcast.started_at is None:
        newest = newest_wordings(variant.text for variant in variants)
        return [newest[variant.text_id] for variant in variants]
    fixed = Wording.objects.in_bulk({pk for variant in variants for pk in variant.wordings.values()})
    return [{code: fixed[pk] for code, pk in variant.wordings.items() if pk in fixed} for variant in variants]


def _plain(wording: Wording, channel: str) -> str:
    if channel == Channel.SMS:
        return sms_words(wording.body)
    return write_text(wording.body, TextWriter(lambda gap: f"{{{gap.name}}}"))
