"""What `pip` does in the image's build, without a network: wheels are really built, and what is already installed on
this machine is linked in place of what would be fetched.

Reads IMAGE_SITE, the folder that stands for the image's site-packages.  An option that is not known here is an error.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def main() -> int:
    """Carry out one command line of pip."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("verb", choices=("wheel", "install"))
    parser.add_argument("--no-cache-dir", action="store_true", required=True)  # else the image holds everything twice
    parser.add_argument("--no-deps", action="store_true")
    parser.add_argument("--wheel-dir")
    parser.add_argument("--constraint")
    parser.add_argument("--requirement", action="append", default=[])
    parser.add_argument("what", nargs="*")
    arguments = parser.parse_intermixed_args()
    if arguments.verb == "wheel":
        assert Path(os.environ["PIP_CONSTRAINT"]).is_file()
        command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-index", "--no-build-isolation"]
        return subprocess.run([*command, "--wheel-dir", arguments.wheel_dir, *arguments.what]).returncode
    for what in arguments.what:
        if what.endswith(".whl"):
            install_wheel(Path(what))
    names = [what for what in arguments.what if not what.endswith(".whl")]
    for path in arguments.requirement:
        names += [line for line in Path(path).read_text(encoding="utf-8").split("\n") if line and line[0] != "#"]
    if names:
        found = names if arguments.no_deps else closure(names)
        link(found, pins_of(Path(arguments.constraint)), Path(os.environ["IMAGE_SITE"]))
    return 0


def install_wheel(path: Path) -> None:
    """Unpack a wheel, and write its command."""
    site = Path(os.environ["IMAGE_SITE"])
    with zipfile.ZipFile(path) as archive:
        archive.extractall(site)
    command = site.parent / "bin" / "jmt"
    command.write_text(
        f"#!{sys.executable} -S\nimport sys\nfrom jmt.cli.main import main\nsys.exit(main())\n", encoding="utf-8"
    )
    command.chmod(0o755)


def closure(names: Iterable[str]) -> set[str]:
    """Give the names of distributions with everything that they need, as their metadata say."""
    found: set[str] = set()
    waiting = [Requirement(name) for name in names]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found:
            continue
        found.add(name)
        for line in distribution(name).requires or []:
            needed = Requirement(line)
            if not needed.marker or any(needed.marker.evaluate({"extra": extra}) for extra in ("", *wanted.extras)):
                waiting.append(needed)
    return found


def link(names: Iterable[str], pins: dict[str, str], site: Path) -> None:
    """Link what is installed here into a site; refuse what is not pinned, or another version than the pin."""
    for name in names:
        installed = distribution(name)
        assert installed.version.partition("+")[0] == pins[canonicalize_name(name)], (name, installed.version)
        for top in {file.parts[0] for file in installed.files or [] if file.parts[0] not in ("..", "__pycache__")}:
            place = site / top
            if not place.exists():
                place.symlink_to(Path(str(installed.locate_file(top))))


def pins_of(path: Path) -> dict[str, str]:
    """Read the exact versions of a constraints file."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


if __name__ == "__main__":
    sys.exit(main())
