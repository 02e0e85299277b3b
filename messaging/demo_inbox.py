"""The demo's threads of texts, all invented: what waits, what a colleague took, what the machine did by itself."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.demo import LEAD
from accounts.enums import Role
from accounts.models import Organisation, User
from messaging.actions.inbound import receive_text
from messaging.actions.inbox import answer_text, take_thread
from messaging.models import InboundMessage
from people.enums import Channel
from people.models import ContactPoint, Supporter

_MARK = "demo-text-"


class _Text(NamedTuple):
    """A text of the demo: from which of its numbers, how many hours ago, and what a colleague answered."""

    number: int
    hours: float
    words: str
    answer: str = ""
    taken: bool = False


_TEXTS = (
    _Text(1, 50, "Bonjour, c'est bien vous qui étiez place Flagey samedi ?", "Oui, c'était nous ! À bientôt."),
    _Text(1, 26, "Super. Vous y serez encore samedi prochain ? J'amène ma sœur 🙂"),
    _Text(2, 30, "We have got to STOP this bill. What can I do besides signing?", taken=True),
    _Text(3, 20, "هل أستطيع التسجيل للتصويت إذا وصلت إلى بروكسل قبل سنة؟"),
    _Text(4, 9, "Stop. Dank u"),
    _Text(5, 7, "Kan ik mijn zoon van 16 meebrengen?", "Ja, graag! Hij mag mee, ondertekenen kan hij nog niet."),
    _Text(6, 3, "Who is this? How did you get my number"),
    _Text(7, 1, "AIDE"),
)


@transaction.atomic
def load_demo_inbox() -> None:
    """Load the threads once; a second call changes nothing."""
    if InboundMessage.objects.filter(provider_id__startswith=_MARK).exists():
        return
    lead = Organisation.objects.get(slug=LEAD)
    ada = User.objects.filter(memberships__organisation=lead, memberships__role=Role.COORDINATOR).order_by("pk")[0]
    known = iter(_numbers_known_to(ada))
    numbers = {1: next(known, _number(1)), 2: next(known, _number(2)), 5: next(known, _number(5))}
    for index, text in enumerate(_TEXTS):
        _load(index, text, numbers.get(text.number, _number(text.number)), lead, ada)


def _load(index: int, text: _Text, number: str, lead: Organisation, ada: User) -> None:
    at = timezone.now() - timedelta(hours=text.hours)
    inbound = receive_text(
        channel=Channel.SMS, address=number, text=text.words, provider_id=f"{_MARK}{index}", at=at, organisation=lead
    )
    if text.answer:
        _answer(inbound, text.answer, ada, at + timedelta(minutes=12))
    if text.taken:
        take_thread(inbound=inbound, by=ada)


def _answer(inbound: InboundMessage, words: str, ada: User, at: datetime) -> None:
    """Answer as Ada did then; the message leaves now, into the local outbox."""
    message = answer_text(inbound=inbound, text=words, occasion="demo", by=ada, at=at)
    type(message).objects.filter(pk=message.pk).update(created_at=at, expires_at=timezone.now() + timedelta(hours=1))


def _number(last: int) -> str:
    return f"+32470000{200 + last}"


def _numbers_known_to(ada: User) -> list[str]:
    """Return numbers of generated supporters whom the coordinator sees, so that names stand over some threads."""
    seen = Supporter.objects.visible_to(ada).filter(is_generated=True)
    points = ContactPoint.objects.filter(channel=Channel.SMS, supporter__in=seen).exclude(supporter__full_name="")
    return list(points.order_by("pk").values_list("canonical", flat=True)[:3])
