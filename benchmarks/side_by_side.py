"""Measure annotators beside each other on one core, in turns within one run: ours, an older commit's, and spaCy's.

    python benchmarks/side_by_side.py --corpora DIR --input words jmt:en_jmt_sm spacy:FOLDER
    python benchmarks/side_by_side.py --corpora DIR --input raw jmt:en_jmt_md jmt:en_jmt_md@CHECKOUT

Each one is a process of its own on the same core; one works while the others wait.  `jmt:MODEL@CHECKOUT` runs another
checkout of jmt, `spacy:FOLDER` a pipeline of spaCy with its tagger and parser alone.  Tags, chunks and trees of EWT dev
are annotated, from its words or from the text of its sentences.  Printed: words per second of processor time in every
round after the first, which warms up, their median, and the median of each round's ratio to the last one named.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

Work = Callable[[], object]


def main() -> int:
    """Start the contestants, let them work in turns, and print a table."""
    arguments = parse()
    if arguments.work:
        return answer(arguments)
    source = Path(arguments.corpora) / "ewt" / "en_ewt-ud-dev.conllu"
    count = sum(len(words) for words, _ in sentences_of(source))
    contestants = [Contestant(name, arguments) for name in arguments.contestants]
    rounds: list[list[float]] = [[] for _ in contestants]
    for number in range(arguments.rounds + 1):
        for contestant, rates in zip(contestants, rounds, strict=True):
            rate = count / contestant.seconds()
            if number:
                rates.append(rate)
    print(f"{count:,} words of EWT dev, from {arguments.input}; words per second of processor time")
    for contestant, rates in zip(contestants, rounds, strict=True):
        ratio = statistics.median(own / last for own, last in zip(rates, rounds[-1], strict=True))
        listed = ", ".join(f"{rate:,.0f}" for rate in rates)
        print(f"{contestant.name}: {listed}; median {statistics.median(rates):,.0f}; {ratio:.2f} times the last")
        contestant.end()
    return 0


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("contestants", nargs="+", help="jmt:MODEL, jmt:MODEL@CHECKOUT, spacy:FOLDER")
    parser.add_argument("--corpora", default=os.environ.get("JMT_CORPORA"), required="JMT_CORPORA" not in os.environ)
    parser.add_argument("--input", choices=("words", "raw"), default="words")
    parser.add_argument("--tasks", default="xpos,upos,chunk,dep", help="those that the model has of them are run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--core", type=int, default=0, help="the one to run on")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)  # one contestant, on behalf of this file
    return parser.parse_args()


class Contestant:
    """A process that annotates whenever it is told to."""

    def __init__(self, name: str, arguments: argparse.Namespace) -> None:
        self.name = name
        kind, _, rest = name.partition(":")
        _, _, checkout = rest.partition("@") if kind == "jmt" else ("", "", "")
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        if checkout:
            environment["PYTHONPATH"] = checkout
        one_core = ["taskset", "-c", str(arguments.core)] if shutil.which("taskset") else []
        told = [name, "--work", "--corpora", arguments.corpora, "--input", arguments.input, "--tasks", arguments.tasks]
        self.process = subprocess.Popen(
            [*one_core, sys.executable, __file__, *told],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._read()

    def seconds(self) -> float:
        """Let it annotate everything once; return the processor time that it took."""
        assert self.process.stdin is not None
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        return float(self._read())

    def _read(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name}: failed with exit code {self.process.wait()}")
        return json.loads(line)

    def end(self) -> None:
        """Let it go."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def answer(arguments: argparse.Namespace, asked: TextIO = sys.stdin) -> int:
    """Load one contestant, and annotate for every line that comes in."""
    kind, _, rest = arguments.contestants[0].partition(":")
    sentences = list(sentences_of(Path(arguments.corpora) / "ewt" / "en_ewt-ud-dev.conllu"))
    build = {"jmt": work_of_jmt, "spacy": work_of_spacy}[kind]
    work = build(rest.partition("@")[0] if kind == "jmt" else rest, sentences, arguments)
    print(0, flush=True)
    for _ in asked:
        began = time.process_time()
        work()
        print(time.process_time() - began, flush=True)
    return 0


def work_of_jmt(model: str, sentences: list[tuple[list[str], str]], arguments: argparse.Namespace) -> Work:
    """Return what annotates with a model of ours."""
    import jmt

    annotator = jmt.load(model, device="cpu")
    tasks = [task for task in arguments.tasks.split(",") if task in annotator.token_tasks]
    if arguments.input == "words":
        words = [words for words, _ in sentences]
        return lambda: annotator.annotate_tokens(words, tasks=tasks)
    texts = [text for _, text in sentences]
    return lambda: sum(1 for _ in annotator.pipe(texts, tasks=tasks))


def work_of_spacy(folder: str, sentences: list[tuple[list[str], str]], arguments: argparse.Namespace) -> Work:
    """Return what annotates with a pipeline of spaCy, its tagger and parser alone."""
    import spacy
    from spacy.tokens import Doc

    pipeline = spacy.load(folder)
    pipeline.select_pipes(enable=["tok2vec", "tagger", "parser"])
    if arguments.input == "raw":
        texts = [text for _, text in sentences]
        return lambda: sum(1 for _ in pipeline.pipe(texts))
    return lambda: sum(1 for _ in pipeline.pipe(Doc(pipeline.vocab, words=words) for words, _ in sentences))


def sentences_of(treebank: Path) -> list[tuple[list[str], str]]:
    """Return words and text of every sentence."""
    found: list[tuple[list[str], str]] = []
    for block in treebank.read_text(encoding="utf-8").strip().split("\n\n"):
        lines = block.split("\n")
        text = next(line.removeprefix("# text = ") for line in lines if line.startswith("# text = "))
        rows = [line.split("\t") for line in lines if not line.startswith("#")]
        found.append(([row[1] for row in rows if row[0].isdecimal()], text))
    return found


if __name__ == "__main__":
    raise SystemExit(main())
