"""The ladder of a pledge: what comes after what. Pure: no database, no clock.

A ladder is data (`PledgeKind.steps`, `.endings`, `.barriers`)::

    steps:    [{"key": "informed", "names": {"en": …}, "buttons": {"en": …}, "acted": false}, …]
    endings:  [{"key": "gave_up", "names": {…}, "buttons": {…}, "asks_barrier": true}, …]
    barriers: [{"key": "no_time", "names": {…}}, …]

``names`` says it of somebody ("form sent"), ``buttons`` is what they press ("I have sent the form"). From the first
step with ``acted`` on, the person has done their part; the last step completes the pledge. An ending closes a pledge
without: the step it was reached from is kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from campaigns.pledge_enums import CountsAs, Standing

_KEY = re.compile(r"[a-z][a-z0-9_]{0,29}\Z")
LONGEST = 120


class LadderError(ValueError):
    """What is wrong with a ladder, in words for whoever writes it."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Rung:
    """One step, ending or barrier. ``names`` and ``buttons``: language → words."""

    key: str
    names: Mapping[str, str]
    buttons: Mapping[str, str]
    is_acted: bool = False
    asks_barrier: bool = False

    def name_in(self, language: str) -> str:
        """Return what it is called in ``language``, else in English, else in any."""
        return _in(self.names, language)

    def button_in(self, language: str) -> str:
        """Return what somebody presses to say so."""
        return _in(self.buttons or self.names, language)


@dataclass(frozen=True)
class Ladder:
    """Steps in order, the endings that are none of them, and the barriers that may be named when giving up."""

    steps: tuple[Rung, ...]
    endings: tuple[Rung, ...] = ()
    barriers: tuple[Rung, ...] = ()

    @property
    def first(self) -> Rung:
        return self.steps[0]

    def step(self, key: str) -> Rung | None:
        return next((rung for rung in self.steps if rung.key == key), None)

    def ending(self, key: str) -> Rung | None:
        return next((rung for rung in self.endings if rung.key == key), None)

    def barrier(self, key: str) -> Rung | None:
        return next((rung for rung in self.barriers if rung.key == key), None)

    def after(self, key: str) -> tuple[Rung, ...]:
        """Return the steps above ``key``; all of them where there is no such step any more."""
        keys = [rung.key for rung in self.steps]
        return self.steps[keys.index(key) + 1 :] if key in keys else self.steps

    def is_passed(self, key: str, by: str) -> bool:
        """Whether somebody at step ``by`` has reached ``key``. A step that no longer exists was never reached."""
        keys = [rung.key for rung in self.steps]
        return key in keys and by in keys and keys.index(key) <= keys.index(by)

    def standing(self, step: str, ending: str) -> Standing:
        """Return where somebody stands. A step or ending that staff removed since leaves the pledge open."""
        if ending and self.ending(ending):
            return Standing.ENDED
        if step == self.steps[-1].key and len(self.steps) > 1:
            return Standing.COMPLETE
        done = next((number for number, rung in enumerate(self.steps) if rung.is_acted), None)
        if done is not None and any(rung.key == step for rung in self.steps[done:]):
            return Standing.ACTED
        return Standing.OPEN


def counts_as(standing: Standing | str) -> CountsAs:
    """Return what the tallies hold of a pledge that stands so: whoever ended otherwise has promised all the same."""
    if standing == Standing.WITHDRAWN:
        return CountsAs.NOTHING
    return CountsAs.ACTED if standing in (Standing.ACTED, Standing.COMPLETE) else CountsAs.PLEDGED


def read_ladder(steps: Any, endings: Any = (), barriers: Any = ()) -> Ladder:
    """Return a ladder from its JSON. Raises LadderError with everything that is wrong with it."""
    problems: list[str] = []
    ladder = Ladder(
        tuple(_rungs(steps, _("steps"), problems)),
        tuple(_rungs(endings, _("endings"), problems)),
        tuple(_rungs(barriers, _("barriers"), problems)),
    )
    if not ladder.steps and not problems:
        problems.append(_("A ladder has one step at least."))
    acted = [rung.is_acted for rung in ladder.steps]
    if acted != sorted(acted):
        problems.append(_("After a step that counts as done, every step counts as done."))
    shared = {rung.key for rung in ladder.steps} & {rung.key for rung in ladder.endings}
    if shared:
        problems.append(_("A step and an ending have the same key: %(keys)s.") % {"keys": ", ".join(sorted(shared))})
    if problems:
        raise LadderError(problems)
    return ladder


def _rungs(raw: Any, what: str, problems: list[str]) -> Iterable[Rung]:
    if not isinstance(raw, (list, tuple)) or not all(isinstance(one, dict) for one in raw):
        problems.append(_("The %(what)s are a list of objects.") % {"what": what})
        return
    seen: set[str] = set()
    for one in raw:
        key, names, buttons = one.get("key"), one.get("names"), one.get("buttons", {})
        if not isinstance(key, str) or not _KEY.match(key):
            problems.append(
                _("In %(what)s, “%(key)s” is no key: small letters, digits and _ only.") % {"what": what, "key": key}
            )
            continue
        if key in seen:
            problems.append(_("In %(what)s, the key “%(key)s” stands twice.") % {"what": what, "key": key})
        seen.add(key)
        for words in (names, buttons):
            if not _are_words(words):
                problems.append(
                    _("In %(what)s, “%(key)s” needs its words by language, each of %(most)s letters at most.")
                    % {"what": what, "key": key, "most": LONGEST}
                )
        if not names:
            problems.append(_("In %(what)s, “%(key)s” has no name.") % {"what": what, "key": key})
        if _are_words(names) and _are_words(buttons) and names:
            yield Rung(key, names, buttons, bool(one.get("acted", False)), bool(one.get("asks_barrier", False)))


def _are_words(words: Any) -> bool:
    return isinstance(words, dict) and all(
        isinstance(language, str) and isinstance(text, str) and 0 < len(text.strip()) <= LONGEST
        for language, text in words.items()
    )


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get(language.split("-")[0]) or words.get("en") or next(iter(words.values()))
