"""Scripts lead every conversation to an end."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from outreach.script_rules import FOLLOWING, INHERITED, Step, check, resolve, targets_of, tree

NAMES = {"en": "English", "fr": "Français"}


def option(key: str, goes: str = INHERITED, **text: str) -> dict[str, Any]:
    return {"key": key, "text": text or {"en": key}, "next": goes}


def question(key: str, goes: str = FOLLOWING, *options: dict[str, Any], **text: str) -> dict[str, Any]:
    kind = "choice" if options else "text"
    return {"key": key, "kind": kind, "text": text or {"en": key}, "next": goes, "options": list(options)}


def problems(*drafts: dict[str, Any]) -> list[str]:
    return [problem.message for problem in check(resolve(drafts), names=NAMES)]


def test_a_script_in_order_has_no_problem() -> None:
    assert problems(question("a", FOLLOWING, option("yes"), option("no", "")), question("b")) == []


def test_what_follows_is_written_as_a_key_and_an_end_stays_an_end_both_ways() -> None:
    first, second = resolve([question("a", FOLLOWING, option("yes"), option("no", "")), question("b")])
    assert [each["next"] for each in first["options"]] == ["b", ""]
    assert first["next"] == ""  # else an empty "no" could be read as the question's own
    assert second["next"] == ""


def test_an_unknown_target_is_named() -> None:
    assert problems(question("a", "gone")) == ["Question 1 goes to a question that is not there."]


def test_a_loop_names_every_question_on_it() -> None:
    found = problems(question("a"), question("b"), question("c", "b"))
    assert [text[:50] for text in found] == [
        "The conversation can come back to question 2: it w",
        "The conversation can come back to question 3: it w",
    ]


def test_a_question_nobody_reaches_is_named() -> None:
    assert problems(question("a", "c"), question("b"), question("c")) == ["No answer leads to question 2."]


def test_missing_words_name_question_answer_and_language() -> None:
    script = [
        question("a", FOLLOWING, option("yes", en="Yes", fr="Oui"), option("no", en="No"), en="Heard?", fr="Vu ?"),
        question("b", en=" ", fr=""),
        question("c", en="Why?"),
    ]
    assert problems(*script) == [
        "Answer 2 of question 1 has no words in Français.",
        "Question 2 has no words.",
        "Question 3 has no words in Français.",
    ]


def test_a_choice_needs_two_answers_and_a_script_a_question() -> None:
    assert problems(question("a", FOLLOWING, option("yes"))) == [
        "Question 1 needs at least two answers to choose from."
    ]
    assert problems() == ["A script has at least one question."]


def test_tree_writes_each_question_once() -> None:
    stored = resolve([
        question("a", FOLLOWING, option("yes", "c"), option("no")), question("b"), question("c", ""),
    ])  # fmt: skip
    found = tree(stored)
    assert found is not None
    yes, no = found.branches
    assert yes.step is not None
    assert (yes.step.number, yes.step.repeats) == (3, False)
    assert no.step is not None
    assert no.step.branches[0].step is not None
    assert (no.step.branches[0].step.number, no.step.branches[0].step.repeats) == (3, True)


@st.composite
def scripts(draw: st.DrawFn) -> list[dict[str, Any]]:
    keys = [f"q{number}" for number in range(draw(st.integers(1, 7)))]
    target = st.sampled_from([*keys, "", FOLLOWING, "gone"])
    made = []
    for key in keys:
        answers = [
            option(f"o{place}", draw(st.one_of(target, st.just(INHERITED)))) for place in range(draw(st.integers(0, 3)))
        ]
        made.append(question(key, draw(target), *answers))
    return made


def walks_end(questions: list[dict[str, Any]]) -> bool:
    """Walk every path; longer than the script means round in circles."""
    by_key = {each["key"]: each for each in questions}

    def ends(key: str, steps: int) -> bool:
        if not key:
            return True
        if steps > len(questions) or key not in by_key:
            return False
        return all(ends(target, steps + 1) for target in targets_of(by_key[key]))

    return ends(questions[0]["key"], 1)


def count(step: Step | None) -> set[int]:
    if step is None:
        return set()
    return {step.number}.union(*(count(branch.step) for branch in step.branches))


@given(scripts())
def test_a_script_without_problems_always_ends_and_shows_every_question(drafts: list[dict[str, Any]]) -> None:
    stored = resolve(drafts)
    if check(stored, names=NAMES):
        return
    assert walks_end(stored)
    assert count(tree(stored)) == set(range(1, len(stored) + 1))


@given(scripts())
def test_both_readings_of_an_empty_target_agree(drafts: list[dict[str, Any]]) -> None:
    for stored in resolve(drafts):
        for answer in stored["options"]:
            assert (answer["next"] or stored["next"]) == answer["next"]


@given(scripts())
def test_resolving_what_is_stored_changes_nothing(drafts: list[dict[str, Any]]) -> None:
    stored = resolve(drafts)
    assert resolve(stored) == stored
