"""The press of the confirming button: supporter, consents, signature."""

from bench.context import Bench, describe
from bench.load import Load
from bench.messages import confirmations
from bench.scenarios.signing import LostAnswer
from campaigns.models import Signature
from people.enums import SubmissionStatus
from people.models import Submission
from people.tokens import CONFIRM, sign_uuid

MOST_CONFIRMED_PER_SECOND = 1_500


def measure_confirming(bench: Bench, *, present: int) -> None:
    """Measure the POST for people not known yet, and prove that every answer made one signature."""

    def work(seconds: float) -> Load:
        pending = Submission.objects.filter(status=SubmissionStatus.PENDING).order_by("-id")
        ids = pending.values_list("public_id", flat=True)[: int(seconds * MOST_CONFIRMED_PER_SECOND)]
        tokens = [sign_uuid(public_id, CONFIRM) for public_id in ids]
        return Load(bench.web.port, confirmations(bench.world, tokens), seconds, 303, location="/en/share/")

    before = Signature.objects.count()
    pair = bench.against_insert(work)
    made = Signature.objects.count() - before
    if made != pair.answers:
        raise LostAnswer(f"{pair.answers} confirmations were answered, {made} signatures were made")
    name = f"confirm POST, {present:,} signatures present"
    bench.add(name, f"{pair.ratio:.2f} F", "≥ 0.25 F", is_met=pair.ratio >= 0.25, detail=describe(pair))
