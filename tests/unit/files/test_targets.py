"""A place for a folder is looked at before any work: what stands there stays, and what cannot be written is said."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jmt.errors import InputError
from jmt.files.atomic import replace_folder
from jmt.files.targets import check_new, check_replaceable


def write(folder: Path) -> None:
    (folder / "part.txt").write_text("ours")


def test_a_new_place_may_lie_in_folders_that_are_yet_to_be_made(tmp_path: Path):
    check_new(tmp_path / "one" / "two")
    assert not list(tmp_path.iterdir())


def test_what_stands_in_a_new_place_is_refused_and_so_is_a_link_to_nowhere(tmp_path: Path):
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    (tmp_path / "folder").mkdir()
    for name in ("link", "folder"):
        with pytest.raises(InputError, match=f"{name}: exists already; choose another --output"):
            check_new(tmp_path / name)


def test_a_place_below_a_file_is_refused(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file is a file; choose another --output"):
        check_new(tmp_path / "file" / "folder")


def test_a_place_in_a_folder_of_someone_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)  # root may write anywhere
    for check in (check_new, lambda target: check_replaceable(target, kind="thing", part="part.txt")):
        with pytest.raises(InputError, match="is not yours to write to"):
            check(tmp_path / "folder")


def test_an_earlier_folder_of_the_same_kind_may_go_and_nothing_else(tmp_path: Path):
    target = tmp_path / "target"
    replace_folder(target, write)
    check_replaceable(target, kind="thing", part="part.txt")
    with pytest.raises(InputError, match="is there already and is no other"):
        check_replaceable(target, kind="other", part="other.txt")
    (target / "deep").mkdir()
    check_replaceable(target, kind="thing", part="part.txt")
    (target / "deep" / "mine.txt").write_text("")
    with pytest.raises(InputError, match=r"no part of this thing, 'deep/mine.txt'"):
        check_replaceable(target, kind="thing", part="part.txt")
