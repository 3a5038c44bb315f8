"""A wheel that holds nothing but data: a model's folder, and an entry point by which `jmt.load` finds it by its name.

Written by hand, since nothing has to be built, and so that the same model gives the same bytes: times are fixed,
entries sorted.  Format: the packaging guide's binary distribution format, 1.0.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zipfile
from pathlib import Path

from jmt.models.places import GROUP

_MOMENT = (1980, 1, 1, 0, 0, 0)
"""When every file in a wheel was written: the first moment that a zip archive can name."""

SPDX = re.compile(r"[A-Za-z0-9.-]+( (AND|OR|WITH) [A-Za-z0-9.-]+)*")


def build_wheel(folder: Path, *, name: str, release: str, licence: str, requires: str, output: Path) -> Path:
    """Write the wheel of a model's folder into `output` and return its path.

    Files:
        NAME/...                    the checkpoint
        NAME-RELEASE.dist-info/...  METADATA, WHEEL, entry_points.txt, RECORD, and the licence
    """
    info = f"{name}-{release}.dist-info"
    entries = {f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in _inner_files(folder)}
    for text in ("LICENSE", "NOTICE"):
        if f"{name}/{text}" in entries:
            entries[f"{info}/licenses/{text}"] = entries[f"{name}/{text}"]
    entries[f"{info}/METADATA"] = metadata(folder, name, release, licence, requires).encode("utf-8")
    entries[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: jmt\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    entries[f"{info}/entry_points.txt"] = f"[{GROUP}]\n{name} = {name}\n".encode()
    entries[f"{info}/top_level.txt"] = f"{name}\n".encode()
    entries[f"{info}/RECORD"] = _record(entries, f"{info}/RECORD").encode("utf-8")
    wheel = output / f"{name}-{release}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path, content in sorted(entries.items(), key=lambda item: (".dist-info/" in item[0], item[0])):
            entry = zipfile.ZipInfo(path, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    return wheel


def _inner_files(folder: Path) -> list[Path]:
    """Return all files of a folder."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def metadata(folder: Path, name: str, release: str, licence: str, requires: str) -> str:
    """Return METADATA (core metadata 2.4), the model's card as its description."""
    terms = "License-Expression" if SPDX.fullmatch(licence) and "LicenseRef" not in licence else "License"
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {name}",
        f"Version: {release}",
        f"Summary: {name}, a trained cascade for jmt",
        f"{terms}: {licence}",
        "License-File: LICENSE",
        "License-File: NOTICE",
        "Requires-Python: >=3.11",
        f"Requires-Dist: {requires}",
        "Description-Content-Type: text/markdown",
    ]
    card = folder / "README.md"
    return "\n".join(lines) + "\n\n" + (card.read_text(encoding="utf-8") if card.exists() else "")


def _record(entries: dict[str, bytes], own: str) -> str:
    """Return RECORD: path, hash and size of every entry; its own line has neither."""
    lines = [f"{path},sha256={_digest(content)},{len(content)}" for path, content in sorted(entries.items())]
    return "\n".join([*lines, f"{own},,"]) + "\n"


def _digest(content: bytes) -> str:
    """Return a SHA-256 as RECORD writes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
