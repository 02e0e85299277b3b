"""Telling people from machines: an odd form is asked for a proof and never lost, a flood is refused."""

import base64
import json
from datetime import datetime, timedelta

import altcha
import pytest
import time_machine
from django.test import Client, RequestFactory

from campaigns.models import LiveSwitches, Petition
from cms.intake_guard import (
    FLOOD_FROM,
    ODD_FROM,
    WAIT_SECONDS,
    WAIT_VALID,
    WINDOW,
    Sender,
    Verdict,
    identify_sender,
    judge,
    wait_token,
)
from cms.petition_spec import PetitionSpec
from core.ttl_cache import clear_ttl_caches
from tests.factories.cms import make_petition
from tests.factories.forms import fill_in, make_spec

pytestmark = pytest.mark.django_db
SENDER = Sender("abc", is_vouched_for=False)


@pytest.fixture
def petition() -> Petition:
    return make_petition()


@pytest.fixture
def spec(petition: Petition) -> PetitionSpec:
    return make_spec(petition)


def verdict(spec: PetitionSpec, at: datetime, sender: Sender = SENDER, **answers: str) -> Verdict:
    form = fill_in(spec, **answers)
    assert form.is_valid(), form.errors
    return judge(form, sender, at)


def solve(client: Client) -> str:
    """Do the work a browser does unseen, and return its proof."""
    challenge = client.get("/en/sign/challenge/").json()
    solution = altcha.solve_challenge(
        challenge["challenge"], challenge["salt"], challenge["algorithm"], challenge.get("maxNumber") or 60_000
    )
    assert solution is not None
    proof = {name: challenge[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps({**proof, "number": solution.number}).encode()).decode()


def test_judge_lets_the_first_forms_of_an_address_through_and_then_asks_for_a_proof(
    spec: PetitionSpec, at: datetime
) -> None:
    verdicts = [verdict(spec, at) for _ in range(ODD_FROM + 2)]
    assert verdicts == [Verdict.FINE] * ODD_FROM + [Verdict.NEEDS_PROOF] * 2
    assert verdict(spec, at, Sender("another", is_vouched_for=False)) == Verdict.FINE


def test_judge_forgets_after_its_window(spec: PetitionSpec, clock: time_machine.Traveller, at: datetime) -> None:
    for _ in range(ODD_FROM + 1):
        verdict(spec, at)
    clock.shift(WINDOW)
    assert verdict(spec, at) == Verdict.FINE


def test_judge_refuses_a_flood_from_one_address_even_with_a_proof(
    spec: PetitionSpec, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = iter([FLOOD_FROM, FLOOD_FROM + 1])
    monkeypatch.setattr("cms.intake_guard.hit", lambda name, window: next(seen))
    assert verdict(spec, at) == Verdict.NEEDS_PROOF
    assert verdict(spec, at, altcha=solve(Client())) == Verdict.FLOOD


def test_judge_never_stops_a_network_staff_vouch_for(spec: PetitionSpec, at: datetime) -> None:
    vouched = Sender("abc", is_vouched_for=True)
    assert {verdict(spec, at, vouched, website="http://x") for _ in range(ODD_FROM + 5)} == {Verdict.FINE}
    assert verdict(spec, at) == Verdict.FINE


def test_judge_without_any_address_does_not_lock_the_whole_world_out(spec: PetitionSpec, at: datetime) -> None:
    unknown = Sender("", is_vouched_for=False)
    assert {verdict(spec, at, unknown) for _ in range(ODD_FROM + 5)} == {Verdict.FINE}
    assert verdict(spec, at, unknown, website="http://x") == Verdict.NEEDS_PROOF


def test_judge_of_a_filled_in_trap_asks_for_a_proof_and_then_takes_the_form(spec: PetitionSpec, at: datetime) -> None:
    assert verdict(spec, at, website="http://spam.example") == Verdict.NEEDS_PROOF
    assert verdict(spec, at, website="http://spam.example", altcha=solve(Client())) == Verdict.FINE


def test_judge_under_attack_asks_everybody(spec: PetitionSpec, at: datetime) -> None:
    switches = LiveSwitches.load()
    switches.asks_challenge_always = True
    switches.save()
    clear_ttl_caches()
    assert verdict(spec, at) == Verdict.NEEDS_PROOF
    assert verdict(spec, at, altcha=solve(Client())) == Verdict.FINE


def test_proof_passes_once_and_a_made_up_one_never(spec: PetitionSpec, at: datetime) -> None:
    proof = solve(Client())
    assert verdict(spec, at, website="x", altcha=proof) == Verdict.FINE
    assert verdict(spec, at, website="x", altcha=proof) == Verdict.NEEDS_PROOF
    work = json.loads(base64.b64decode(solve(Client())))
    for forged in ({**work, "number": work["number"] + 1}, {**work, "signature": "0" * 64}, {"challenge": "x"}, []):
        text = base64.b64encode(json.dumps(forged).encode()).decode()
        assert verdict(spec, at, website="x", altcha=text) == Verdict.NEEDS_PROOF
    for text in ("x", "é", "{}", "=" * 4000):
        assert verdict(spec, at, website="x", altcha=text) == Verdict.NEEDS_PROOF


def test_proof_that_is_too_old_is_none(spec: PetitionSpec, clock: time_machine.Traveller, at: datetime) -> None:
    proof = solve(Client())
    clock.shift(timedelta(days=1))
    assert verdict(spec, at, website="x", altcha=proof) == Verdict.NEEDS_PROOF


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, Verdict.NEEDS_PROOF),
        (WAIT_SECONDS - 1, Verdict.NEEDS_PROOF),
        (WAIT_SECONDS, Verdict.FINE),
        (WAIT_VALID, Verdict.FINE),
        (WAIT_VALID + 1, Verdict.NEEDS_PROOF),
    ],
)
def test_waiting_twenty_seconds_is_as_good_as_a_proof(
    spec: PetitionSpec, at: datetime, seconds: int, expected: Verdict
) -> None:
    form = fill_in(spec, website="x")
    assert form.is_valid()
    token = wait_token(form, at)
    assert verdict(spec, at + timedelta(seconds=seconds), website="x", wait_token=token) == expected


