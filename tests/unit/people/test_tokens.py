"""Mailed links: only ours, only whole, only for what they were made for."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.tokens import CONFIRM, SENT, InvalidToken, read_uuid, sign_uuid

IDENTITY = uuid.UUID("12345678-1234-5678-1234-567812345678")
TOKEN = sign_uuid(IDENTITY, CONFIRM)


def test_token_read_with_its_own_salt_gives_the_id_back() -> None:
    assert read_uuid(TOKEN, CONFIRM) == IDENTITY


def test_token_read_with_another_salt_is_refused() -> None:
    with pytest.raises(InvalidToken):
        read_uuid(TOKEN, SENT)


@given(st.text())
def test_token_that_is_any_text_is_refused(token: str) -> None:
    with pytest.raises(InvalidToken):
        read_uuid(token, CONFIRM)


@given(st.integers(0, len(TOKEN) - 1), st.characters(), st.booleans())
def test_token_with_one_character_changed_or_missing_is_refused(place: int, character: str, is_cut: bool) -> None:
    forged = TOKEN[:place] + ("" if is_cut else character) + TOKEN[place + 1 :]
    if forged == TOKEN:
        return
    with pytest.raises(InvalidToken):
        read_uuid(forged, CONFIRM)


@given(st.uuids())
def test_token_of_any_id_is_safe_in_an_address(value: uuid.UUID) -> None:
    token = sign_uuid(value, CONFIRM)
    assert read_uuid(token, CONFIRM) == value
    assert all(c.isascii() and (c.isalnum() or c in "-_.") for c in token)
