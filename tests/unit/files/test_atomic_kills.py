"""Replacing a folder, killed with a real SIGKILL at every single file operation that it is made of."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

from jmt.files.atomic import check_manifest, hidden_beside, recover_folder, replace_folder, whole_folder

OPERATIONS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "os.truncate", "shutil.rmtree"}
"""Names under which Python announces them (audit events)."""


def writer(text: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / "a.txt").write_text(text)
        (folder / "inner").mkdir()
        (folder / "inner" / "b.txt").write_text(text * 100)

    return write


def content(folder: Path) -> tuple[str, str]:
    return (folder / "a.txt").read_text(), (folder / "inner" / "b.txt").read_text()


def killed_at(operation: int, work: Callable[[], None]) -> bool:
    """Do the work in a child that kills itself at its file operation of this number; tell whether it came to it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # newer Pythons warn of threads, which the child needs not
        child = os.fork()
    if child == 0:
        done = iter(range(operation + 1))

        def count(event: str, _: object) -> None:
            if event in OPERATIONS and next(done) == operation:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(count)
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def test_a_kill_at_any_file_operation_leaves_a_whole_folder(tmp_path: Path):
    operation, seen = 0, set()
    came_to_it = True
    while came_to_it:
        target = tmp_path / str(operation) / "x"
        replace_folder(target, writer("one"))
        came_to_it = killed_at(operation, lambda target=target: replace_folder(target, writer("two")))
        recover_folder(target)
        check_manifest(target)
        seen.add(content(target))
        assert [path.name for path in target.parent.iterdir()] == ["x"]
        operation += 1

    assert operation > 20
    assert seen == {("one", "one" * 100), ("two", "two" * 100)}
    assert content(target)[0] == "two"


def test_a_kill_in_the_first_replacement_leaves_nothing_or_all(tmp_path: Path):
    """There is no old folder yet: a half-written first one must not be taken for whole."""
    operation, seen = 0, set()
    came_to_it = True
    while came_to_it:
        target = tmp_path / str(operation) / "x"
        target.parent.mkdir()
        came_to_it = killed_at(operation, lambda target=target: replace_folder(target, writer("one")))
        recover_folder(target)
        seen.add(target.exists())
        if target.exists():
            check_manifest(target)
            assert content(target)[0] == "one"
        replace_folder(target, writer("two"))
        assert [path.name for path in target.parent.iterdir()] == ["x"]
        operation += 1

    assert seen == {False, True}


def test_a_kill_while_recovering_loses_nothing(tmp_path: Path):
    operation = 0
    came_to_it = True
    while came_to_it:
        target = tmp_path / str(operation) / "x"
        replace_folder(target, writer("one"))
        target.rename(hidden_beside(target, "old"))
        replace_folder(target.with_name("y"), writer("two"))
        target.with_name("y").rename(hidden_beside(target, "new"))
        came_to_it = killed_at(operation, lambda target=target: recover_folder(target))
        recover_folder(target)
        assert content(target)[0] == "two"
        assert [path.name for path in target.parent.iterdir()] == ["x"]
        operation += 1

    assert operation > 5


def test_looking_for_a_folder_moves_and_sweeps_nothing(tmp_path: Path):
    """Whoever reads a checkpoint must not pull it from under a run that is just writing the next one."""
    target = tmp_path / "x"
    replace_folder(target, writer("one"))
    hidden_beside(target, "new").mkdir()
    (hidden_beside(target, "new") / "a.txt").write_text("half")
    assert whole_folder(target) == target

    target.rename(hidden_beside(target, "old"))  # between the two moves of a replacement
    assert whole_folder(target) == hidden_beside(target, "old")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".x.new", ".x.old"]
