import pytest

from messaging.link_sources import add_source, with_source

HOME = "https://campaign.example.org"


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (f"Sign: {HOME}/en/sign/1/.", f"Sign: {HOME}/en/sign/1/?s=b7a."),
        (f"{HOME}", f"{HOME}/?s=b7a"),
        (f"[here]({HOME}/en/?x=1#top) and ({HOME}/fr/)", f"[here]({HOME}/en/?x=1&s=b7a#top) and ({HOME}/fr/?s=b7a)"),
        (f"{HOME}/en/?s=stall", f"{HOME}/en/?s=stall"),
        (f"{HOME}.evil.example/x", f"{HOME}.evil.example/x"),
        (f"{HOME}ly/x", f"{HOME}ly/x"),
        ("https://elsewhere.example/", "https://elsewhere.example/"),
        ("{preferences_url}", "{preferences_url}"),
    ],
)
def test_only_links_to_our_own_site_carry_the_code(words: str, wanted: str) -> None:
    assert add_source(words, "b7a", HOME) == wanted


def test_blocks_keep_their_shape_and_buttons_their_label() -> None:
    body = [
        {"kind": "button", "value": {"label": f"Go to {HOME}/", "url": f"{HOME}/a"}},
        {"kind": "divider", "value": ""},
        {"kind": "sms", "value": f"{HOME}/b"},
    ]
    assert with_source(body, "c", HOME) == [
        {"kind": "button", "value": {"label": f"Go to {HOME}/", "url": f"{HOME}/a?s=c"}},
        {"kind": "divider", "value": ""},
        {"kind": "sms", "value": f"{HOME}/b?s=c"},
    ]
    assert with_source(body, "", HOME) is body
