"""What libraries throw becomes our own error where they are called, and what is no fault passes."""

from __future__ import annotations

import pytest

from jmt.errors import CheckpointError, JmtError, LibraryError, ScoreError
from jmt.safety.foreign import LONGEST_REASON, foreign_code
from tests.assets.panicking_tokenizer import EVIL, panicking_tokenizer


def test_a_panic_of_native_code_becomes_an_error_of_ours():
    tokenizer = panicking_tokenizer()
    said = "reading it: Onig: Regex search error"
    with pytest.raises(CheckpointError, match=said) as caught, foreign_code("reading it", CheckpointError):
        tokenizer.encode(EVIL)
    assert not isinstance(caught.value.__cause__, Exception)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (RuntimeError("one\ntwo"), "one"),
        (KeyError(), "KeyError"),
        (ValueError("x" * 10_000), "x" * LONGEST_REASON),
        (MemoryError(), "too little memory"),
        (RecursionError("too deep"), "too deep"),
    ],
)
def test_the_reason_is_one_line_of_the_library(fault: Exception, reason: str):
    with pytest.raises(LibraryError) as caught, foreign_code("it failed"):
        raise fault
    assert str(caught.value) == f"it failed: {reason}"
    assert caught.value.__cause__ is fault


@pytest.mark.parametrize(
    "passing", [KeyboardInterrupt(), SystemExit(3), GeneratorExit(), ScoreError("ours"), JmtError("ours, too")]
)
def test_what_is_no_fault_of_a_library_passes(passing: BaseException):
    with pytest.raises(type(passing)) as caught, foreign_code("it failed", CheckpointError):
        raise passing
    assert caught.value is passing


def test_safetensors_that_are_none_are_refused_in_words(tmp_path):
    from safetensors.torch import load_file

    (tmp_path / "a.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(CheckpointError, match=r"^a\.safetensors: "), foreign_code("a.safetensors", CheckpointError):
        load_file(tmp_path / "a.safetensors")
