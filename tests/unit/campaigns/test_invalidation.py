from dataclasses import dataclass
from datetime import timedelta

import pytest

from campaigns.actions.invalidation import (
    Conditions,
    NoCondition,
    NothingMatches,
    invalidate_signatures,
    preview_invalidation,
    undo_invalidation,
)
from campaigns.actions.signatures import confirm_signature, disown_signature, move_signatures, withdraw_signature
from campaigns.actions.tallies import count_signatures, find_drift
from campaigns.enums import Grain, SignatureStatus
from campaigns.models import Invalidation, Petition, Signature, Tally
from campaigns.petition_rules import shown_goal
from campaigns.selectors.suspicion import frequent_origins
from core.models import AuditEntry
from people.models import Submission
from tests.factories.staff import NOON, World

ROBOT = "ab" * 16


def total(petition: Petition) -> int:
    return Tally.objects.get(petition=petition, grain=Grain.TOTAL).count


def tallies(petition: Petition) -> dict[tuple[str, str], int]:
    return {(row.grain, row.key): row.count for row in Tally.objects.filter(petition=petition) if row.count}


def invalidate(world: World, **conditions: object) -> Invalidation:
    return invalidate_signatures(
        petition=world.petition,
        conditions=Conditions(**(conditions or {"address_hash": ROBOT})),  # type: ignore[arg-type]
        reason="a robot",
        by=world.coordinator,
        at=NOON,
    )


@dataclass
class Crowd:
    honest: list[Signature]
    robots: list[Signature]


@pytest.fixture
def crowd(ours: World) -> Crowd:
    """Three honest signatures, and four from one address: one of them only accepted."""
    honest = [ours.sign(partnership=ours.partnership, source="ours-link") for _ in range(3)]
    robots = [ours.sign(address_hash=ROBOT, partnership=ours.partnership, email=f"r{n}@bot.example") for n in range(3)]
    robots.append(ours.sign(address_hash=ROBOT, status=SignatureStatus.ACCEPTED, email="r9@bot.example"))
    return Crowd(honest, robots)


def test_invalidate_then_count_rolls_tallies_and_goal_back_and_undo_restores_them(ours: World, crowd: Crowd) -> None:
    ours.petition.goal_steps = [4, 10, 20]
    ours.petition.save(update_fields=["goal_steps"])
    count_signatures(at=NOON)
    before = tallies(ours.petition)
    statuses = dict(Signature.objects.values_list("pk", "status"))
    assert (total(ours.petition), shown_goal(7, ours.petition.goal_steps)) == (7, 10)

    invalidation = invalidate(ours)
    assert invalidation.count == 4
    count_signatures(at=NOON)
    assert total(ours.petition) == 3
    assert shown_goal(total(ours.petition), ours.petition.goal_steps) == 4
    assert not find_drift()

    assert undo_invalidation(invalidation=invalidation, by=ours.coordinator, at=NOON) == 4
    count_signatures(at=NOON)
    assert tallies(ours.petition) == before
    assert dict(Signature.objects.values_list("pk", "status")) == statuses
    assert not find_drift()
    assert not Signature.objects.exclude(status_before="").exists()


def test_invalidate_twice_takes_nothing_and_writes_nothing(ours: World, crowd: Crowd) -> None:
    invalidate(ours)
    entries = AuditEntry.objects.count()
    with pytest.raises(NothingMatches):
        invalidate(ours)
    assert Invalidation.objects.count() == 1
    assert AuditEntry.objects.count() == entries


def test_undo_twice_does_nothing_the_second_time(ours: World, crowd: Crowd) -> None:
    invalidation = invalidate(ours)
    assert undo_invalidation(invalidation=invalidation, by=ours.coordinator, at=NOON) == 4
    invalidate(ours)
    assert undo_invalidation(invalidation=invalidation, by=ours.coordinator, at=NOON) == 0
    assert Signature.objects.counting().count() == 3


def test_undo_leaves_what_was_withdrawn_meanwhile_withdrawn(ours: World, crowd: Crowd) -> None:
    invalidation = invalidate(ours)
    withdrawn = withdraw_signature(signature=crowd.robots[0], at=NOON)
    assert withdrawn.status == SignatureStatus.INVALID
    undo_invalidation(invalidation=invalidation, by=ours.coordinator, at=NOON)
    withdrawn.refresh_from_db()
    assert withdrawn.status == SignatureStatus.WITHDRAWN
    assert Signature.objects.counting().count() == 6


def test_signature_withdrawn_before_is_not_touched(ours: World, crowd: Crowd) -> None:
    withdraw_signature(signature=crowd.robots[0], at=NOON)
    assert invalidate(ours).count == 3
    crowd.robots[0].refresh_from_db()
    assert (crowd.robots[0].status, crowd.robots[0].invalidation) == (SignatureStatus.WITHDRAWN, None)


def submission_of(signature: Signature) -> Submission:
    return Submission.objects.create(
        kind="petition-signature",
        target_id=signature.petition_id,
        email=signature.supporter.contact_points.get().as_typed,
        subject_index="x",
        locale="en",
        created_at=NOON,
        public_id=signature.submission_id or "00000000-0000-4000-8000-000000000001",
    )


def test_author_who_confirms_an_invalid_signature_stays_out_until_undone(ours: World, crowd: Crowd) -> None:
    accepted = crowd.robots[-1]
    invalidation = invalidate(ours)
    confirm_signature(submission=submission_of(accepted), at=NOON)
    accepted.refresh_from_db()
    assert accepted.status == SignatureStatus.INVALID
    undo_invalidation(invalidation=invalidation, by=ours.coordinator, at=NOON)
    accepted.refresh_from_db()
    assert accepted.status == SignatureStatus.CONFIRMED


