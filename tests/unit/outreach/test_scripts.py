"""Publishing makes the next version, once; the editor's buttons change nothing but the list."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from core.models import AuditEntry
from outreach.actions.scripts import ScriptRefused, publish_script
from outreach.forms.scripts import drafts_of, press, read_drafts
from outreach.models import ScriptVersion
from outreach.script_rules import resolve, targets_of
from tests.factories.fieldwork import STALL, make_script
from tests.factories.staff import World
from tests.threads import run_at_once
from tests.unit.outreach.test_script_rules import option, question

QUESTIONS = resolve([question("a", "+", option("yes"), option("no", "")), question("b")])


def test_publishing_twice_is_one_version_and_a_change_is_the_next(ours: World) -> None:
    script = make_script(ours)
    first = publish_script(script=script, questions=QUESTIONS, by=ours.coordinator, at=STALL)
    again = publish_script(script=script, questions=QUESTIONS, by=ours.coordinator, at=STALL)
    second = publish_script(script=script, questions=QUESTIONS[1:], by=ours.coordinator, at=STALL)
    assert (first.number, again.pk, second.number) == (1, first.pk, 2)
    assert AuditEntry.objects.filter(action="outreach.script.published").count() == 2


def test_refused_questions_leave_no_version(ours: World) -> None:
    with pytest.raises(ScriptRefused) as refusal:
        publish_script(script=make_script(ours), questions=[], by="tests", at=STALL)
    assert [problem.question for problem in refusal.value.problems] == [0]
    assert not ScriptVersion.objects.exists()


def test_database_refuses_to_change_a_version(ours: World) -> None:
    publish_script(script=make_script(ours), questions=QUESTIONS, by="tests", at=STALL)
    with pytest.raises(DatabaseError), transaction.atomic():
        ScriptVersion.objects.update(questions=[])


@pytest.mark.django_db(transaction=True)
def test_two_publications_at_the_same_moment_are_two_versions(ours: World) -> None:
    script = make_script(ours)
    made = run_at_once(
        lambda: publish_script(script=script, questions=QUESTIONS, by="tests", at=STALL),
        lambda: publish_script(script=script, questions=QUESTIONS[1:], by="tests", at=STALL),
    )
    assert sorted(version.number for version in made) == [1, 2]


def post_of(drafts: list[dict[str, Any]]) -> dict[str, str]:
    """The editor's form as a browser posts it."""
    posted = {}
    for index, each in enumerate(drafts):
        posted |= {f"q{index}-key": each["key"], f"q{index}-kind": each["kind"], f"q{index}-next": each["next"]}
        posted |= {f"q{index}-text-{code}": words for code, words in each["text"].items()}
        for place, answer in enumerate(each["options"]):
            own = f"q{index}-o{place}-"
            posted |= {f"{own}key": answer["key"], f"{own}next": answer["next"]}
            posted |= {f"{own}text-{code}": words for code, words in answer["text"].items()}
    return posted


def test_what_is_stored_goes_through_the_editor_unchanged() -> None:
    drafts = read_drafts(post_of(drafts_of(QUESTIONS)))
    assert resolve(drafts) == QUESTIONS
    assert drafts[0]["options"][0]["next"] == "+"  # so that a question put between them is asked


def test_an_answer_without_a_target_goes_where_the_question_goes_before_and_after_the_editor() -> None:
    answers = [{"key": key, "text": {"en": key}, "next": ""} for key in ("yes", "no")]
    stored = [
        {"key": "a", "kind": "choice", "text": {"en": "a"}, "next": "c", "options": answers},
        {"key": "b", "kind": "text", "text": {"en": "b"}, "next": "c", "options": []},
        {"key": "c", "kind": "text", "text": {"en": "c"}, "next": "", "options": []},
    ]
    assert [each["next"] for each in drafts_of(stored)[0]["options"]] == ["=", "="]
    again = resolve(read_drafts(post_of(drafts_of(stored))))
    assert [targets_of(each) for each in again] == [targets_of(each) for each in stored] == [["c"], ["c"], [""]]


def test_buttons_add_remove_and_move() -> None:
    drafts = drafts_of(QUESTIONS)
    assert press(drafts, "down:0") == "q1-text-en"
    assert [each["key"] for each in drafts] == ["b", "a"]
    assert press(drafts, "option-up:1:1") == "q1-o0-text-en"
    assert [each["key"] for each in drafts[1]["options"]] == ["no", "yes"]
    assert press(drafts, "add-option:1") == "q1-o2-text-en"
    assert press(drafts, "remove-option:1:2") == "q1-o1-text-en"
    assert press(drafts, "add-question") == "q2-text-en"
    assert press(drafts, "remove:2") == "q1-text-en"
    assert [each["key"] for each in drafts] == ["b", "a"]


@pytest.mark.parametrize("button", ["up:0", "down:1", "remove:9", "option-up:0:0", "remove-option:0:7", "!", ""])
def test_buttons_for_places_that_are_not_there_change_nothing(button: str) -> None:
    drafts = drafts_of(QUESTIONS)
    press(drafts, button)
    assert drafts == drafts_of(QUESTIONS)
