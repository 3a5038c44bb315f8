"""Count what a model annotates differently on a lesser processor, and whether more than a tie is behind it.

    python benchmarks/processors.py --model en_jmt_sm --corpora DIR

The first 500 sentences of EWT dev (without `--corpora`: of the embedded corpus) are annotated with every task, and
neighbours among them compared, once on this processor as it is and once, in a second process, with the least that the
libraries under torch can be told to use: no AVX, no bfloat16, sums in another order.  Where the second process answers
otherwise it asks how much less likely the other answer is to it: log p(own) - log p(other) of the sentence.  Up to 1e-4
that is a tie.  Printed for every task; the exit code is 1 where anything but a tie differs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch

import jmt
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import Gold, GoldTree, Words
from jmt.cascade.symbols.values import Choice, Grade, Parsed, Prediction, Tree
from jmt.formats.conllu import read_conllu
from jmt.network.engine import TorchEngine

LEAST = {"ATEN_CPU_CAPABILITY": "default", "ONEDNN_MAX_CPU_ISA": "SSE41", "MKL_CBWR": "COMPATIBLE"}
"""Torch's own kernels, oneDNN's (LSTMs) and MKL's (matrix products) each have a variable of their own."""

TIE = 1e-4


@dataclass(frozen=True, slots=True)
class Question:
    """What both processes are asked."""

    model: str
    sentences: list[Words]
    precision: str = "float32"
    """Of the second process."""

    @property
    def pairs(self) -> list[tuple[Words, Words]]:
        """Neighbouring sentences, each in one pair."""
        return list(pairwise(self.sentences))[::2]


def main(words: Sequence[str] | None = None) -> int:
    """Annotate here, then let another process annotate and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="en_jmt_sm")
    parser.add_argument("--corpora", type=Path, help="has ewt/en_ewt-ud-dev.conllu")
    parser.add_argument("--sentences", type=int, default=500)
    parser.add_argument("--precision", default="float32", help="of the second process")
    parser.add_argument("--against", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.against:
        return compare(json.loads(arguments.against.read_text(encoding="utf-8")))
    sentences = list(read_sentences(arguments.corpora))[: arguments.sentences]
    question = Question(arguments.model, sentences, arguments.precision)
    answers = answer(load(question.model), question)
    known = {
        "question": [question.model, sentences, question.precision],
        "capability": torch.backends.cpu.get_cpu_capability(),
        "answers": as_json(answers),
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.json"
        file.write_text(json.dumps(known), encoding="utf-8")
        command = [sys.executable, __file__, "--against", str(file)]
        return subprocess.run(command, env=os.environ | LEAST).returncode


def read_sentences(corpora: Path | None) -> Iterator[Words]:
    """Yield the words of every sentence."""
    embedded = files("jmt.corpora") / "miniature" / "dev.conllu"
    source = corpora / "ewt" / "en_ewt-ud-dev.conllu" if corpora else embedded
    for sentence in read_conllu(source.read_text(encoding="utf-8")):
        yield [token.text for token in sentence.tokens]


def load(model: str, precision: str = "float32", device: str = "cpu") -> Predictor[TorchEngine]:
    """Load a model; a processor uses one thread of it."""
    torch.set_num_threads(1)
    return jmt.load(model, device=device, precision=precision, engine="torch").predictor


def answer(predictor: Predictor[TorchEngine], question: Question) -> dict[str, list[Prediction]]:
    """Return what every task says of the sentences, or of the pairs."""
    model = predictor.engine.model
    found: dict[str, list[Any]] = {task: [] for task in (*model.token_tasks, *model.pair_tasks)}
    answers = (
        *predictor.annotate(question.sentences, model.token_tasks),
        *(predictor.compare(question.pairs, model.pair_tasks) if model.pair_tasks else []),
    )
    for entry in answers:
        for task, each in entry.items():
            found[task].append(each)
    return found


def compare(known: dict[str, Any]) -> int:
    """Annotate the same, print what differs, and return whether that was more than ties."""
    question = Question(*known["question"])
    predictor = load(question.model, question.precision)
    here, there = torch.backends.cpu.get_cpu_capability(), known["capability"]
    computed = f"on {there} and on {here}, {predictor.engine.precision}"
    print(f"{question.model}: {len(question.sentences):,} sentences, {computed}")
    worst = count_differences(predictor, question, known["answers"])
    print("nothing but ties differs" if worst <= TIE else f"an answer differs by {worst:.1e}: more than a tie")
    return int(worst > TIE)


def count_differences(
    predictor: Predictor[TorchEngine], question: Question, known: Mapping[str, Sequence[Any]]
) -> float:
    """Print task by task how many answers, as `plain` gives them, are others here; return the widest margin."""
    worst = 0.0
    for task, own in answer(predictor, question).items():
        about_words = task in predictor.engine.model.token_tasks
        texts: Sequence[Any] = question.sentences if about_words else question.pairs
        if isinstance(own[0], Grade):
            moved = max(abs(one.score - other) for one, other in zip(own, known[task], strict=True))
            print(f"{task}: {len(own):,} scores, moved by {moved:.1e} at most")
            continue
        margins = [
            margin(predictor, task, text, one, other)
            for text, one, other in zip(texts, own, known[task], strict=True)
            if plain(one) != other
        ]
        worst = max([worst, *margins])
        apart = f", by {max(margins):.1e} at most" if margins else ""
        labels = sum(map(len, texts)) if about_words else len(texts)
        print(f"{task}: {labels:,} labels, {len(margins)} of {len(own):,} answers differ{apart}")
    return worst


def as_json(answers: Mapping[str, Sequence[Prediction]]) -> dict[str, list[Any]]:
    """Return answers by task in a form that can be sent to another process."""
    return {task: [plain(each) for each in found] for task, found in answers.items()}


def plain(prediction: Prediction) -> Any:
    """Return an answer without its confidences, as JSON has it."""
    if isinstance(prediction, Parsed):
        return [prediction.tree.head_ids, prediction.tree.deprels]
    if isinstance(prediction, Grade):
        return prediction.score
    return prediction.label if isinstance(prediction, Choice) else prediction.labels


def margin(predictor: Predictor[TorchEngine], task: str, text: Any, own: Prediction, other: Any) -> float:
    """Return log p(own answer) - log p(other answer) of a sentence or pair, on this processor."""
    model, head = predictor.engine.model, predictor.engine.model.heads[task]
    pairs = task in model.pair_tasks
    rows = list(text) if pairs else [text]
    with torch.inference_mode():
        batch = model.build_batch(rows, pairs=pairs).to(predictor.engine.device)
        scores = model(batch, [task])[task]
        golds: list[Gold] = [GoldTree(Tree(*each)) if isinstance(own, Parsed) else each for each in (plain(own), other)]
        encoded = [head.encode_gold([gold], len(rows[0])).to(predictor.engine.device) for gold in golds]
        losses = [head.loss(scores, gold, batch.mask) for gold in encoded]
    return abs(float(losses[1]) - float(losses[0]))


if __name__ == "__main__":
    sys.exit(main())