def test_author_who_withdraws_and_signs_again_does_not_escape_the_invalidation(ours: World, crowd: Crowd) -> None:
    robot = crowd.robots[0]
    invalidate(ours)
    withdraw_signature(signature=robot, at=NOON)
    confirm_signature(submission=submission_of(robot), at=NOON)
    robot.refresh_from_db()
    assert (robot.status, robot.status_before) == (SignatureStatus.INVALID, SignatureStatus.CONFIRMED)


def test_disowned_while_invalid_comes_back_as_withdrawn(ours: World, crowd: Crowd) -> None:
    accepted = crowd.robots[-1]
    accepted.submission_id = "00000000-0000-4000-8000-000000000002"
    accepted.save(update_fields=["submission_id"])
    invalidation = invalidate(ours)
    disown_signature(submission=submission_of(accepted), at=NOON)
    undo_invalidation(invalidation=invalidation, by=ours.coordinator, at=NOON)
    accepted.refresh_from_db()
    assert accepted.status == SignatureStatus.WITHDRAWN


def test_duplicate_left_out_by_a_merge_is_not_counted_again_by_undo(ours: World, crowd: Crowd) -> None:
    invalidation = invalidate(ours)
    move_signatures(keep=crowd.honest[0].supporter, absorb=crowd.robots[0].supporter)
    assert undo_invalidation(invalidation=invalidation, by=ours.coordinator, at=NOON) == 3
    assert Signature.objects.counting().count() == 6


def test_conditions_must_all_hold(ours: World, crowd: Crowd) -> None:
    late = ours.sign(address_hash=ROBOT, email="late@bot.example", confirmed_at=NOON + timedelta(hours=2))
    window = {"confirmed_from": NOON + timedelta(hours=1), "confirmed_to": NOON + timedelta(hours=3)}
    assert preview_invalidation(petition=ours.petition, conditions=Conditions(**window)).count == 1
    assert invalidate(ours, address_hash=ROBOT, email_domain="bot.example", **window).count == 1
    late.refresh_from_db()
    assert late.status == SignatureStatus.INVALID


def test_window_begins_included_and_ends_excluded(ours: World, crowd: Crowd) -> None:
    at_noon = Conditions(confirmed_from=NOON, confirmed_to=NOON + timedelta(microseconds=1))
    assert preview_invalidation(petition=ours.petition, conditions=at_noon).count == 7
    before = Conditions(confirmed_from=NOON - timedelta(hours=1), confirmed_to=NOON)
    assert preview_invalidation(petition=ours.petition, conditions=before).count == 0


def test_no_condition_is_refused() -> None:
    with pytest.raises(NoCondition):
        Conditions()


def test_reason_is_asked(ours: World, crowd: Crowd) -> None:
    with pytest.raises(ValueError, match="reason"):
        invalidate_signatures(
            petition=ours.petition, conditions=Conditions(address_hash=ROBOT), reason=" ", by=ours.coordinator, at=NOON
        )
    assert not Invalidation.objects.exists()


def test_other_petition_is_not_touched(ours: World, crowd: Crowd) -> None:
    other = Petition.objects.create(campaign=ours.campaign, title="other")
    elsewhere = ours.sign(petition=other, address_hash=ROBOT)
    invalidate(ours)
    elsewhere.refresh_from_db()
    assert elsewhere.status == SignatureStatus.CONFIRMED


def test_preview_says_by_what_and_names_nobody(ours: World, crowd: Crowd) -> None:
    preview = preview_invalidation(petition=ours.petition, conditions=Conditions(address_hash=ROBOT))
    assert preview.count == 4
    assert preview.by_day == [(NOON.date(), 4)]
    assert preview.by_country == [("BE", 4)]
    assert preview.by_partner == [("ours partner", 3), (None, 1)]
    assert preview.share_codes == [robot.share_code for robot in crowd.robots]
    assert "Nina" not in str(preview)


def test_many_signatures_are_taken_chunk_by_chunk(ours: World, crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaigns.actions.invalidation.CHUNK", 2)
    invalidation = invalidate(ours, confirmed_from=NOON)
    assert invalidation.count == 7
    assert undo_invalidation(invalidation=invalidation, by=ours.coordinator, at=NOON) == 7


def test_conditions_survive_being_stored() -> None:
    conditions = Conditions(email_domain="bot.example", confirmed_from=NOON, confirmed_to=NOON + timedelta(hours=1))
    assert Conditions.from_json(conditions.as_json()) == conditions


def test_audit_holds_names_of_conditions_not_their_values(ours: World, crowd: Crowd) -> None:
    invalidate(ours)
    entry = AuditEntry.objects.get(action="campaigns.signatures.invalidated")
    assert entry.details == {"count": 4, "conditions": ["address_hash"]}


def test_frequent_origins_names_what_stands_out(ours: World, crowd: Crowd) -> None:
    found = frequent_origins(ours.petition, hours=24, at=NOON + timedelta(hours=1))
    assert found.total == 7
    assert [(each.value, each.count, each.share) for each in found.addresses] == [(ROBOT, 4, 57.1)]
    assert [(each.value, each.count) for each in found.domains] == [("bot.example", 4), ("ours.example", 3)]
    assert frequent_origins(ours.petition, hours=1, at=NOON + timedelta(hours=2)).total == 0
