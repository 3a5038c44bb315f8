"""A segmenter that shares a model with no task: looked at before training, trained, and put to work by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

import jmt
from jmt.cli.main import main
from jmt.errors import InputError

TRAIN = """\
# newpar
# text = Cats don't bark.
1\tCats\tcat\tNOUN\tNNS\t_\t4\tnsubj\t_\t_
2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdo\tdo\tAUX\tVBP\t_\t4\taux\t_\t_
3\tn't\tnot\tPART\tRB\t_\t4\tadvmod\t_\t_
4\tbark\tbark\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No
5\t.\t.\tPUNCT\t.\t_\t4\tpunct\t_\t_

# text = Dogs do.
1\tDogs\tdog\tNOUN\tNNS\t_\t2\tnsubj\t_\t_
2\tdo\tdo\tVERB\tVBP\t_\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

# newpar
# text = Dogs bark.
1\tDogs\tdog\tNOUN\tNNS\t_\t2\tnsubj\t_\t_
2\tbark\tbark\tVERB\tVBP\t_\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

"""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    threads, mode = torch.get_num_threads(), torch.get_deterministic_debug_mode()
    yield
    torch.set_num_threads(threads)
    torch.set_deterministic_debug_mode(mode)


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    """A configuration of a segmenter alone, beside a treebank of three sentences."""
    for split in ("train", "dev"):
        (tmp_path / f"{split}.conllu").write_text(TRAIN, encoding="utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(
        """\
corpora.mine = {reader = "conllu", train = "train.conllu", dev = "dev.conllu"}
task.segmenter = {kind = "segmenter", corpus = "mine", minimum = 1, hidden_size = 16, trait_size = 8}

[training]
schedule = "sampled"
epochs = 60
threads = 1
optimizer = {kind = "adam", learning_rate = 1e-2}
""",
        encoding="utf-8",
    )
    return path


def test_check_counts_what_a_segmenter_learns_from(configuration: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["check", str(configuration)]) == 0

    told = capsys.readouterr()
    assert "looking at the corpora of segmenter ..." in told.err
    lines = [line.split() for line in told.out.splitlines()]
    assert "corpus split paragraphs sentences tokens multiword words".split() in lines
    assert "mine train 2 3 10 1 11".split() in lines
    assert "nothing could be read" not in told.out


def test_check_refuses_treebanks_that_are_none_or_broken(
    configuration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    for split in ("train", "dev"):
        (tmp_path / f"{split}.txt").write_text("Cats NNS\nbark VBP\n\n", encoding="utf-8")
    files = f'train="{tmp_path}/train.txt", dev="{tmp_path}/dev.txt"'
    words = f'corpora.mine={{reader="columns", fields=["tokens", "xpos"], {files}}}'
    assert main(["check", str(configuration), "--set", words]) == 1
    assert "mine is read by 'columns' and has words only" in capsys.readouterr().out

    (tmp_path / "train.conllu").write_text(TRAIN.replace("4\tnsubj", "9\tnsubj"), encoding="utf-8")
    assert main(["check", str(configuration)]) == 1
    assert f"{tmp_path / 'train.conllu'}:3" in capsys.readouterr().out


def test_a_segmenter_alone_splits_text_into_sentences_and_words(
    configuration: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    run, text = tmp_path / "run", tmp_path / "text.txt"
    assert main(["train", str(configuration), "--output", str(run), "--device", "cpu"]) == 0
    text.write_text("Dogs don't bark. Cats do.\n", encoding="utf-8")
    capsys.readouterr()

    assert main(["annotate", "--model", str(run), str(text)]) == 0
    rows = [line.split("\t")[:2] for line in capsys.readouterr().out.splitlines() if "\t" in line]
    assert rows[:6] == [["1", "Dogs"], ["2-3", "don't"], ["2", "do"], ["3", "n't"], ["4", "bark"], ["5", "."]]
    assert main(["annotate", "--model", str(run), "--to", "jsonl", str(text)]) == 0
    assert len(json.loads(capsys.readouterr().out)["sentences"]) == 2

    annotator = jmt.load(run)
    assert [token.text for token in annotator("Dogs bark.").tokens] == ["Dogs", "bark", "."]
    with pytest.raises(InputError, match="no task `xpos` to run here; this model has none"):
        annotator("Dogs bark.", tasks=["xpos"])
    with pytest.raises(InputError, match="this model has no task about pairs"):
        annotator.compare("Dogs bark.", "Cats bark.")
