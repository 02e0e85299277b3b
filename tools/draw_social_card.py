"""Draw static/images/social-card.png (1200 × 630) from tools/social_card.html with Chromium.

``python -m tools.draw_social_card [CHROMIUM]``; the picture is reduced to 64 colours, which its flat shapes allow.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "static" / "images" / "social-card.png"


def main() -> None:
    executable = sys.argv[1] if len(sys.argv) > 1 else "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1200, "height": 630})
        page.goto((HERE / "social_card.html").as_uri())
        page.wait_for_function("document.fonts.status === 'loaded'")
        drawn = page.screenshot()
        browser.close()
    picture = Image.open(io.BytesIO(drawn)).convert("RGB").quantize(64)
    picture.save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
