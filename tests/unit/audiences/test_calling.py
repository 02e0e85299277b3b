"""Calls to other systems: each made at most once without a doubt, to allowed hosts only, without names."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from audiences.actions.calling import LOST_AFTER, make_call, make_calls, settle_lost_calls
from audiences.journey_enums import CallStatus
from audiences.models import WebhookCall
from audiences.ports import CallError
from integrations.webhooks.caller import HttpsCaller
from tests.factories.staff import NOON, World

URL = "https://hooks.example.org/in"


class Listener:
    """Another system that answers what it is told to, and keeps what it heard."""

    def __init__(self, *answers: CallError | None) -> None:
        self.answers, self.heard = list(answers), []  # type: ignore[var-annotated]

    def is_allowed(self, url: str) -> bool:
        return bool(url)

    def call(self, *, key: str, url: str, payload: dict[str, Any]) -> None:
        self.heard.append((key, url, payload))
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer


@pytest.fixture
def call(ours: World) -> WebhookCall:
    return WebhookCall.objects.create(
        organisation=ours.lead, key="run:1:c", url=URL, payload={"step": "c"}, not_before=NOON
    )


def test_call_is_made_once_even_by_two_workers(call: WebhookCall) -> None:
    listener = Listener()
    for _ in range(2):
        make_call(call=call, caller=listener, at=NOON)
    call.refresh_from_db()
    assert (call.status, len(listener.heard)) == (CallStatus.SENT, 1)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CallError("later"), CallStatus.READY),
        (CallError("never", permanent=True), CallStatus.FAILED),
        (CallError("who knows", uncertain=True), CallStatus.UNKNOWN),
    ],
)
def test_refusal_is_written_down(call: WebhookCall, error: CallError, status: str) -> None:
    make_call(call=call, caller=Listener(error), at=NOON)
    call.refresh_from_db()
    assert (call.status, call.reason, call.attempts) == (status, str(error), 1)
    assert call.not_before > NOON


def test_eighth_refusal_is_the_last(call: WebhookCall) -> None:
    WebhookCall.objects.update(attempts=7)
    call.refresh_from_db()
    make_call(call=call, caller=Listener(CallError("later")), at=NOON)
    call.refresh_from_db()
    assert call.status == CallStatus.FAILED


def test_call_of_a_worker_that_died_is_unknown_and_not_made_again(call: WebhookCall) -> None:
    WebhookCall.objects.update(status=CallStatus.SENDING, claimed_at=NOON)
    assert settle_lost_calls(at=NOON + LOST_AFTER) == 0
    assert settle_lost_calls(at=NOON + LOST_AFTER + timedelta(seconds=1)) == 1
    assert make_calls(at=NOON + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.org/in",
        "https://other.example.org/in",
        "https://hooks.example.org@evil.example/in",
        "https://me@hooks.example.org/in",
        "https://127.0.0.1/in",
        "https://hooks.example.org:8443/in",
        "https://hooks.example.org:port/in",
        "https://@hooks.example.org/in",
        "https://hooks.example.org.evil.example/",
    ],
)
def test_addresses_the_operator_did_not_name_are_not_called(url: str, settings: LazySettings) -> None:
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_SECRET = ["hooks.example.org"], "secret"
    assert not HttpsCaller().is_allowed(url)
    with pytest.raises(CallError) as refused:
        HttpsCaller().call(key="k", url=url, payload={})
    assert refused.value.permanent


def test_nothing_is_called_without_a_secret(settings: LazySettings) -> None:
    settings.WEBHOOK_HOSTS, settings.WEBHOOK_SECRET = ["hooks.example.org"], ""
    assert not HttpsCaller().is_allowed(URL)
