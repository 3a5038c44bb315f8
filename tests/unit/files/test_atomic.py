"""A folder is wholly old or wholly new, wherever the process dies: every system call is tried as the last one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from jmt.errors import CheckpointError
from jmt.files import atomic
from jmt.files.atomic import check_manifest, hidden_beside, is_complete, recover_folder, replace_folder, write_whole


class Killed(BaseException):
    """Stands for SIGKILL: nothing after it is run, clean-up included."""


def writer(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "a.txt").write_text(text)
        (folder / "inner").mkdir()
        (folder / "inner" / "b.txt").write_text(text * 100)

    return write


def content(folder: Path) -> tuple[str, str]:
    return (folder / "a.txt").read_text(), (folder / "inner" / "b.txt").read_text()


def test_what_keeps_a_file_from_being_written_is_said_of_the_file_and_not_of_the_hidden_one(tmp_path: Path):
    (tmp_path / "x.json").mkdir()
    with pytest.raises(IsADirectoryError, match="a folder stands where this file goes; move the folder away") as raised:
        write_whole(tmp_path / "x.json", "text")
    assert raised.value.filename == str(tmp_path / "x.json")
    assert [path.name for path in tmp_path.iterdir()] == ["x.json"]

    with pytest.raises(FileNotFoundError) as missing:
        write_whole(tmp_path / "gone" / "y.json", "text")
    assert missing.value.filename == str(tmp_path / "gone" / "y.json")


def test_a_folder_is_written_with_a_manifest_and_nothing_beside_it(tmp_path: Path):
    replace_folder(tmp_path / "x", writer("one"))
    replace_folder(tmp_path / "x", writer("two"))

    assert content(tmp_path / "x") == ("two", "two" * 100)
    assert is_complete(tmp_path / "x")
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_writer_that_fails_leaves_the_old_folder(tmp_path: Path):
    replace_folder(tmp_path / "x", writer("one"))

    def fail(folder: Path) -> None:
        (folder / "a.txt").write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        replace_folder(tmp_path / "x", fail)
    assert content(tmp_path / "x")[0] == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


@pytest.mark.parametrize("last_call", range(8))
def test_a_kill_at_any_move_leaves_a_whole_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last_call: int):
    """`rename` and `rmtree` are the moves; the process dies in the one with number `last_call`.

    A rename is done or not; a deletion that is broken off has deleted some files and not others.
    """
    target = tmp_path / "x"
    replace_folder(target, writer("one"))
    moves = iter(range(100))
    rename, rmtree = Path.rename, shutil.rmtree

    def rename_or_die(path: Path, place: Path) -> Path:
        if next(moves) >= last_call:
            raise Killed
        return rename(path, place)

    def delete_or_die(path: Path, **options: bool) -> None:
        if next(moves) >= last_call:
            (path / "a.txt").unlink(missing_ok=True)
            raise Killed
        rmtree(path, **options)

    monkeypatch.setattr(Path, "rename", rename_or_die)
    monkeypatch.setattr(atomic.shutil, "rmtree", delete_or_die)
    with suppress(Killed):
        replace_folder(target, writer("two"))
    monkeypatch.undo()
    recover_folder(target)

    assert content(target) in [("one", "one" * 100), ("two", "two" * 100)]
    check_manifest(target)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_half_written_successor_is_not_taken_for_whole(tmp_path: Path):
    target = tmp_path / "x"
    replace_folder(target, writer("one"))
    target.rename(hidden_beside(target, "old"))
    replace_folder(tmp_path / "y", writer("two"))
    (tmp_path / "y").rename(hidden_beside(target, "new"))
    (hidden_beside(target, "new") / "a.txt").write_text("tw")

    recover_folder(target)
    assert content(target)[0] == "one"


def test_a_complete_successor_is_put_in_its_place(tmp_path: Path):
    target = tmp_path / "x"
    replace_folder(tmp_path / "y", writer("two"))
    (tmp_path / "y").rename(hidden_beside(target, "new"))

    recover_folder(target)
    assert content(target)[0] == "two"


def test_recovering_where_there_is_nothing_does_nothing(tmp_path: Path):
    recover_folder(tmp_path / "x")

    assert list(tmp_path.iterdir()) == []


def test_a_manifest_names_what_is_missing(tmp_path: Path):
    replace_folder(tmp_path / "x", writer("one"))
    (tmp_path / "x" / "inner" / "b.txt").unlink()

    with pytest.raises(CheckpointError, match=r"inner/b\.txt"):
        check_manifest(tmp_path / "x")


def test_files_are_readable_as_the_umask_allows(tmp_path: Path):
    def write_private(folder: Path) -> None:
        (folder / "a.txt").write_text("x")
        (folder / "a.txt").chmod(0o600)

    mask = os.umask(0o022)
    try:
        replace_folder(tmp_path / "x", write_private)
    finally:
        os.umask(mask)
    assert (tmp_path / "x" / "a.txt").stat().st_mode & 0o777 == 0o644
