"""The form of one wording: its blocks as fields, its buttons as small changes of the list.

Nothing is stored before it is saved. Every press posts the whole form and gets it back changed, so the editor needs no
script and a keyboard is enough.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from messaging.models import Wording
from messaging.sms_text import plain_letters
from messaging.wording_rules import BLOCKS, MOST_BLOCKS, sms_words
from people.enums import Channel

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLACE = re.compile(r"(?P<do>[a-z]+)(?::(?P<what>[a-z]+))?(?::(?P<number>\d{1,3}))?\Z")
_LONGEST_FIELD = 20_000


@dataclass
class Draft:
    """A wording as it stands in the form."""

    channel: str
    subject: str = ""
    preheader: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def body(self) -> list[dict[str, Any]]:
        """The blocks as they are stored: those left empty say nothing and are left out."""
        return [block for block in self.blocks if not _is_empty(block)]

    @property
    def sms(self) -> str:
        return sms_words(self.blocks)

    def write_plainly(self) -> None:
        """Write a text message in plain letters, where that makes it fit the smaller alphabet."""
        for block in self.blocks:
            if block["kind"] == "sms":
                block["value"] = plain_letters(block["value"])

    def place_in_form(self, number: int) -> int:
        """Return the place in the form of the block that is the ``number``-th of the body."""
        places = [place for place, block in enumerate(self.blocks) if not _is_empty(block)]
        return places[number] if number < len(places) else 0


def _is_empty(block: Mapping[str, Any]) -> bool:
    value = block["value"]
    if block["kind"] == "button":
        return not (value["label"].strip() or value["url"].strip())
    return block["kind"] not in ("divider", "sms") and not value.strip()


def blank_block(kind: str) -> dict[str, Any]:
    return {"kind": kind, "value": {"label": "", "url": ""} if kind == "button" else ""}


def blank_draft(channel: str) -> Draft:
    """Return what somebody begins with: for a mail a heading and a paragraph."""
    kinds = ["sms"] if channel == Channel.SMS else ["heading", "paragraph"]
    return Draft(channel, blocks=[blank_block(kind) for kind in kinds])


def draft_of(wording: Wording) -> Draft:
    """Return a stored wording as the form shows it."""
    blocks = [{"kind": block["kind"], "value": block["value"]} for block in wording.body]
    return Draft(wording.text.channel, wording.subject, wording.preheader, blocks)


def read_draft(posted: Mapping[str, str], channel: str) -> Draft:
    """Return the wording of a posted form; what no form sends is left out."""
    if channel == Channel.SMS:
        return Draft(channel, blocks=[{"kind": "sms", "value": _words(posted, "sms")}])
    blocks = []
    for number in range(MOST_BLOCKS + 1):
        kind = posted.get(f"b{number}-kind")
        if kind is None:
            break
        if kind in BLOCKS:
            blocks.append({"kind": kind, "value": _value(posted, f"b{number}-", kind)})
    return Draft(channel, _line(posted, "subject"), _line(posted, "preheader"), blocks)


def _value(posted: Mapping[str, str], prefix: str, kind: str) -> Any:
    if kind == "button":
        return {"label": _line(posted, f"{prefix}text"), "url": _line(posted, f"{prefix}url")}
    return "" if kind == "divider" else _words(posted, f"{prefix}text")


def _words(posted: Mapping[str, str], name: str) -> str:
    return _UNWRITABLE.sub("", posted.get(name, "").replace("\r\n", "\n").replace("\r", "\n"))[:_LONGEST_FIELD].strip()


def _line(posted: Mapping[str, str], name: str) -> str:
    return " ".join(_words(posted, name).split())[:500]


def press(draft: Draft, button: str) -> str:
    """Do what a button says to the blocks, and return the id of the field to go on at ("" for none).

    Buttons: ``add:heading``, ``up:block:2``, ``down:block:2``, ``remove:block:2`` (places from 0). A place that is not
    there changes nothing.
    """
    found = _PLACE.match(button)
    if found is None:
        return ""
    blocks, do, number = draft.blocks, found["do"], int(found["number"] or 0)
    if do == "add" and found["what"] in BLOCKS and len(blocks) < MOST_BLOCKS:
        blocks.append(blank_block(found["what"]))
        return f"b{len(blocks) - 1}-text"
    if number >= len(blocks):
        return ""
    if do == "remove":
        blocks.pop(number)
        return f"b{max(number - 1, 0)}-text"
    if do in ("up", "down"):
        other = number + (-1 if do == "up" else 1)
        if 0 <= other < len(blocks):
            blocks[number], blocks[other] = blocks[other], blocks[number]
            return f"b{other}-text"
    return ""
