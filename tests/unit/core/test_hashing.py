import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from core.hashing import keyed_hash, keyed_hasher


@given(st.text(), st.text())
def test_keyed_hash_is_stable_and_bound_to_purpose(purpose: str, part: str) -> None:
    first = keyed_hash(purpose, part)
    assert first == keyed_hash(purpose, part)
    assert len(first) == 32
    assert set(first) <= set("0123456789abcdef")
    assert first != keyed_hash(f"{purpose}x", part)


def test_keyed_hash_depends_on_the_key(settings: Settings) -> None:
    before = keyed_hash("address", "203.0.113.7")
    settings.KEYED_HASH_SECRET = "another"
    assert keyed_hash("address", "203.0.113.7") != before


def test_parts_do_not_run_into_each_other() -> None:
    assert keyed_hash("p", "ab", "c") != keyed_hash("p", "a", "bc")


@given(st.text(), st.text(), st.text())
def test_keyed_hasher_hashes_as_keyed_hash_does(purpose: str, first: str, last: str) -> None:
    assert keyed_hasher(purpose, first)(last) == keyed_hash(purpose, first, last)


def test_keyed_hash_never_changes_for_what_is_stored(settings: Settings) -> None:
    settings.KEYED_HASH_SECRET = "key"
    whole = hmac.new(b"key", b"address\x1femail\x1fada@example.org", hashlib.sha256).hexdigest()
    assert keyed_hash("address", "email", "ada@example.org") == whole[:32]
