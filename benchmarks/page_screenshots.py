"""Takes the pictures of the page in docs/images: start `jmt serve`, then run this; it needs Chromium and Playwright."""

from __future__ import annotations

import argparse
import io
import shutil
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parents[1] / "docs" / "images"
LOOKS = {"light": ("light", 1060), "dark": ("dark", 1060), "phone": ("light", 390)}
"""Colour scheme and width in CSS pixels."""


def save(page: Any, path: Path) -> None:
    """Write what is shown as a PNG of at most 256 colours: a page of paper and ink has hardly more."""
    page.mouse.move(0, 0)
    page.evaluate("() => document.activeElement.blur()")
    image = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)


def shoot(page: Any, url: str, look: str) -> None:
    """Take the pictures of both tabs in one look."""
    page.goto(url)
    page.wait_for_selector("#text svg")  # of the example that it opens with
    page.get_by_role("button", name="a relative clause").click()
    page.wait_for_selector("#text form:not([aria-busy])")
    save(page, FOLDER / f"page-text-{look}.png")
    page.get_by_role("tab", name="Pair").click()
    page.wait_for_selector(".scale")
    page.get_by_role("button", name="said differently").click()
    page.wait_for_selector("#pair form:not([aria-busy])")
    save(page, FOLDER / f"page-pair-{look}.png")


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", default="http://127.0.0.1:8000", help="of the service (default %(default)s)")
    url = parser.parse_args().url
    FOLDER.mkdir(exist_ok=True)
    flags = ["--headless", "--no-sandbox", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        for look, (scheme, width) in LOOKS.items():
            page = browser.new_page(
                color_scheme=scheme, viewport={"width": width, "height": 640}, device_scale_factor=2
            )
            shoot(page, url, look)
        browser.close()


if __name__ == "__main__":
    main()
