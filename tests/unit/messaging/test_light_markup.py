"""The light mark-up: what it means in HTML, what in plain text, and that nothing else means anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging.light_markup import Gap, HtmlWriter, TextWriter, read_paragraphs


def html(text: str) -> str:
    return HtmlWriter(lambda gap: f"[{gap.name}]").paragraphs(read_paragraphs(text))


def plain(text: str) -> str:
    return TextWriter(lambda gap: f"[{gap.name}]").paragraphs(read_paragraphs(text))


@pytest.mark.parametrize(
    ("typed", "as_html", "as_text"),
    [
        ("Hello", "<p>Hello</p>", "Hello"),
        ("One\ntwo", "<p>One<br>two</p>", "One\ntwo"),
        ("One\n\ntwo", "<p>One</p>\n<p>two</p>", "One\n\ntwo"),
        ("**Now** and *then*", "<p><strong>Now</strong> and <em>then</em></p>", "*Now* and then"),
        ("**a *b* c**", "<p><strong>a <em>b</em> c</strong></p>", "*a b c*"),
        ("5 * 3 ** 2", "<p>5 * 3 ** 2</p>", "5 * 3 ** 2"),
        ("[Sign](https://a.org/x)", '<p><a href="https://a.org/x">Sign</a></p>', "Sign (https://a.org/x)"),
        ("See https://a.org.", '<p>See <a href="https://a.org">https://a.org</a>.</p>', "See https://a.org."),
        ("[a](https://w.org/A_(b))", '<p><a href="https://w.org/A_(b)">a</a></p>', "a (https://w.org/A_(b))"),
        ("- one\n- two", "<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("1. one\n2) two", "<ol><li>one</li><li>two</li></ol>", "1. one\n2. two"),
        ("Bring:\n- a pen", "<p>Bring:</p>\n<ul><li>a pen</li></ul>", "Bring:\n\n- a pen"),
        ("Dear {first_name|friend},", "<p>Dear <bdi>[first_name]</bdi>,</p>", "Dear [first_name],"),
        ("[Stop]({unsubscribe_url})", '<p><a href="[unsubscribe_url]">Stop</a></p>', "Stop ([unsubscribe_url])"),
        ("<b>&\"'</b>", "<p>&lt;b&gt;&amp;&quot;&#x27;&lt;/b&gt;</p>", "<b>&\"'</b>"),
    ],
)
def test_markup_means_the_same_in_html_and_in_plain_text(typed: str, as_html: str, as_text: str) -> None:
    assert (html(typed), plain(typed)) == (as_html, as_text)


def test_words_for_nobody_belong_to_their_gap() -> None:
    seen: list[Gap] = []
    HtmlWriter(lambda gap: seen.append(gap) or "").paragraphs(read_paragraphs("{first_name|dear friend} {campaign}"))
    assert seen == [Gap("first_name", "dear friend"), Gap("campaign")]


@given(st.text(alphabet="*[](){}|<>\"'&-1.\n ahtps:/{first_name}", max_size=120))
def test_whatever_is_typed_opens_no_tag_of_its_own(typed: str) -> None:
    written = html(typed)
    for tag in ("<p>", "</p>", "<br>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", "<strong>", "</strong>",
                "<em>", "</em>", "</a>", "<bdi>", "</bdi>"):  # fmt: skip
        written = written.replace(tag, "")
    for opened in written.split("<")[1:]:
        assert opened.startswith('a href="')
    plain(typed)


def test_long_hostile_text_is_read_quickly() -> None:
    for pattern in ("**a", "*a", "[a](", "[a](b(", "{a|", "https://", "[[", "**a*"):
        html(pattern * 1500)
