"""What is no plain file of a bounded size is refused at once by whatever reads a file whole."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from jmt.cli.main import main
from jmt.errors import ConfigError, InputError
from jmt.files.whole_file import read_whole
from jmt.serve.asking.keys import read_keys


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def sparse(path: Path) -> None:
    with path.open("wb") as stream:
        stream.truncate(10 * 2**30)


def bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(path.parent)  # the address of a socket is short
        listener.bind(path.name)
        os.chdir(here)


STRANGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "device": (device, "this is a device"),
    "pipe": (os.mkfifo, "this is a pipe"),
    "folder": (Path.mkdir, "this is a folder"),
    "socket": (bound, "this is a socket"),
    "huge": (sparse, "bytes, more than such a file may have"),
    "circle": (lambda path: path.symlink_to(path), "symbolic links"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_configuration_is_refused_at_once(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]):
    make, message = STRANGE[name]
    make(tmp_path / "x.toml")

    for command in (["check", str(tmp_path / "x.toml")], ["train", str(tmp_path / "x.toml")]):
        assert main(command) == 2
        assert message in capsys.readouterr().err


@pytest.mark.parametrize("place", ["/dev/zero", "/dev/stdin", "/dev/full"])
def test_a_device_is_no_configuration(place: str, capsys: pytest.CaptureFixture[str]):
    assert main(["check", place]) == 2
    assert "TOML" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("huge", ["annotate", "{place}"]),
        ("device", ["compare", "--pairs", "{place}"]),
        ("huge", ["vectors", "distill", "none", "--words", "{place}", "--output", "out"]),
        ("device", ["vectors", "train", "{place}", "--output", "out"]),
    ],
)
def test_what_has_no_line_ends_is_no_text(
    tmp_path: Path, name: str, words: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("jmt.formats.text.MOST_BYTES", 2**16)
    STRANGE[name][0](tmp_path / "x")

    assert main([word.format(place=tmp_path / "x") for word in words]) == 1
    assert "a line of over 65,536 bytes" in capsys.readouterr().err


def test_keys_are_read_from_a_file_or_a_pipe_but_not_from_a_device(tmp_path: Path):
    with pytest.raises(ConfigError, match="this is a device"):
        read_keys("/dev/zero")
    reading, writing = os.pipe()
    os.write(writing, b"me sha256:" + b"0" * 64 + b"\n")
    os.close(writing)
    assert read_keys(f"/dev/fd/{reading}").digests[0][0] == "me"
    os.close(reading)


def test_a_file_is_read_up_to_its_limit(tmp_path: Path):
    (tmp_path / "x").write_bytes(b"1234")

    assert read_whole(tmp_path / "x", 4) == b"1234"
    with pytest.raises(InputError, match="over 3 bytes"):
        read_whole(tmp_path / "x", 3)
    with pytest.raises(FileNotFoundError):
        read_whole(tmp_path / "y", 3)


def test_what_hides_its_size_is_refused_once_too_much_was_read(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(b"a" * 11,))
    writer.start()
    with pytest.raises(InputError, match="pipe: over 10 bytes"):
        read_whole(tmp_path / "pipe", 10, pipes=True)
    writer.join()


def test_a_nul_in_a_path_is_one_line():
    with pytest.raises(InputError, match="cannot be read: embedded null byte"):
        read_whole("a\0b", 10)
