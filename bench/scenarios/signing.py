"""The sign form's POST: everything validated, counted and judged, one durable row."""

from bench.context import MOST_PER_SECOND, Bench, describe
from bench.load import Load
from bench.messages import signatures
from people.models import Submission


class LostAnswer(AssertionError):
    """Rows and accepted answers differ."""


def measure_signing(bench: Bench, *, present: int) -> None:
    """Measure the POST beside ``present`` signatures, and prove that every accepted answer left its row."""

    def work(seconds: float) -> Load:
        count = int(seconds * MOST_PER_SECOND)
        forms = signatures(bench.world, bench.new_people(count), count)
        return Load(bench.web.port, forms, seconds, 303, location="/en/sign/sent/")

    before = Submission.objects.count()
    pair = bench.against_insert(work)
    made = Submission.objects.count() - before
    if made != pair.answers:
        raise LostAnswer(f"{pair.answers} forms were accepted, {made} rows were made")
    name = f"sign POST, {present:,} signatures present"
    bench.add(name, f"{pair.ratio:.2f} F", "≥ 0.70 F", is_met=pair.ratio >= 0.70, detail=describe(pair))
    bench.add(f"{name}: p99", f"{pair.p99_ratio:.1f} × F's", "≤ 3 × F's", is_met=pair.p99_ratio <= 3)
