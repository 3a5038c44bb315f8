"""Train emotion_causes.toml on folds of a corpus, in three directions, and set its pairs beside those of rules.

    python benchmarks/emotion_causes.py en_all_data_pair.txt --output runs/ecpe --folds 3
    python benchmarks/emotion_causes.py en_all_data_pair.txt --output runs/ecpe --directions emotion_first

The documents are dealt out to ten folds by a fixed seed; each fold is scored by a model that learned from the nine
others, after its last epoch: nothing is chosen on what is scored.  What is done already in --output is kept, so that
the same command goes on where it was stopped.

Printed: precision, recall and F1 of emotion clauses, cause clauses and pairs, over the documents of all folds together,
and of pairs by three rules: every emotion clause that the model finds is its own cause; every one that it finds with
every cause clause that it finds (no filter); every gold emotion clause is its own cause.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import jmt
from jmt.cascade.symbols.links import read_links
from jmt.formats.emotion_causes import read_emotion_causes

FOLDS, SEED = 10, 1

DIRECTIONS: dict[str, tuple[str, ...]] = {
    "emotion_first": (),
    "cause_first": (
        "task.cause.level=1",
        "task.cause.reads=[]",
        "task.emotion.level=2",
        'task.emotion.reads=["cause"]',
    ),
    "independent": ("task.cause.level=1", "task.cause.reads=[]", "task.links.level=2"),
}

Pairs = set[tuple[int, ...]]
"""Clauses, or pairs of them, each behind the number of its document."""


def main() -> int:
    """Train what is missing, score everything, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path, help="documents in the format of Xia and Ding (2019)")
    parser.add_argument("--output", type=Path, required=True, help="the folder of folds and runs")
    parser.add_argument("--folds", type=int, default=FOLDS, help=f"how many of the {FOLDS} folds are scored")
    parser.add_argument("--directions", default=",".join(DIRECTIONS), help=f"among {', '.join(DIRECTIONS)}")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="as for jmt train")
    arguments = parser.parse_args()
    deal_out(list(read_emotion_causes(arguments.corpus)), arguments.output)
    rows = []
    for direction in arguments.directions.split(","):
        found: dict[str, list[Pairs]] = {}
        for fold in range(arguments.folds):
            run = train(arguments.output, direction, fold, arguments.set)
            for name, sides in compare(run, arguments.output / f"fold-{fold}-dev.jsonl").items():
                ours, theirs = found.setdefault(name, [set(), set()])
                ours |= {(fold, *place) for place in sides[0]}
                theirs |= {(fold, *place) for place in sides[1]}
        rows += [[direction, name, *scores(*sides)] for name, sides in found.items()]
    for direction, name, *figures in rows:
        print(f"{direction:14} {name:28} " + " ".join(f"{figure:.4f}" for figure in figures))
    return 0


def deal_out(documents: list[dict[str, Any]], output: Path) -> None:
    """Write the training and the scored documents of every fold as JSON lines."""
    output.mkdir(parents=True, exist_ok=True)
    random.Random(SEED).shuffle(documents)
    columns = ("tokens", "emotion", "cause", "links")
    lines = [json.dumps({name: document[name] for name in columns}) for document in documents]
    for fold in range(FOLDS):
        scored = lines[fold::FOLDS]
        others = [line for place, line in enumerate(lines) if place % FOLDS != fold]
        for split, chosen in (("train", others), ("dev", scored)):
            (output / f"fold-{fold}-{split}.jsonl").write_text("\n".join(chosen) + "\n", encoding="utf-8")


def train(output: Path, direction: str, fold: int, changes: Sequence[str]) -> Path:
    """Return the folder of a trained run, which is begun, gone on with, or there already."""
    run = output / f"{direction}-{fold}"
    if (run / "metrics.json").exists():
        return run
    corpus = {
        "reader": "jsonl",
        **{split: str((output / f"fold-{fold}-{split}.jsonl").resolve()) for split in ("train", "dev")},
    }
    fixed = [f"corpora.ecpe.{key}={json.dumps(value)}" for key, value in corpus.items()]
    # Scored once, at the end: the last epoch is the best that there is.
    told = [*fixed, "training.evaluate_every=1000", "training.calibrate=false", *DIRECTIONS[direction], *changes]
    resume = ["--resume"] if (run / "last").exists() else []
    command = [sys.executable, "-m", "jmt", "train", "emotion_causes", "--output", str(run), *resume]
    subprocess.run([*command, *(part for change in told for part in ("--set", change))], check=True)
    return run


def compare(run: Path, scored: Path) -> dict[str, tuple[Pairs, Pairs]]:
    """Return what is gold and what is found in the documents of a fold: clauses, and pairs by model and rules."""
    documents = [json.loads(line) for line in scored.read_text(encoding="utf-8").splitlines()]
    answers = jmt.load(str(run)).annotate_tokens(document["tokens"] for document in documents).sentences
    found: dict[str, tuple[Pairs, Pairs]] = {
        name: (set(), set())
        for name in (
            "emotions",
            "causes",
            "pairs",
            "found emotions, own cause",
            "found emotions x causes",
            "gold emotions, own cause",
        )
    }

    def note(name: str, number: int, gold: Iterator[tuple[int, ...]], ours: Iterator[tuple[int, ...]]) -> None:
        found[name][0].update((number, *place) for place in gold)
        found[name][1].update((number, *place) for place in ours)

    for number, (document, answer) in enumerate(zip(documents, answers, strict=True)):
        told = {name: [token.labels[name] for token in answer.tokens] for name in ("emotion", "cause", "links")}
        emotions, causes = clauses(told["emotion"]), clauses(told["cause"])
        gold = list(links(document["links"]))
        note("emotions", number, ((place,) for place in clauses(document["emotion"])), ((e,) for e in emotions))
        note("causes", number, ((place,) for place in clauses(document["cause"])), ((c,) for c in causes))
        note("pairs", number, iter(gold), links(told["links"]))
        note("found emotions, own cause", number, iter(gold), ((e, e) for e in emotions))
        note("found emotions x causes", number, iter(gold), ((e, c) for e in emotions for c in causes))
        note("gold emotions, own cause", number, iter(gold), ((e, e) for e in clauses(document["emotion"])))
    return found


def clauses(labels: Sequence[str]) -> list[int]:
    """Return the places of the clauses that are marked."""
    return [place for place, label in enumerate(labels) if label != "O"]


def links(labels: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield pairs of emotion and cause."""
    for source, label in enumerate(labels):
        yield from ((source, target) for target in read_links(label, len(labels)))


def scores(gold: Pairs, found: Pairs) -> tuple[float, float, float]:
    """Return precision, recall and F1."""
    right = len(gold & found)
    return right / max(1, len(found)), right / max(1, len(gold)), 2 * right / max(1, len(gold) + len(found))


if __name__ == "__main__":
    sys.exit(main())
