"""Plant faults into the source, one at a time, and see whether the tests catch them.

    python benchmarks/planted_faults.py docs/research/records/planted-faults.json --output runs/faults.jsonl

The list was made by a reader who had not seen the tests.  Each entry has a file, a text that stands in it once, and
what is put in its place.  It is planted in a copy of the checkout, and tests are run until one fails: first those of
the same folder, then, where these pass, all that `make test` runs.  What is done already in --output is kept, so that
the same command goes on where it was stopped.  Printed: how many were caught, by area, and every survivor.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent.parent
_LONGEST = 1500
"""Seconds for one run of tests: a fault may make a program wait for ever, which a user would notice."""


def main() -> int:
    """Plant what is not done yet, and print what is known."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list", type=Path, help="faults as JSON: id, file, find, replace, area, says")
    parser.add_argument("--output", type=Path, required=True, help="a file of JSON lines, one per fault that is done")
    parser.add_argument("--near", action="store_true", help="run the tests of the same folder alone")
    parser.add_argument("--jobs", type=int, default=2, help="processes that run tests")
    arguments = parser.parse_args()
    faults = json.loads(arguments.list.read_text(encoding="utf-8"))
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    done = {record["id"]: record for record in read_lines(arguments.output)}
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder) / "checkout"
        subprocess.run(["git", "clone", "--quiet", "--shared", str(_ROOT), str(checkout)], check=True)
        for fault in faults:
            if fault["id"] in done and (done[fault["id"]]["caught_by"] or done[fault["id"]]["whole"] or arguments.near):
                continue
            record = done[fault["id"]] = try_fault(fault, checkout, whole=not arguments.near, jobs=arguments.jobs)
            print(f"{fault['id']:3} {fault['file']}: {record['caught_by'] or 'NOT CAUGHT'}", flush=True)
            with arguments.output.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(record) + "\n")
    tell(faults, done)
    return 0


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the records of a file, none where there is none."""
    if path.exists():
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


def try_fault(fault: dict[str, Any], checkout: Path, *, whole: bool, jobs: int) -> dict[str, Any]:
    """Return what one fault came to, with the test that caught it, empty where none did; the file is restored."""
    path = checkout / fault["file"]
    sound = path.read_text(encoding="utf-8")
    if sound.count(fault["find"]) != 1:
        raise SystemExit(f"fault {fault['id']}: its text stands {sound.count(fault['find'])} times in {fault['file']}")
    path.write_text(sound.replace(fault["find"], fault["replace"]), encoding="utf-8")
    began = time.monotonic()
    try:
        caught_by = first_failure(checkout, [near(fault["file"], checkout)], jobs)
        if not caught_by and whole:
            caught_by = first_failure(checkout, ["tests"], jobs)
    finally:
        path.write_text(sound, encoding="utf-8")
    seconds = round(time.monotonic() - began)
    return {"id": fault["id"], "caught_by": caught_by, "whole": whole, "seconds": seconds}


def near(file: str, checkout: Path) -> str:
    """Return the folder of tests that lies as the file does, or the nearest one above it."""
    folder = Path("tests/unit", *Path(file).parts[1:-1])
    while not (checkout / folder).is_dir():
        folder = folder.parent
    return str(folder)


def first_failure(checkout: Path, places: list[str], jobs: int) -> str:
    """Return the first test that fails, or what else went wrong; empty where all pass."""
    for marks in ("not numbers and not slow and not soak", "numbers and not slow"):
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-m", marks, "--numprocesses", str(jobs), *places]
        environment = {**os.environ, "PYTHONPATH": str(checkout), "OMP_NUM_THREADS": "1"}
        try:
            run = subprocess.run(
                command, cwd=checkout, env=environment, capture_output=True, text=True, timeout=_LONGEST, check=False
            )
        except subprocess.TimeoutExpired:
            return f"no end after {_LONGEST} seconds"
        if run.returncode not in (0, 5):  # 5: there is no such test here
            failed = re.search(r"^(?:FAILED|ERROR) (\S+)", run.stdout, re.MULTILINE)
            return failed.group(1) if failed else f"pytest ended with {run.returncode}"
    return ""


def tell(faults: list[dict[str, Any]], done: dict[int, dict[str, Any]]) -> None:
    """Print the counts, and the survivors."""
    tried = [fault for fault in faults if fault["id"] in done]
    caught = Counter(fault["area"] for fault in tried if done[fault["id"]]["caught_by"])
    for area, count in Counter(fault["area"] for fault in tried).items():
        print(f"{area:12} {caught[area]} of {count}")
    print(f"{'all':12} {caught.total()} of {len(tried)}")
    for fault in tried:
        if not done[fault["id"]]["caught_by"]:
            print(f"survived: {fault['id']} {fault['file']}: {fault['says']}")


if __name__ == "__main__":
    sys.exit(main())
