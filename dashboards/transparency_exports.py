"""A ledger as CSV for everybody: what the public page shows and not a cell more."""

from collections.abc import Sequence

from campaigns.selectors.transparency import LedgerPage
from dashboards.exports import write_csv


def sponsors_csv(shown: LedgerPage) -> str:
    """Return one row for each contribution of a sponsor above the threshold, and one for all sponsors not above it.

    ``group`` is ``above`` or ``not_above``; a private person who did not agree to be named has an empty ``sponsor``.
    ``sponsors`` says how many a row stands for; sums are in euros.
    """
    header = [
        "group", "sponsor", "kind", "received_on", "in_kind", "amount", "sponsor_total", "sponsors", "threshold",
        "in_register_on", "generated",
    ]  # fmt: skip
    shared = [shown.rule.threshold, _day(shown.register_date), shown.ledger.is_generated]
    rows: list[Sequence[object]] = [
        ["above", sponsor.public_name, sponsor.kind, _day(gift.received_date), gift.is_in_kind, gift.amount,
         sponsor.total, 1, *shared]
        for sponsor in shown.above
        for gift in sponsor.gifts  # type: ignore[attr-defined]
    ]  # fmt: skip
    sums = shown.sums
    rows.append(["not_above", "", "", "", "", sums.below_total, "", sums.below_count, *shared])
    return write_csv(header, rows)


def helpers_csv(shown: LedgerPage) -> str:
    """Return one row for each organisation that helps without money."""
    rows = [
        [row.organisation, row.what, _day(row.since_date), _day(row.until_date), row.is_generated]
        for row in shown.helps
    ]
    return write_csv(["organisation", "what", "since", "until", "generated"], rows)


def _day(day: object) -> str:
    return "" if day is None else str(day)