def test_waiting_counts_once_and_for_the_same_address_only(spec: PetitionSpec, at: datetime) -> None:
    form = fill_in(spec, website="x")
    assert form.is_valid()
    token, later = wait_token(form, at), at + timedelta(seconds=WAIT_SECONDS)
    assert verdict(spec, later, website="x", email="ben@example.org", wait_token=token) == Verdict.NEEDS_PROOF
    assert verdict(spec, later, website="x", wait_token=token[:-1]) == Verdict.NEEDS_PROOF
    assert verdict(spec, later, website="x", wait_token=token) == Verdict.FINE
    assert verdict(spec, later, website="x", wait_token=token) == Verdict.NEEDS_PROOF


def test_identify_sender_knows_vouched_networks_of_settings_and_switches(rf: RequestFactory, settings) -> None:
    settings.INTAKE_ALLOWED_NETWORKS = ["203.0.113.0/24"]
    switches = LiveSwitches.load()
    switches.allowed_networks = "2001:db8::/32\nnonsense\n198.51.100.7"
    switches.save()
    clear_ttl_caches()
    vouched = {
        address: identify_sender(rf.get("/", REMOTE_ADDR=address)).is_vouched_for
        for address in ("203.0.113.9", "198.51.100.7", "198.51.100.8", "2001:db8:1::2", "2001:db9::1", "")
    }
    assert [address for address, is_vouched in vouched.items() if is_vouched] == [
        "203.0.113.9",
        "198.51.100.7",
        "2001:db8:1::2",
    ]


def test_identify_sender_keeps_no_address(rf: RequestFactory) -> None:
    sender = identify_sender(rf.get("/", REMOTE_ADDR="203.0.113.9"))
    assert "203.0.113.9" not in repr(sender)
    assert len(sender.address_hash) == 32
