"""Every screen of the phone app: with details in six taps, mended records, three looks, large letters, no storage."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.models import User
from outreach import app_files, app_views
from tests.browser import assert_accessible, assert_no_sideways_scroll
from tests.factories.accounts import make_user
from tests.phone import STATE, SYNC, expect_today, expect_unsent, kept_rows, open_app, send_now, show, tap_outcomes
from tests.phone_server import StandIn, effort

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPhone = Callable[..., Page]
LOOKS = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "arabic": {"locale": "ar"},
}


@pytest.fixture
def cleo(stand_in: StandIn) -> User:
    user = make_user("cleo")
    stand_in.mobilisers.add(user.pk)
    return user


def look(page: Page) -> None:
    assert_accessible(page)
    assert_no_sideways_scroll(page)


def log_with_a_phone_number(page: Page, number: str) -> None:
    page.locator(".slot .button").first.click()
    sheet = page.locator("dialog[open]")
    sheet.locator("[data-key=interested]").click()
    page.fill("#person-name", "Inês Almeida")
    page.fill("#person-address", number)
    sheet.locator(".wording .chip").first.click()
    sheet.locator(".sheet-foot .button").click()
    expect(sheet).to_have_count(0)


def look_at_sheet(page: Page) -> None:
    """Look at the sheet that a tap opened, and close it."""
    sheet = page.locator("dialog[open]")
    expect(sheet).to_be_visible()
    look(page)
    page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)


@pytest.mark.parametrize("name", LOOKS)
def test_every_screen_is_accessible_and_fits(stand_in: StandIn, cleo: User, open_phone: OpenPhone, name: str) -> None:
    page = open_app(open_phone(cleo, **LOOKS[name]))
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if name == "arabic" else "ltr")
    look(page)
    log_with_a_phone_number(page, "12")
    tap_outcomes(page, 1)
    look(page)
    page.locator(".slot .button").first.click()
    look_at_sheet(page)
    send_now(page)
    for screen in ("records", "agenda", "settings"):
        show(page, screen)
        look(page)
    show(page, "records")
    page.locator(".attention .button").first.click()
    expect(page.locator("#person-address")).to_be_focused()
    look_at_sheet(page)
    page.locator(".record:enabled").first.click()
    look_at_sheet(page)
    show(page, "log")
    page.reload()  # what could be undone is past
    page.locator(".slot .button").nth(1).click()
    expect(page.locator("dialog[open]")).to_be_visible()
    page.locator(".qr").evaluate("picture => picture.decode()")  # refuses what is no drawing
    look(page)


def test_full_path_takes_six_taps(stand_in: StandIn, cleo: User, open_phone: OpenPhone) -> None:
    page = open_app(open_phone(cleo, still=True))
    page.locator(".choices").get_by_role("button", name="Français").tap()
    page.locator(".choices").get_by_role("button", name="Ixelles").tap()
    taps = 0

    def tap(target: Locator) -> None:
        nonlocal taps
        taps += 1
        target.tap()

    tap(page.locator("[data-outcome=interested]"))
    tap(page.get_by_role("button", name="Add details"))
    sheet = page.locator("dialog[open]")
    tap(sheet.get_by_role("button", name="No time"))
    tap(sheet.get_by_role("button", name="Yes", exact=True))
    page.fill("#person-name", "Inês Almeida")
    page.fill("#person-address", "0470 12 34 56")
    wording = sheet.locator(".wording blockquote")
    expect(wording).to_have_attribute("lang", "fr")  # the language of the conversation
    expect(wording).to_contain_text("J’accepte")
    tap(sheet.get_by_role("button", name="Yes, read aloud"))
    tap(sheet.get_by_role("button", name="Save"))
    expect(sheet).to_have_count(0)
    assert taps == 6

    send_now(page)
    expect_unsent(page, 0)
    (record,) = [record for _, record in stand_in.records.values()]
    kept = ("type", "outcome", "language", "commune", "barriers", "script", "answers", "shift")
    assert {key: record[key] for key in kept} == {
        "type": "contact", "outcome": "interested", "language": "fr", "commune": "NIS 21009", "barriers": ["no_time"],
        "script": 7, "answers": {"heard": "yes"}, "shift": 9,
    }  # fmt: skip
    assert record["person"] == {
        "name": "Inês Almeida", "email": "", "phone": "0470 12 34 56", "language": "fr",
        "consents": [{"text": 20, "granted": True, "given": "read_aloud"}],
    }  # fmt: skip
    assert "Almeida" not in str(kept_rows(page))  # acknowledged, so it has left the phone


def test_consent_is_shown_in_any_language_and_nobody_is_kept_without_it(cleo: User, open_phone: OpenPhone) -> None:
    page = open_app(open_phone(cleo))
    page.get_by_role("button", name="With details").tap()
    sheet = page.locator("dialog[open]")
    sheet.get_by_role("button", name="Interested").tap()
    page.fill("#person-address", "ines@example.org")
    sheet.get_by_role("button", name="العربية").tap()
    expect(sheet.locator(".wording blockquote")).to_have_attribute("dir", "rtl")
    sheet.get_by_role("button", name="Save").tap()
    expect(sheet.get_by_role("alert")).to_contain_text("Nobody is kept without a yes")
    page.keyboard.press("Escape")  # what was typed is not thrown away by a key
    expect(page.get_by_role("heading", name="Leave without saving?")).to_be_visible()
    page.get_by_role("button", name="Leave without saving").tap()
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert kept_rows(page) == []


def test_refused_record_is_mended_under_its_own_id(stand_in: StandIn, cleo: User, open_phone: OpenPhone) -> None:
    page = open_app(open_phone(cleo, still=True))
    log_with_a_phone_number(page, "12")
    send_now(page)
    page.get_by_role("link", name="1 record needs attention").tap()
    card = page.locator(".attention")
    expect(card).to_contain_text("This phone number cannot be read.")
    (row,) = kept_rows(page)
    assert row["status"] == "attention"
    expect_unsent(page, 1)
    card.get_by_role("button", name="Mend").tap()
    expect(page.locator("#person-address")).to_have_attribute("aria-invalid", "true")
    page.fill("#person-address", "0470 12 34 56")
    page.get_by_role("button", name="Send again").tap()
    send_now(page)
    expect_unsent(page, 0)
    assert list(stand_in.records) == [row["id"]]


def test_refused_record_is_discarded_only_after_a_question(
    stand_in: StandIn, cleo: User, open_phone: OpenPhone
) -> None:
    page = open_app(open_phone(cleo, still=True))
    log_with_a_phone_number(page, "12")
    send_now(page)
    show(page, "records")
    page.get_by_role("button", name="Discard").tap()
    page.locator("dialog[open]").get_by_role("button", name="Cancel").tap()
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert len(kept_rows(page)) == 1
    page.get_by_role("button", name="Discard").tap()
    page.locator("dialog[open]").get_by_role("button", name="Discard").tap()
    expect_unsent(page, 0)
    assert (kept_rows(page), stand_in.records) == ([], {})


def test_correction_is_a_new_record_that_names_the_first(stand_in: StandIn, cleo: User, open_phone: OpenPhone) -> None:
    page = open_app(open_phone(cleo, still=True))
    tap_outcomes(page, 1)
    send_now(page)
    expect_unsent(page, 0)
    show(page, "records")
    page.locator(".record").tap()
    sheet = page.locator("dialog[open]")
    sheet.locator("[data-key=pledged]").tap()
    sheet.get_by_role("button", name="Save the correction").tap()
    expect(page.locator(".record")).to_contain_text("Pledged")
    send_now(page)
    expect_unsent(page, 0)
    first, second = [record for _, record in stand_in.records.values()]
    assert (second["type"], second["root"], second["outcome"]) == ("correction", first["id"], "pledged")
    assert second["at"] > first["at"]


def test_person_is_wiped_after_seven_days_and_the_rest_is_sent(
    stand_in: StandIn, cleo: User, open_phone: OpenPhone
) -> None:
    page = open_app(open_phone(cleo, worker=True), worker=True)
    page.context.set_offline(True)
    log_with_a_phone_number(page, "0470 12 34 56")
    expect_unsent(page, 1)
    page.evaluate(
        """() => new Promise((resolve) => {
          indexedDB.open("carillon").onsuccess = ({ target: { result: base } }) => {
            const store = base.transaction("records", "readwrite").objectStore("records");
            store.getAll().onsuccess = ({ target: { result: [row] } }) => {
              const putting = store.put({ ...row, kept_since: row.kept_since - 8 * 86_400_000 });
              putting.onsuccess = () => { base.close(); resolve(); };
            };
          };
        })"""
    )
    page.reload()
    page.locator("[data-outcome=interested]").wait_for()
    page.locator(".link-state.is-off").wait_for()
    (row,) = kept_rows(page)
    assert "person" not in row["record"]
    page.context.set_offline(False)
    send_now(page)
    expect_unsent(page, 0)
    (record,) = [record for _, record in stand_in.records.values()]
    assert record["person_expired"] is True
    assert "person" not in record


@pytest.mark.parametrize(
    ("breakage", "words"),
    [
        ("delete Object.getPrototypeOf(window).indexedDB; delete window.indexedDB", "This browser keeps nothing"),
        (
            "IDBObjectStore.prototype.add = () => { throw new DOMException('full', 'QuotaExceededError') }",
            "This phone has no room left",
        ),
    ],
    ids=["blocked", "full"],
)
def test_phone_that_cannot_keep_a_record_says_so_and_counts_nothing(
    cleo: User, open_phone: OpenPhone, breakage: str, words: str
) -> None:
    page = open_phone(cleo)
    page.add_init_script(breakage)
    page.goto("/m/")
    if "QuotaExceeded" in breakage:
        page.locator("[data-outcome=interested]").tap()
    expect(page.locator(".banners .notice-bad")).to_contain_text(words)
    expect_today(page, 0)
    expect(page.locator(".logged")).to_have_count(0)


def test_letters_twice_as_large_lose_nothing(cleo: User, open_phone: OpenPhone) -> None:
    page = open_app(open_phone(cleo))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for screen in ("log", "records", "agenda", "settings"):
        show(page, screen)
        assert_no_sideways_scroll(page)
        cut = page.evaluate(
            """[...document.querySelectorAll("main *, .top *, .tabs *")].filter((e) => (
              !e.closest(".visually-hidden, .one-line, svg") && e.scrollWidth > e.clientWidth + 1
              && getComputedStyle(e).display !== "inline")).map((e) => e.outerHTML.slice(0, 80))"""
        )
        assert cut == []


def test_outcomes_are_large_and_in_the_lower_half(cleo: User, open_phone: OpenPhone) -> None:
    page = open_app(open_phone(cleo))
    expect(page.locator(".outcome")).to_have_count(7)
    boxes = [box.bounding_box() for box in page.locator(".outcome").all()]
    assert all(box and box["height"] >= 64 and box["y"] + box["height"] <= 740 for box in boxes)
    assert sum(box["y"] >= 370 for box in boxes if box) >= 6


def test_somebody_who_is_no_mobiliser_is_told_so(open_phone: OpenPhone, stand_in: StandIn) -> None:
    page = open_phone(make_user("eva"))
    page.goto("/m/")
    expect(page.locator("main")).to_contain_text("not as a volunteer")
    expect(page.locator(".outcome")).to_have_count(0)


def test_signed_out_visitor_is_led_to_the_sign_in_and_back(open_phone: OpenPhone, stand_in: StandIn) -> None:
    page = open_phone(None)
    page.goto("/m/")
    page.locator("main").get_by_role("link", name="Sign in").click()
    expect(page).to_have_url(re.compile(r"/account/login/\?next=/m/$"))


def test_busy_server_is_asked_again_later_and_says_so(stand_in: StandIn, cleo: User, open_phone: OpenPhone) -> None:
    page = open_app(open_phone(cleo, still=True))
    page.watch.allow("status of 429")  # type: ignore[attr-defined]
    page.context.route(SYNC, lambda route: route.fulfill(status=429, json={"error": "busy"}))
    tap_outcomes(page, 1)
    send_now(page)
    expect(page.locator(".link-state")).to_have_text("The server is busy: kept here")
    expect_unsent(page, 1)
    page.context.unroute(SYNC)
    page.clock.run_for(2_000)
    expect_unsent(page, 0)  # two seconds later, by itself
    assert len(stand_in.records) == 1


def test_change_of_effort_arrives_without_a_reload(stand_in: StandIn, cleo: User, open_phone: OpenPhone) -> None:
    page = open_app(open_phone(cleo))
    stand_in.efforts.append(effort(id=4, title="Doors in Anderlecht", blocked="certificate"))
    with page.expect_response(STATE):
        send_now(page)
    page.get_by_role("button", name="Market at Flagey").tap()
    page.get_by_role("button", name="Doors in Anderlecht").tap()
    expect(page.locator("main")).to_contain_text("You need a certificate for this effort")
    expect(page.locator(".where-title")).to_have_text("Doors in Anderlecht")


def test_new_version_waits_for_a_tap(
    stand_in: StandIn, cleo: User, open_phone: OpenPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_app(open_phone(cleo, worker=True), worker=True)
    before = page.locator("body").get_attribute("data-version")
    changed = {**app_files.modules(), "main.js": app_files.pack(app_files.modules()["main.js"].body + b"\n")}
    monkeypatch.setattr(app_files, "modules", lambda: changed)
    monkeypatch.setattr(app_views, "modules", lambda: changed)
    app_files.app_version.cache_clear()
    try:
        page.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.update())")
        banner = page.locator(".banners .notice-good")
        expect(banner).to_contain_text("A new version of the app is ready.")
        page.reload()  # by itself nothing changes
        expect(banner).to_be_visible()
        expect(page.locator("body")).to_have_attribute("data-version", before or "")
        banner.get_by_role("button", name="Reload").tap()
        expect(page.locator("body")).not_to_have_attribute("data-version", before or "")
        page.locator("[data-outcome=interested]").wait_for()
    finally:
        monkeypatch.undo()
        app_files.app_version.cache_clear()


def test_outcomes_stay_under_the_thumb_when_something_comes_in_above(
    stand_in: StandIn, cleo: User, open_phone: OpenPhone
) -> None:
    page = open_app(open_phone(cleo))
    button = page.locator("[data-outcome=nobody]")
    before = button.bounding_box()
    button.evaluate("button => { window.sameButton = button; }")
    log_with_a_phone_number(page, "12")
    stand_in.efforts = [effort(blocked="agreement")]
    send_now(page)
    expect(page.locator(".banners .notice")).to_have_count(1)
    expect(page.locator("main")).to_contain_text("You have not accepted the volunteers’ agreement")
    assert button.bounding_box() == before
    assert page.evaluate("window.sameButton.isConnected")
