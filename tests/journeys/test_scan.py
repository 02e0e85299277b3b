"""Journey 5, with the camera: a guest's QR code is read from the picture, by the browser's own reader or by ours."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import segno
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from events.models import Attendance, Event, Rsvp
from events.tokens import sign_rsvp
from tests.browser import CHROMIUM_ARGUMENTS, find_chromium
from tests.factories.door import make_shift_at
from tests.factories.events import make_event, make_event_type, make_rsvp
from tests.phone import Server, open_app, send_now
from volunteers.models import Volunteer

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]

OpenPhone = Callable[..., Page]
WIDTH, HEIGHT, FRAMES = 640, 480, 10
NO_OWN_READER = "delete globalThis.BarcodeDetector"
# Stands for a phone whose browser reads codes: says what it was shown once there is a picture.
OWN_READER = """
globalThis.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect(video) { return video.videoWidth ? [{ rawValue: "%s" }] : []; }
};
"""


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Where the camera's film is: written before the camera is opened."""
    return tmp_path / "camera.y4m"


@pytest.fixture
def browser(browser: Browser, film: Path) -> Iterator[Browser]:
    """A Chromium whose camera shows the film, over and over."""
    arguments = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    launched = browser.browser_type.launch(
        executable_path=find_chromium(), args=[*CHROMIUM_ARGUMENTS, *arguments]
    )  # fmt: skip
    yield launched
    launched.close()


@pytest.fixture
def omar(server: Server, cleo: User) -> Rsvp:
    """A guest of a workshop that began a quarter of an hour ago, at whose door Cleo stands."""
    event = make_event(make_event_type(server.campaign), starts_at=timezone.now() - timedelta(minutes=15))
    make_shift_at(event, Volunteer.objects.get(user=cleo))
    return make_rsvp(event, "Omar Guest")


def shoot(film: Path, words: str) -> None:
    """Write a film of a QR code held before the camera, a little greyish and off the middle."""
    code = np.array([list(row) for row in segno.make(words, error="m", micro=False).matrix_iter(scale=5, border=4)])
    picture = np.full((HEIGHT, WIDTH), 150, dtype=np.uint8)
    top, left = 30, 110
    assert top + code.shape[0] < HEIGHT, "the code is larger than the picture"
    picture[top : top + code.shape[0], left : left + code.shape[1]] = np.where(code, 40, 215)
    grey = np.full(WIDTH * HEIGHT // 2, 128, dtype=np.uint8).tobytes()
    frame = b"FRAME\n" + picture.tobytes() + grey
    film.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420mpeg2\n".encode() + frame * FRAMES)


def address_of(rsvp: Rsvp) -> str:
    return f"https://campaign.example.org/en/events/rsvp/{sign_rsvp(rsvp)}/"


def open_door(page: Page, event: Event) -> Page:
    open_app(page).locator("[data-key=door]").tap()
    page.wait_for_url(f"**/m/#door/{event.pk}")
    page.locator("[data-guest]").first.wait_for()
    return page


def test_code_before_the_camera_lets_its_guest_in_without_a_reader_in_the_browser(
    cleo: User, omar: Rsvp, film: Path, open_phone: OpenPhone
) -> None:
    shoot(film, address_of(omar))
    page = open_phone(cleo, permissions=["camera"])
    page.add_init_script(NO_OWN_READER)
    open_door(page, omar.event)
    page.locator("[data-key=scan]").tap()
    expect(page.locator(".scan-result")).to_contain_text("Omar Guest is in")
    page.locator("dialog[open] .round").tap()
    send_now(page)
    assert [each.rsvp_id for each in Attendance.objects.all()] == [omar.pk]


def test_code_is_read_without_a_network_once_the_door_was_opened_with_one(
    cleo: User, omar: Rsvp, film: Path, open_phone: OpenPhone
) -> None:
    shoot(film, address_of(omar))
    page = open_phone(cleo, worker=True, permissions=["camera"])
    page.context.add_init_script(NO_OWN_READER)
    open_app(page, worker=True)
    with page.expect_response("**/vendor/jsqr/*"):
        open_door(page, omar.event)
    page.wait_for_function("caches.match(document.body.dataset.decoder, { ignoreVary: true }).then(Boolean)")
    page.context.set_offline(True)
    page.reload()
    page.locator("[data-guest]").first.wait_for()
    page.locator("[data-key=scan]").tap()
    expect(page.locator(".scan-result")).to_contain_text("Omar Guest is in")


def test_phone_that_reads_codes_by_itself_never_fetches_the_decoder(
    cleo: User, omar: Rsvp, film: Path, open_phone: OpenPhone
) -> None:
    shoot(film, "https://example.org/another-code-altogether")
    page = open_phone(cleo, permissions=["camera"])
    page.add_init_script(OWN_READER % address_of(omar))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_door(page, omar.event)
    page.locator("[data-key=scan]").tap()
    expect(page.locator(".scan-result")).to_contain_text("Omar Guest is in")
    assert not [url for url in asked if "jsqr" in url]


def test_stranger_s_code_is_told_so_and_lets_nobody_in(
    cleo: User, omar: Rsvp, film: Path, open_phone: OpenPhone
) -> None:
    shoot(film, "https://example.org/a-poster-on-the-wall-with-a-code")
    page = open_phone(cleo, permissions=["camera"])
    page.add_init_script(NO_OWN_READER)
    open_door(page, omar.event)
    page.locator("[data-key=scan]").tap()
    expect(page.locator(".scan-result")).to_have_text("This code is not on this event’s list.")
    page.locator("dialog[open] .round").tap()
    expect(page.locator("[data-figure=in]")).to_have_text("0")


def test_camera_that_was_refused_is_told_and_the_code_is_typed(
    cleo: User, omar: Rsvp, film: Path, open_phone: OpenPhone
) -> None:
    shoot(film, address_of(omar))
    page = open_phone(cleo, permissions=[])
    open_door(page, omar.event)
    page.locator("[data-key=scan]").tap()
    expect(page.locator("dialog[open]")).to_contain_text("allow this page to use the camera")
    page.fill("#scan-code", str(omar.public_id)[:8])
    page.locator("dialog[open] form .button").tap()
    expect(page.locator(".scan-result")).to_contain_text("Omar Guest is in")
