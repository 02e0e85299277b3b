"""A stand-in for the phone app's server, kept to docs/phone-protocol.md.

It answers at the real addresses through Django itself (sessions, cookies, a network to switch off), so a journey cannot
tell the two apart. ``tests/integration/outreach/test_phone_contract.py`` holds it to the contract.
"""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

import segno
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from accounts.models import User
from config.urls import urlpatterns as real_urlpatterns
from outreach.enums import Outcome

LINK = "https://campaign.example.org/{}/vote/?s=cleo7"
LABELS = {
    "informed": {"en": "Informed", "fr": "Informé·e", "ar": "تم إعلامه"},
    "interested": {"en": "Interested", "fr": "Intéressé·e", "ar": "مهتم"},
    "pledged": {"en": "Pledged", "fr": "S’engage", "ar": "تعهّد"},
    "already_registered": {"en": "Already registered", "fr": "Déjà inscrit·e", "ar": "مسجّل من قبل"},
    "not_eligible": {"en": "Not eligible", "fr": "N’a pas le droit", "ar": "لا يحق له"},
    "refused": {"en": "Refused", "fr": "Refus", "ar": "رفض"},
    "nobody": {"en": "Nobody there", "fr": "Personne", "ar": "لا أحد"},
}
CONSENT = {
    "en": "I agree that Open Doors writes to me about this campaign.",
    "fr": "J’accepte qu’Open Doors m’écrive au sujet de cette campagne.",
    "ar": "أوافق على أن تراسلني «أوبن دورز» بشأن هذه الحملة.",
}


def effort(**changes: Any) -> dict[str, Any]:
    """Return one effort as ``/state`` shows it."""
    consents = [
        {
            "text": 10 * number + offset, "language": language, "purpose": "campaign_news", "channel": channel,
            "organisation": "Open Doors", "privacy_url": f"https://campaign.example.org/{language}/privacy/",
            "body": body,
        }
        for number, (language, body) in enumerate(CONSENT.items(), start=1)
        for offset, channel in enumerate(("sms", "email"))
    ]  # fmt: skip
    questions = [
        {
            "key": "heard", "kind": "choice", "next": "",
            "text": {"en": "Did you know you may vote here?", "fr": "Le saviez-vous ?"},
            "options": [
                {"key": "yes", "text": {"en": "Yes", "fr": "Oui"}, "next": ""},
                {"key": "no", "text": {"en": "No", "fr": "Non"}, "next": "why"},
            ],
        },
        {"key": "why", "kind": "text", "text": {"en": "What would help?"}, "next": "", "options": []},
    ]  # fmt: skip
    base = {
        "id": 3, "title": "Market at Flagey", "kind": "stall",
        "outcomes": [{"key": key, "label": LABELS[key]} for key in Outcome.values],
        "languages": ["fr", "nl", "en", "ar", "pt", "pl"],
        "communes": [
            {"code": "NIS 21009", "name": {"en": "Ixelles", "nl": "Elsene", "ar": "إكسل"}},
            {"code": "NIS 21004", "name": {"en": "Brussels", "nl": "Brussel", "ar": "بروكسل"}},
            {"code": "NIS 21005", "name": {"en": "Etterbeek", "ar": "إتربيك"}},
            {"code": "NIS 21015", "name": {"en": "Schaerbeek", "nl": "Schaarbeek", "ar": "سكاربيك"}},
            {"code": "NIS 21013", "name": {"en": "Saint-Gilles", "nl": "Sint-Gillis", "ar": "سان جيل"}},
        ],
        "areas": [{"id": 5, "name": "Flagey", "commune": "NIS 21009"}],
        "barriers": [
            {"key": "did_not_know", "label": {"en": "Did not know"}}, {"key": "no_time", "label": {"en": "No time"}},
            {"key": "fears_obligation", "label": {"en": "Fears the obligation"}},
            {"key": "form_unclear", "label": {"en": "Form unclear"}},
        ],
        "script": {"version": 7, "questions": questions}, "asks_identity": True, "blocked": "", "consents": consents,
        "handover": {
            "url": LINK.format("fr"), "qr": segno.make(LINK.format("fr"), error="m").svg_inline(border=2),
            "urls": {code: LINK.format(code) for code in ("en", "fr", "nl", "ar")},
        },
        "handover_at": [],
    }  # fmt: skip
    return {**base, **changes}


