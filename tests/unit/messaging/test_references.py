"""What names a message to a provider."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.references import InvalidReference, read_reference, sign_reference

LARGEST = 2**63 - 1


@given(st.integers(0, LARGEST))
def test_reference_read_back_is_the_row_it_was_signed_for(pk: int) -> None:
    reference = sign_reference(pk)
    assert read_reference(reference) == read_reference(f" {reference.upper()}\n") == pk
    assert sign_reference(pk) == reference
    assert re.fullmatch(r"[a-z0-9-]{1,40}", reference)


@given(st.integers(0, LARGEST), st.integers(0, LARGEST))
def test_reference_of_one_row_does_not_open_another(mine: int, other: int) -> None:
    seal = sign_reference(mine).partition("-")[2]
    forged = f"{sign_reference(other).partition('-')[0]}-{seal}"
    if mine != other:
        with pytest.raises(InvalidReference):
            read_reference(forged)


@given(st.text(max_size=60))
def test_reference_of_any_text_is_refused(text: str) -> None:
    with pytest.raises(InvalidReference):
        read_reference(text)


@pytest.mark.parametrize("text", ["", "-", "7", "7-", "-abc", "٣-abc", "7" * 60 + "-abc"])
def test_reference_that_was_cut_or_made_up_is_refused(text: str) -> None:
    with pytest.raises(InvalidReference):
        read_reference(text)
