"""Does every way to train tasks together pass on what one task knows and another lacks?  On data made for that.

    python benchmarks/planted_relations.py --output runs/planted
    python benchmarks/planted_relations.py --output runs/planted --only "mgda;cross_stitch" --seeds 2

`few` has twenty sentences with half of the words.  `copy` has the same labels on all words, `chance` has labels that
say nothing.  What `few` never saw, `copy` alone can teach.  Every method of weighting, every kind of sharing and every
schedule trains `few` with both helpers; each is set beside `few` with `chance` alone, which brings sentences and
updates, but no labels.

What is done already in --output is kept.  Printed: the dev accuracy of `few`, and what every difference comes to by
the standard of `jmt ablate`; with all seeds in planted.json.  This shows that the ways work; which of them is best on
real tasks it does not.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jmt.experiments.ablation import Cell, Scores, build_cells, collect_results
from jmt.experiments.comparison import Pair, mean_over_seeds, questions_of
from jmt.experiments.judging.tables import markdown_table
from jmt.experiments.judging.verdicts import Verdict, judge, verdict_json, verdict_lines
from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.place import release
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from jmt.training.weighting import METHODS

WORDS = [first + second + third for first in "bdgk" for second in "aeiou" for third in ("mus", "net")]
LABELS = "ABC"

ALONE, PLACEBO = "alone", "with chance alone"

SHARING = {
    "soft, l2": 'sharing.level1={reg="l2", strength=0.1}',
    "soft, trace_norm": 'sharing.level1={reg="trace_norm", strength=0.01}',
    "soft, block_sparse": 'sharing.level1={reg="block_sparse", strength=0.01}',
    "soft, task_graph": 'sharing.level1={reg="task_graph", strength=0.1, clusters=[["few", "copy"], ["chance"]]}',
    "soft, matrix_normal": 'sharing.level1={reg="matrix_normal", strength=0.01}',
    "soft, tensor_normal": 'sharing.level1={reg="tensor_normal", strength=0.01}',
    "branches": 'sharing.level1={kind="branches", groups=[["few", "copy"]]}',
    "cross_stitch": 'sharing.level1={kind="cross_stitch"}',
    "experts": 'sharing.level1={kind="experts", experts=3}',
}
"""Kinds of `[sharing.levelN]` and penalties, with a strength each that was not tuned."""

SCHEDULES: dict[str, tuple[str, ...]] = {
    "successive": ("training.schedule=successive",),
    "successive, random order": ("training.schedule=successive", "training.order=random"),
    "successive, curriculum": ("training.schedule=successive", "training.order=curriculum"),
    "successive, replay": ("training.schedule=successive", "training.replay=0.3"),
    "successive, handed over": ("training.schedule=successive", "training.hand_over=true", "sharing.level1={}"),
    "sampled, uniform": ("training.schedule=sampled", "training.sampling.by=uniform"),
    "sampled, temperature": ("training.schedule=sampled", "training.sampling.by=temperature"),
    "sampled, annealed": ("training.schedule=sampled", "training.sampling.by=annealed"),
    "grouped": ("training.schedule=grouped", 'training.groups=[["few", "copy"], ["chance"]]'),
    "asynchronous": ("training.schedule=asynchronous", "training.effective_batch=10"),
    "helpers as auxiliary tasks": ("training.schedule=joint", "task.copy.role=aux", "task.chance.role=aux"),
    "chance as adversary": ("training.schedule=joint", "task.chance.role=adversarial"),
}


def main() -> int:
    """Train what is missing, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True, help="the folder of data and runs")
    parser.add_argument("--seeds", type=int, default=10, help="how many, from 1 on")
    parser.add_argument("--only", default="", help="some of the ways, by name, with `;` between them")
    arguments = parser.parse_args()
    if unknown := set(filter(None, arguments.only.split(";"))) - ways().keys():
        parser.error(f"--only: no {', '.join(sorted(unknown))}; there are {'; '.join(ways())}")
    arguments.output.mkdir(parents=True, exist_ok=True)
    config = write_planted(arguments.output)
    chosen = {name: edits for name, edits in ways().items() if not arguments.only or name in arguments.only.split(";")}
    kinds = {
        name: {name: read_config(str(config), tasks=tasks, overrides=["training.schedule=joint"]).to_tables()}
        for name, tasks in ((ALONE, ["few"]), (PLACEBO, ["few", "chance"]))
    }
    kinds |= {name: {name: read_config(str(config), overrides=edits).to_tables()} for name, edits in chosen.items()}
    for tables in kinds.values():
        for network in tables.values():
            network["training"]["evaluate_every"] = network["training"]["epochs"]
    cells = build_cells(kinds, range(1, arguments.seeds + 1), arguments.output)
    for number, cell in enumerate(cells, 1):
        if cell.result() is None:
            print(f"run {number} of {len(cells)}: {cell.folder}", file=sys.stderr, flush=True)
            train(cell)
    results = collect_results(cells)
    verdicts = verdicts_of(results)
    content = {"results": results, "verdicts": [verdict_json(one) for one in verdicts]}
    (arguments.output / "planted.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print("\n".join(report(results, verdicts)))
    return 0


def ways() -> dict[str, list[str]]:
    """Return every way to train the three tasks together, with what it sets."""
    found = {name: [f"training.schedule={of.schedules[-1]}", f"training.weighting.method={name}"]
             for name, of in METHODS.items()}  # fmt: skip
    found |= {name: ["training.schedule=joint", edit] for name, edit in SHARING.items()}
    return found | {name: list(edits) for name, edits in SCHEDULES.items()}


def train(cell: Cell) -> None:
    """Run one training; a run that was stopped begins again, since it takes seconds."""
    if cell.folder.exists():
        release(cell.folder)
    for _ in Run(cell.config, RunOptions(cell.folder), RuleSegmenter("en")).events():
        pass


def verdicts_of(results: dict[str, dict[int, Scores]]) -> list[Verdict]:
    """Set every way beside `few` with chance alone, and that beside `few` alone."""
    pairs = {Pair(name, PLACEBO): [("few", "accuracy")] for name in results if name not in (ALONE, PLACEBO)}
    pairs[Pair(PLACEBO, ALONE)] = [("few", "accuracy")]
    return judge(questions_of(results, pairs))


def report(results: dict[str, dict[int, Scores]], verdicts: list[Verdict]) -> Iterator[str]:
    """Yield the lines of what is known."""
    rows: list[list[Any]] = [
        [name, f"{mean.mean:.3f} ± {mean.half:.3f}"]
        for name, seeds in results.items()
        if seeds
        for mean in [mean_over_seeds(seeds, "few", "accuracy")]
    ]
    yield from markdown_table(["few trained", "accuracy on dev"], rows)
    yield ""
    yield from verdict_lines(verdicts)


def write_planted(folder: Path) -> Path:
    """Write the corpora of all three tasks and a configuration for them; return the configuration's path."""
    numbers = random.Random(3)
    text = CONFIG
    for name, words, count in (("few", WORDS[::2], 20), ("copy", WORDS, 40), ("chance", WORDS, 40)):
        for split, known, size in (("train", words, count), ("dev", WORDS, 20)):
            content = columns(numbers, sentences(numbers, known, size), at_random=name == "chance")
            (folder / f"{name}.{split}").write_text(content, encoding="utf-8")
        text += TASK.format(name=name, folder=folder.resolve())
    (folder / "planted.toml").write_text(text, encoding="utf-8")
    return folder / "planted.toml"


def label_of(word: str) -> str:
    """Return the label that `few` and `copy` give to a word."""
    return LABELS[WORDS.index(word) * 7 % 3]


def sentences(numbers: random.Random, words: list[str], count: int) -> list[list[str]]:
    """Return some sentences of five words."""
    return [[numbers.choice(words) for _ in range(5)] for _ in range(count)]


def columns(numbers: random.Random, found: list[list[str]], *, at_random: bool = False) -> str:
    """Write sentences with their labels."""
    return "".join(
        "".join(f"{word}\t{numbers.choice(LABELS) if at_random else label_of(word)}\n" for word in sentence) + "\n"
        for sentence in found
    )


CONFIG = """
language = "en"

[encoder]
kind = "bilstm"
hidden_size = 16
word_size = 16
ngram_size = 4

[training]
epochs = 15
batch_size = 5
threads = 1
[training.optimizer]
kind = "adam"
learning_rate = 0.02
"""

TASK = """
[corpora.{name}]
reader = "columns"
fields = ["tokens", "labels"]
train = "{folder}/{name}.train"
dev = "{folder}/{name}.dev"

[task.{name}]
kind = "tagger"
level = 1
corpus = "{name}"
column = "labels"
classifier_size = 8
"""


if __name__ == "__main__":
    sys.exit(main())
