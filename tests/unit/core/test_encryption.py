"""What is kept cannot be read without its key, in another field, or once it was changed."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.encryption import PREFIX, KeyRing, UnreadableKeys, UnreadableSecret, is_encrypted, read_keys

OLD, NEW = ("old", b"o" * 32), ("new", b"n" * 32)
RING = KeyRing((NEW, OLD))
FIELD = "campaigns.Signature.comment"


@given(st.text())
def test_decrypt_what_was_encrypted_is_what_was_written(text: str) -> None:
    kept = RING.encrypt(text, FIELD)
    assert kept.startswith("enc:1:new:")
    assert RING.decrypt(kept, FIELD) == text


def test_encrypt_twice_keeps_two_texts() -> None:
    assert RING.encrypt("the same", FIELD) != RING.encrypt("the same", FIELD)


def test_encrypt_leaves_nothing_of_the_words() -> None:
    kept = RING.encrypt("I left my country for this", FIELD)
    assert b"country" not in base64.b64decode(kept.rpartition(":")[2])


def test_decrypt_with_an_older_key_reads_what_it_wrote() -> None:
    kept = KeyRing((OLD,)).encrypt("written before", FIELD)
    assert RING.decrypt(kept, FIELD) == "written before"


def test_decrypt_without_its_key_says_which_is_missing_and_nothing_of_the_text() -> None:
    kept = KeyRing((OLD,)).encrypt("written before", FIELD)
    with pytest.raises(UnreadableSecret, match="key “old”") as raised:
        KeyRing((NEW,)).decrypt(kept, FIELD)
    assert "before" not in str(raised.value)


def test_decrypt_in_another_field_is_refused() -> None:
    with pytest.raises(UnreadableSecret):
        RING.decrypt(RING.encrypt("a note of staff", "volunteers.VolunteerNote.body"), FIELD)


@given(st.text(min_size=1), st.data())
def test_decrypt_of_a_changed_text_is_refused(text: str, data: st.DataObject) -> None:
    kept = RING.encrypt(text, FIELD)
    begin = len(RING.current_prefix)
    raw = bytearray(base64.b64decode(kept[begin:]))
    place = data.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(UnreadableSecret):
        RING.decrypt(kept[:begin] + base64.b64encode(raw).decode(), FIELD)


@pytest.mark.parametrize("kept", [PREFIX, f"{PREFIX}new", f"{PREFIX}new:", f"{PREFIX}new:%%%", f"{PREFIX}new:AAAA"])
def test_decrypt_of_half_a_text_is_refused(kept: str) -> None:
    assert is_encrypted(kept)
    with pytest.raises(UnreadableSecret):
        RING.decrypt(kept, FIELD)


def test_read_keys_reads_both_alphabets_of_base64_and_lets_the_first_write() -> None:
    key = b"\xfb\xff" * 16
    ring = read_keys([f"b={base64.b64encode(key).decode()}", f"a={base64.urlsafe_b64encode(b'x' * 32).decode()}"])
    assert (ring.current, [name for name, _key in ring.keys], ring.keys[0][1]) == ("b", ["b", "a"], key)
    assert read_keys([f"b={base64.urlsafe_b64encode(key).decode()}"]).keys[0][1] == key


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "there is none"),
        (["abc"], "does not begin with an id"),
        (["A b=" + "A" * 43 + "="], "does not begin with an id"),
        (["a=short"], "base64|bytes"),
        (["a=" + "A" * 22 + "=="], "16 bytes instead of 32"),
        (["a=" + "A" * 43 + "=", "a=" + "B" * 43 + "="], "two keys “a”"),
    ],
)
def test_read_keys_that_are_none_says_why_and_never_the_key(given: list[str], said: str) -> None:
    with pytest.raises(UnreadableKeys, match=said) as raised:
        read_keys(given)
    assert "AAAA" not in str(raised.value)
