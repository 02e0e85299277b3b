"""Draw the phone app's PNG icons beside ``outreach/static/outreach/icons/icon.svg`` with Chromium.

``python -m tools.draw_app_icons [CHROMIUM]``. The maskable one keeps the bell inside the inner 80 %, which every phone
shows whatever shape it cuts; its ground goes to the edges.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "outreach" / "static" / "outreach" / "icons"
GROUND = "#1b2140"


def draw(page: Page, name: str, size: int, *, share: float, ground: str) -> None:
    """Draw the icon at ``share`` of a square of ``size`` pixels on ``ground``, reduced to 32 colours."""
    page.set_viewport_size({"width": size, "height": size})
    drawing = (FOLDER / "icon.svg").read_text()
    side = round(size * share)
    page.set_content(
        f"<style>body{{margin:0;background:{ground};display:grid;place-items:center;height:100vh}}"
        f"svg{{width:{side}px;height:{side}px}}</style>{drawing}"
    )
    picture = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
    picture.quantize(32, method=Image.Quantize.FASTOCTREE).save(FOLDER / name, optimize=True)


def main() -> None:
    executable = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page()
        draw(page, "icon-192.png", 192, share=1, ground="transparent")
        draw(page, "icon-512.png", 512, share=1, ground="transparent")
        draw(page, "maskable-512.png", 512, share=0.8, ground=GROUND)
        browser.close()


if __name__ == "__main__":
    main()
