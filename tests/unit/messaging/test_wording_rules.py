"""What a wording may say: refused in words where it may not."""

from typing import Any

import pytest

from messaging.wording_rules import check_wording, known_variables, person_words, urls_of
from tests.factories.wordings import BODY


def mistakes(words: str = "", *, subject: str = "News", body: Any = None, **more: Any) -> list[str]:
    blocks = body if body is not None else [{"kind": "paragraph", "value": words}]
    found = check_wording(**{"channel": "email", "subject": subject, "preheader": "", "body": blocks, **more})
    return [mistake.message for mistake in found]


def button(url: str, label: str = "Go") -> list[dict[str, Any]]:
    return [{"kind": "paragraph", "value": "x"}, {"kind": "button", "value": {"label": label, "url": url}}]


@pytest.mark.parametrize("where", ["subject", "preheader"])
def test_line_longer_than_the_ledger_keeps_is_refused(where: str) -> None:
    assert mistakes("x", **{where: "x" * 150}) == []
    assert mistakes("x", **{where: "x" * 151}) == ["This line has 150 characters at most."]


def test_wording_with_every_kind_of_block_is_right() -> None:
    assert mistakes(body=BODY) == []


@pytest.mark.parametrize(
    "hostile",
    ["{password}", "{first_name.__class__}", "{0}", "{{ settings.SECRET_KEY }}", "{% load x %}", "{first_name!r|a}",
     "{first_name:>99999999}", "{", "}", "{}", "{FIRST_NAME}"],
)  # fmt: skip
@pytest.mark.parametrize("where", ["subject", "preheader", "paragraph", "heading", "label", "sms"])
def test_unknown_or_hostile_variable_is_refused_everywhere(hostile: str, where: str) -> None:
    words = f"Hello {hostile} there"
    if where in ("subject", "preheader"):
        assert mistakes("x", **{where: words})
    elif where == "sms":
        assert mistakes(channel="sms", body=[{"kind": "sms", "value": words}])
    elif where == "label":
        assert mistakes(body=button("https://a.org", words))
    else:
        assert mistakes(body=[{"kind": "paragraph", "value": "x"}, {"kind": where, "value": words}])


def test_unknown_variable_names_the_known_ones() -> None:
    (message,) = mistakes("Dear {fist_name|you}")
    assert "{fist_name}" in message
    assert "{first_name}" in message


def test_name_without_words_for_nobody_is_refused_and_others_need_none() -> None:
    assert "{first_name|friend}" in mistakes("Dear {first_name},")[0]
    assert mistakes("{organisation} {campaign} {preferences_url}") == []


def test_campaign_without_a_campaign_is_unknown() -> None:
    assert mistakes("{campaign}", has_campaign=False)
    assert "campaign" not in known_variables(has_campaign=False)


def test_variable_of_the_caller_is_known_where_the_caller_says_so() -> None:
    assert mistakes("{deadline}")
    assert mistakes("{deadline}", extra=["deadline"]) == []


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://", "//a.org", "data:text/html,x", "https://a.org/{first_name}", "{first_name}",
     "{nowhere_url}", "https://bank.example@evil.org/", "mailto:a@b.org?bcc=c@d.org",
     "ftp://a.org", "", "https://a.org/\"x", "https://[::1"],
)  # fmt: skip
def test_button_to_no_web_address_is_refused(url: str) -> None:
    assert mistakes(body=button(url))


@pytest.mark.parametrize("url", ["https://a.org/x?y=1#z", "http://a.org", "{preferences_url}", "mailto:a@b.org"])
def test_button_to_a_web_address_is_right(url: str) -> None:
    assert mistakes(body=button(url)) == []


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a.org/{first_name}", "/x"])
def test_link_in_a_paragraph_to_no_web_address_is_refused(url: str) -> None:
    assert mistakes(f"Go [there]({url}) now")


@pytest.mark.parametrize(
    ("subject", "body"),
    [("", [{"kind": "paragraph", "value": "x"}]), ("a\nBcc: b@c.org", [{"kind": "paragraph", "value": "x"}]),
     ("News", []), ("News", [{"kind": "divider", "value": ""}]), ("News", [{"kind": "html", "value": "<b>"}]),
     ("News", [{"kind": "heading", "value": "a\nb"}]), ("News", [{"kind": "paragraph", "value": "x" * 5001}]),
     ("News", [{"kind": "paragraph", "value": "a\u202eb"}]), ("News", [{"kind": "paragraph", "value": "x"}] * 41)],
)  # fmt: skip
def test_incomplete_or_unreadable_mail_is_refused(subject: str, body: list[dict[str, Any]]) -> None:
    assert mistakes(subject=subject, body=body)


@pytest.mark.parametrize("words", ["", "  ", "x" * 1601])
def test_empty_or_endless_text_message_is_refused(words: str) -> None:
    assert mistakes(channel="sms", body=[{"kind": "sms", "value": words}])


@pytest.mark.parametrize(
    ("name", "first"),
    [("Ada Lovelace", "Ada"), ("", ""), ("  آمنة  محمد ", "آمنة"), ("Ann\r\nBcc: x", "Ann"),
     ("www.win.example now", ""),
     ("Win https://evil.example", ""), ("evil.example/win", ""), ("A" * 400, "A" * 150), ("J. P. Doe", "J."),
     ("a@b.example", "")],
)  # fmt: skip
def test_person_is_called_by_a_name_and_never_by_an_advertisement(name: str, first: str) -> None:
    assert person_words(name)["first_name"] == first


def test_links_are_listed_once_in_order() -> None:
    assert urls_of([*BODY, *BODY]) == ["https://a.org/x?y=1&z=2", "https://doors.example.org/next"]
