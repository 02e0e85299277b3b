"""The matching form of addresses: one human's spellings meet, two humans' never do."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from people.canonical import (
    PROVIDER_RULES,
    UnreadableAddress,
    canonical_email,
    canonical_phone,
    email_domain,
)

LONGEST = 254  # what ContactPoint.canonical holds

texts = st.text(max_size=60)
domains = st.one_of(
    st.sampled_from([*PROVIDER_RULES, "GMAIL.com", "example.org", "münchen.example", "ελλάδα.example"]), texts
)
addresses = st.one_of(texts, st.builds("{}@{}".format, texts, domains))


@given(addresses)
@example("İ@gmail.com")
@example("a.+b@gmail.com")
@example("+.a@gmail.com")
@example("ada@ﷺ.example")
@example("ada@exa。mple")
@example("Σ@Σ")
@example("ada@xn--a")
def test_canonical_email_of_any_text_is_stable_or_refused(typed: str) -> None:
    try:
        canonical = canonical_email(typed)
    except UnreadableAddress:
        return
    assert canonical_email(canonical) == canonical
    assert len(canonical) <= LONGEST
    assert canonical.isprintable()
    assert email_domain(typed).isascii()


@given(st.text(max_size=40), st.sampled_from(["", "BE", "FR", "ZZ", "be", "??"]))
def test_canonical_phone_of_any_text_is_stable_or_refused(typed: str, country: str) -> None:
    try:
        canonical = canonical_phone(typed, country)
    except UnreadableAddress:
        return
    assert canonical_phone(canonical) == canonical
    assert canonical.startswith("+")
    assert canonical[1:].isascii()
    assert canonical[1:].isdigit()


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("Ada@Example.ORG", "ada@example.org"),
        ("  ada@example.org\n", "ada@example.org"),
        ("a.d.a+news@gmail.com", "ada@gmail.com"),
        ("A.D.A@googlemail.com", "ada@gmail.com"),
        ("ada+x@outlook.com", "ada@outlook.com"),
        ("a.da+x@icloud.com", "a.da@icloud.com"),
        ("ada-shop@yahoo.com", "ada@yahoo.com"),
        ("ada+shop@yahoo.com", "ada+shop@yahoo.com"),
        ("ada+x@example.org", "ada+x@example.org"),
        ("a.d.a@example.org", "a.d.a@example.org"),
        ("+x@gmail.com", "+x@gmail.com"),
        ("ada@München.example", "ada@xn--mnchen-3ya.example"),
        ("ada@xn--mnchen-3ya.example", "ada@xn--mnchen-3ya.example"),
        ("ａｄａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ada@example.org"),
        ("\ufb01na@example.org", "fina@example.org"),
    ],
)
def test_canonical_email_follows_each_providers_rule(typed: str, canonical: str) -> None:
    assert canonical_email(typed) == canonical


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada lovelace@example.org",
        "ada\r\nBcc: all@example.org@example.org",
        "ada\x00@example.org",
        "ada\x7f@example.org",
        "ada\x85x@example.org",
        "ada\u2028x@example.org",
        "ada\u202e@example.org",
        "ada@münchen..example",
        "ada@" + "ü" * 64 + ".example",
        "a" * 260 + "@example.org",
        "ada@" + ".".join(["éàèùâêîôûëïüÿçœæ"] * 10) + ".example",
    ],
)
def test_canonical_email_of_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableAddress):
        canonical_email(typed)


@pytest.mark.parametrize(
    ("typed", "country", "canonical"),
    [
        ("+32 470 12 34 56", "", "+32470123456"),
        ("0470/12.34.56", "BE", "+32470123456"),
        ("0032470123456", "BE", "+32470123456"),
        ("+32 470 12 34 56", "FR", "+32470123456"),
        ("+32 ４７０ 12 34 56", "", "+32470123456"),
        ("06 12 34 56 78", "FR", "+33612345678"),
    ],
)
def test_canonical_phone_is_e164(typed: str, country: str, canonical: str) -> None:
    assert canonical_phone(typed, country) == canonical


@pytest.mark.parametrize(("typed", "country"), [("0470123456", ""), ("12", "BE"), ("call me", "BE"), ("+999 1", "")])
def test_canonical_phone_of_what_is_no_number_is_refused(typed: str, country: str) -> None:
    with pytest.raises(UnreadableAddress):
        canonical_phone(typed, country)
