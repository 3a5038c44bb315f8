"""Write the generated reference pages anew: `python -m docs.generate`."""

from __future__ import annotations

from pathlib import Path

from docs.generate.command_line import command_line_page
from docs.generate.configuration import configuration_page
from docs.generate.python_api import python_api_page

REFERENCE = Path(__file__).parents[1] / "reference"

PAGES = {
    "cli.md": command_line_page,
    "configuration.md": configuration_page,
    "python.md": python_api_page,
}
"""Every generated page and what writes it; tests/repository/test_generated_pages.py compares them with the disk."""


def main() -> None:
    """Write every page."""
    for name, write in PAGES.items():
        (REFERENCE / name).write_text(write(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