def event(**changes: Any) -> dict[str, Any]:
    """Return one event going on now, at whose door the mobiliser stands, as ``/state`` shows it."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    span = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=3)).isoformat()}
    base = {
        "id": 7, "title": "How to register: workshop", **span, "place": "Maison Example, Rue Exemple 1, 1050 Ixelles",
        "slots": [{"id": 1, **span}], "shifts": [{"id": 9, **span}], "own": True,
        "names_from": (now - timedelta(days=1)).isoformat(), "names_until": (now + timedelta(days=2)).isoformat(),
    }  # fmt: skip
    return {**base, **changes}


def guest(number: int, name: str, **changes: Any) -> dict[str, Any]:
    """Return one guest as the list shows them; ``number`` makes the code: 0000000A for 10."""
    base = {
        "id": f"{number:08x}-0000-4000-8000-000000000000", "name": name, "party": 1, "status": "coming", "slot": 1,
        "qr": hashlib.sha256(f"token-of-guest-{number}".encode()).hexdigest()[:16], "in": None,
    }  # fmt: skip
    return {**base, **changes}


def guests() -> list[dict[str, Any]]:
    since = {"id": "00000000-0000-4000-8000-000000000001", "people": 1, "at": timezone.now().isoformat()}
    return [
        guest(10, "Inês Almeida"), guest(11, "Łukasz Wójcik", party=3), guest(12, "Layla Haddad", status="waiting"),
        guest(13, "Mehmet Yılmaz", status="offered"), guest(14, "Nadia El Amrani-Vandenbroucke", **{"in": since}),
        guest(15, "Tom Janssens", status="cancelled"), guest(16, "ليلى حداد"),
    ]  # fmt: skip


@dataclass
class StandIn:
    """What the server holds: records by id with their owner, and what it was asked to do wrong."""

    records: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    batches: list[dict[str, Any]] = field(default_factory=list)
    mobilisers: set[int] = field(default_factory=set)
    efforts: list[dict[str, Any]] = field(default_factory=lambda: [effort()])
    events: list[dict[str, Any]] = field(default_factory=list)
    guests: list[dict[str, Any]] = field(default_factory=guests)
    check_ins: list[dict[str, Any]] = field(default_factory=list)
    refused: str = ""  # why every check-in needs attention
    lock: threading.Lock = field(default_factory=threading.Lock)

    def contacts_of(self, user: User) -> int:
        """Count the chains of a mobiliser whose last word is no undo."""
        with self.lock:
            words = [record for owner, record in self.records.values() if owner == user.pk]
        last: dict[str, dict[str, Any]] = {}
        for word in sorted(words, key=lambda record: (datetime.fromisoformat(record["at"]), record["id"])):
            last[word["root"]] = word
        return sum(word["type"] != "undo" for word in last.values())

    def state(self, user: User) -> dict[str, Any]:
        now = timezone.localtime()
        shift = {
            "id": 9, "title": "Stall at Flagey", "starts_at": (now - timedelta(hours=1)).isoformat(),
            "ends_at": (now + timedelta(hours=2)).isoformat(), "place": "Place Flagey", "commune": "Ixelles",
            "notes": "Bring the blue table.", "team": "Ixelles",
        }  # fmt: skip
        training = {
            "id": 4, "title": "How to talk at a stall", "starts_at": (now + timedelta(days=3)).isoformat(),
            "ends_at": (now + timedelta(days=3, hours=2)).isoformat(), "place": "Rue de la Loi 1", "presence": "coming",
        }  # fmt: skip
        return {
            "user": f"key-{user.pk}", "name": user.first_name, "language": "en", "server_time": now.isoformat(),
            "today": self.today(user), "own_total": self.contacts_of(user), "efforts": self.efforts,
            "events": self.events, "shifts": [shift], "trainings": [training], "recent": [],
            "calendar_url": "https://campaign.example.org/volunteers/calendar/k.ics",
        }  # fmt: skip

    def today(self, user: User) -> dict[str, Any]:
        return {"date": timezone.localdate().isoformat(), "contacts": self.contacts_of(user)}

    def take(self, user: User, record: dict[str, Any]) -> dict[str, str]:
        """Answer for one record: a phone number needs eight digits, a name needs a granted consent."""
        person = record.get("person") or {}
        with self.lock:
            if record["id"] in self.records:
                return {"id": record["id"], "status": "duplicate"}
            if person.get("phone") and sum(character.isdigit() for character in person["phone"]) < 8:
                return {
                    "id": record["id"], "status": "needs_attention", "reason": "phone_unreadable",
                    "field": "person.phone", "message": "This phone number cannot be read.",
                }  # fmt: skip
            self.records[record["id"]] = (user.pk, record)
        return {"id": record["id"], "status": "accepted"}

    def check_in(self, record: dict[str, Any]) -> dict[str, str]:
        """Answer for one check-in or undo, once each."""
        with self.lock:
            if self.refused:
                words = {"reason": self.refused, "field": "rsvp", "message": "This registration is gone."}
                return {"id": record["id"], "status": "needs_attention", **words}
            is_known = any(record["id"] == known["id"] for known in self.check_ins)
            if not is_known:
                self.check_ins.append(record)
            for each in self.guests:
                if each["id"] == record.get("rsvp"):
                    is_in = record["type"] == "check_in"
                    presence = {"id": record["id"], "people": record.get("people", 1), "at": record["at"]}
                    each["in"] = presence if is_in else None
        return {"id": record["id"], "status": "duplicate" if is_known else "accepted"}


stand_in = StandIn()


def _refusal(request: HttpRequest) -> JsonResponse | None:
    if request.headers.get("X-Carillon-App") != "1":
        return JsonResponse({"error": "unreadable"}, status=HTTPStatus.BAD_REQUEST)
    if not request.user.is_authenticated:
        return JsonResponse({"error": "signed_out"}, status=HTTPStatus.UNAUTHORIZED)
    if request.user.pk not in stand_in.mobilisers:
        words = {"error": "not_a_mobiliser", "message": "You are signed in, but not as a volunteer."}
        return JsonResponse(words, status=HTTPStatus.FORBIDDEN)
    return None


def state(request: HttpRequest) -> HttpResponse:
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    assert isinstance(request.user, User)
    content = stand_in.state(request.user)
    told = json.dumps([stand_in.efforts, stand_in.events, content["today"], content["own_total"]], sort_keys=True)
    etag = f'"{request.user.pk}-{hashlib.sha256(told.encode()).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    return JsonResponse(content, headers={"ETag": etag, "Cache-Control": "private, no-cache"})


@csrf_exempt
def sync(request: HttpRequest) -> HttpResponse:
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    assert isinstance(request.user, User)
    batch = json.loads(request.body)
    if batch.get("user", f"key-{request.user.pk}") != f"key-{request.user.pk}":
        return JsonResponse({"error": "other_user"}, status=HTTPStatus.CONFLICT)
    stand_in.batches.append(batch)
    answers = [stand_in.take(request.user, record) for record in batch["records"]]
    user = request.user
    return JsonResponse(
        {
            "received_at": timezone.now().isoformat(), "answers": answers,
            "today": stand_in.today(user), "own_total": stand_in.contacts_of(user),
        }
    )  # fmt: skip


def guest_list(request: HttpRequest, pk: int) -> HttpResponse:
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    if pk not in {each["id"] for each in stand_in.events}:
        return JsonResponse({"error": "unknown_event"}, status=HTTPStatus.NOT_FOUND)
    walk_ins = [
        {"id": each["id"], "people": each.get("people", 1), "at": each["at"]}
        for each in stand_in.check_ins
        if each["type"] == "check_in" and "rsvp" not in each
    ]
    told = {"event": pk, "guests": stand_in.guests, "walk_ins": walk_ins}
    etag = f'"{hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    return JsonResponse({**told, "server_time": timezone.now().isoformat()}, headers={"ETag": etag})


@csrf_exempt
def check_ins(request: HttpRequest) -> HttpResponse:
    refusal = _refusal(request)
    if refusal is not None:
        return refusal
    answers = [stand_in.check_in(record) for record in json.loads(request.body)["records"]]
    return JsonResponse({"received_at": timezone.now().isoformat(), "answers": answers})


urlpatterns = [
    path("outreach/api/events/<int:pk>/guests", guest_list),
    path("outreach/api/check-ins", check_ins),
    path("outreach/api/state", state),
    path("outreach/api/sync", sync),
    *real_urlpatterns,
]
