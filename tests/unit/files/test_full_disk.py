"""A disk that is full: one line with the place and the reason, and what stood there before still stands there."""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from jmt.cascade.checkpoint import find_checkpoint, read_card
from jmt.cli.main import main
from jmt.cli.terminal.console import guard
from jmt.cli.terminal.output import open_output
from jmt.files.atomic import append_line, replace_folder, saying_where, write_whole
from jmt.network import checkpoint
from jmt.training.vectors.named_vectors import NamedVectors, read_table, write_vectors
from tests.assets.tiny_model import tiny_model


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond so many bytes: the system then answers as for a full disk, with another number."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def vectors(folder: Path) -> None:
    write_vectors(folder, {"words": NamedVectors(["a"] * 2000, np.zeros((2000, 8), dtype=np.float32))}, {})


def output(path: Path) -> None:
    with open_output(str(path)) as stream:
        stream.write("x" * 20_000)


WRITERS: dict[str, Callable[[Path], object]] = {
    "weights": lambda folder: checkpoint.save(tiny_model(), folder),
    "symbols": lambda folder: replace_folder(folder, lambda fresh: (fresh / "a.json").write_text("x" * 20_000)),
    "metrics": lambda path: write_whole(path, "x" * 20_000),
    "log": lambda path: append_line(path, "x" * 20_000),
    "vectors": vectors,
    "output": output,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_full_disk_is_one_line_with_the_place_and_the_reason(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
):
    def command() -> int:
        with room_for(9_000):
            WRITERS[name](tmp_path / "place")
        return 0

    assert guard(command) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"jmt: error: {tmp_path / 'place'}")
    assert err.endswith(": File too large\n")
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_last_good_checkpoint_stays(tmp_path: Path):
    checkpoint.save(tiny_model(), tmp_path / "best", card={"epoch": 1})
    with room_for(9_000), pytest.raises(OSError, match="File too large"):
        checkpoint.save(tiny_model(), tmp_path / "best", card={"epoch": 2})

    assert read_card(find_checkpoint(tmp_path / "best")) == {"epoch": 1}
    checkpoint.load(tmp_path / "best")


@pytest.mark.parametrize("longer", ["vectors", "symbols"])
def test_the_last_good_table_of_vectors_stays(tmp_path: Path, longer: str):
    old = NamedVectors(["a", "b"], np.ones((2, 8), dtype=np.float32))
    write_vectors(tmp_path, {"words": old}, {})
    symbols = ["c" * 9_000, "d"] if longer == "symbols" else ["c"] * 2000
    new = NamedVectors(symbols, np.zeros((len(symbols), 8), dtype=np.float32))
    with room_for(9_000), pytest.raises(OSError, match="File too large"):
        write_vectors(tmp_path, {"words": new}, {})

    found = read_table(tmp_path, "words")
    assert found.symbols == old.symbols
    assert (found.vectors == old.vectors).all()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_error_of_safetensors_becomes_that_of_the_system(tmp_path: Path):
    from safetensors import SafetensorError

    message = "Error while serializing: I/O error: No space left on device (os error 28)"
    with pytest.raises(OSError, match="No space left on device") as raised, saying_where(tmp_path):
        raise SafetensorError(message)
    assert (raised.value.errno, raised.value.filename) == (28, str(tmp_path))
    with pytest.raises(SafetensorError), saying_where(tmp_path):
        raise SafetensorError("invalid header")


def test_an_evaluation_shows_its_tables_though_no_room_is_left_for_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    treebank = tmp_path / "own.conllu"
    treebank.write_text("1\tShe\tshe\tPRON\tPRP\t_\t0\troot\t_\t_\n\n", encoding="utf-8")
    checkpoint.save(tiny_model(["xpos"]), tmp_path / "model")
    words = ["evaluate", str(tmp_path / "model"), "--data", f"xpos={treebank}"]
    assert main(words) == 0
    tables = capsys.readouterr().out
    with room_for(50):
        assert main([*words, "--output", str(tmp_path / "metrics.json")]) == 1
    told = capsys.readouterr()
    assert told.out == tables
    assert "metrics.json: File too large" in told.err
