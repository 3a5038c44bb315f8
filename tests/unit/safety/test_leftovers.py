"""Temporary places: the dead leave nothing behind, and nobody takes from the living or what is not ours."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jmt.files.atomic import hidden_beside, replace_folder
from jmt.safety import leftovers
from jmt.safety.leftovers import OwnedError, owned_file, owned_folder, owned_while_used, remove, sweep_leftovers

OWNER = """
import sys
from pathlib import Path
from jmt.safety.leftovers import {kind}
with {kind}(Path(sys.argv[1]), "x") as path:
    (path / "inner").touch() if path.is_dir() else path.write_text("half")
    print(path.name, flush=True)
    sys.stdin.read()
"""


def start(kind: str, folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER.format(kind=kind), str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


@pytest.mark.parametrize(("kind", "own"), [("owned_file", owned_file), ("owned_folder", owned_folder)])
def test_the_next_one_sweeps_what_the_killed_left_and_leaves_the_living_alone(
    tmp_path: Path, kind: str, own: Callable[..., object]
):
    with start(kind, tmp_path) as killed, start(kind, tmp_path) as alive:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert len(list(tmp_path.iterdir())) == 2
        with own(tmp_path, "x") as path:  # type: ignore[attr-defined]
            there = list(tmp_path.iterdir())

            assert path in there
            assert len(there) == 2
        assert len(list(tmp_path.iterdir())) == 1
        alive.communicate("")
    assert list(tmp_path.iterdir()) == []


def test_what_is_not_ours_is_never_swept(tmp_path: Path):
    other, strange = tmp_path / "other", tmp_path / ".y.01234567.jmt"
    for path in (other, strange, tmp_path / ".x.jmt", tmp_path / "x.01234567.jmt", tmp_path / ".x.0123456.jmt"):
        path.write_text("kept")
    (tmp_path / ".x.aaaaaaaa.jmt").symlink_to(other)
    os.mkfifo(tmp_path / ".x.bbbbbbbb.jmt")
    before = sorted(tmp_path.iterdir())
    sweep_leftovers(tmp_path, "x")

    assert sorted(tmp_path.iterdir()) == before
    assert other.read_text() == "kept"


def test_what_another_user_left_is_not_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / ".x.01234567.jmt").touch()
    monkeypatch.setattr("os.geteuid", lambda: os.stat(tmp_path).st_uid + 1)
    sweep_leftovers(tmp_path, "x")

    assert len(list(tmp_path.iterdir())) == 1


def test_on_a_disk_without_locks_nothing_is_swept_and_files_are_owned_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def without_locks(descriptor: int, kind: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    (tmp_path / ".x.01234567.jmt").touch()
    monkeypatch.setattr("fcntl.flock", without_locks)
    with owned_file(tmp_path, "x") as path:
        assert path.exists()

    assert [left.name for left in tmp_path.iterdir()] == [".x.01234567.jmt"]


def test_what_a_link_leads_to_is_neither_removed_nor_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "folder").mkdir()
    link = tmp_path / "link"
    link.symlink_to("folder")
    remove(link)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]

    link.symlink_to("folder")
    monkeypatch.setattr(Path, "lstat", Path.stat)  # the link came after the look
    with pytest.raises(OSError, match=r"Too many levels of symbolic links|Not a directory"), owned_while_used(link):
        pass


def test_a_folder_that_another_process_is_writing_is_not_taken_from_it(tmp_path: Path):
    target = tmp_path / "best"
    replace_folder(target, lambda folder: (folder / "a").write_text("one"))
    hidden_beside(target, "new").mkdir()
    (hidden_beside(target, "new") / "half").touch()
    with (
        owned_while_used(hidden_beside(target, "new")),
        pytest.raises(OwnedError, match="another process is writing here"),
    ):
        replace_folder(target, lambda folder: (folder / "a").write_text("two"))
    assert (hidden_beside(target, "new") / "half").exists()
    replace_folder(target, lambda folder: (folder / "a").write_text("two"))

    assert [path.name for path in tmp_path.iterdir()] == ["best"]
    assert (target / "a").read_text() == "two"


def test_a_sweep_between_opening_and_locking_costs_a_name_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    names = iter(["00000000", "11111111"])
    monkeypatch.setattr("secrets.token_hex", lambda _: next(names))
    opened = leftovers._opened

    def open_late(path: Path) -> int:
        descriptor = opened(path)
        if "00000000" in path.name:
            path.unlink()
        return descriptor

    monkeypatch.setattr(leftovers, "_opened", open_late)
    with owned_file(tmp_path, "x") as path:
        assert [path] == list(tmp_path.iterdir())
        assert "11111111" in path.name


def test_a_sweep_between_making_and_locking_costs_a_name_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    names = iter(["00000000", "11111111"])
    monkeypatch.setattr("secrets.token_hex", lambda _: next(names))
    touched = Path.touch

    def touch(path: Path, *, exist_ok: bool = True) -> None:
        touched(path, exist_ok=exist_ok)
        if "00000000" in path.name:
            sweep_leftovers(tmp_path, "x")

    monkeypatch.setattr(Path, "touch", touch)
    with owned_file(tmp_path, "x") as path:
        assert [path] == list(tmp_path.iterdir())
        assert "11111111" in path.name
