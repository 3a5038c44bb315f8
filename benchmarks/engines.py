"""Both engines side by side in one process: how fast each annotates and compares, and whether they say the same.

    python benchmarks/engines.py en_jmt_sm dev.conllu --sentences 2000 --pairs 500 --rounds 5

Speed is words per second of process time on one thread, from words that are split already, the median of the rounds,
which take turns.  Labels have to be equal wherever torch's two best scores differ by more than 1e-3, probabilities to
1e-4; here every difference is counted, and the largest one of probabilities shown.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from statistics import median
from time import process_time
from typing import Any

import jmt
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import Words
from jmt.cascade.symbols.values import Choice, Grade, Parsed, Tagged
from jmt.formats.conllu import read_conllu_file

ENGINES = ("runtime", "torch")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("file", help="CoNLL-U")
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    read = islice(read_conllu_file(arguments.file), arguments.sentences)
    sentences = [[token.text for token in sentence.tokens] for sentence in read]
    pairs = list(islice(pairwise(sentences), arguments.pairs))
    predictors = {name: jmt.load(arguments.model, device="cpu", engine=name).predictor for name in ENGINES}
    for predictor in predictors.values():
        predictor.engine.limit_threads(1)
    print(f"{arguments.model}: {len(sentences)} sentences of {sum(map(len, sentences))} words, {len(pairs)} pairs")
    for tasks in _stacks(predictors["torch"]):
        _time(predictors, sentences, tasks, arguments.rounds)
    _compare_words(predictors, sentences)
    _compare_pairs(predictors, pairs)


def _stacks(predictor: Predictor[Any]) -> list[list[str]]:
    """The lowest task alone, and all about single sentences."""
    tasks = predictor.cascade.token_tasks
    return [tasks[:1], tasks]


def _time(predictors: dict[str, Predictor[Any]], sentences: Sequence[Words], tasks: list[str], rounds: int) -> None:
    """Show words per second of each engine; the first round warms."""
    seconds: dict[str, list[float]] = {name: [] for name in predictors}
    for _ in range(rounds + 1):
        for name, predictor in predictors.items():
            start = process_time()
            predictor.annotate(sentences, tasks)
            seconds[name].append(process_time() - start)
    words = sum(map(len, sentences))
    speed = {name: words / median(taken[1:]) for name, taken in seconds.items()}
    shown = ", ".join(f"{name} {value:,.0f}" for name, value in speed.items())
    print(f"words/s, {' '.join(tasks)}: {shown}; {speed['runtime'] / speed['torch']:.2f} times")


def _compare_words(predictors: dict[str, Predictor[Any]], sentences: Sequence[Words]) -> None:
    """Count words whose labels differ, in batches and one sentence at a time."""
    tasks = predictors["torch"].cascade.token_tasks
    expected, together = (
        predictors[name].annotate(sentences, tasks, confidences=True) for name in ("torch", "runtime")
    )
    alone = [predictors["runtime"].annotate([words], tasks, confidences=True)[0] for words in sentences]
    for name, found in (("in batches", together), ("alone", alone)):
        _compare(name, tasks, expected, found)


def _compare_pairs(predictors: dict[str, Predictor[Any]], pairs: Sequence[tuple[Words, Words]]) -> None:
    """Count classes and grades that differ."""
    tasks = predictors["torch"].cascade.pair_tasks
    if tasks:
        expected, found = (predictors[name].compare(pairs, tasks) for name in ("torch", "runtime"))
        _compare("pairs", tasks, expected, found)


def _compare(
    name: str, tasks: Sequence[str], expected: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]
) -> None:
    """Print how many labels of each task differ, and how far apart the probabilities of those that agree are."""
    differing, furthest = dict.fromkeys(tasks, 0), dict.fromkeys(tasks, 0.0)
    for theirs, ours in zip(expected, found, strict=True):
        for task in tasks:
            for (label, sure), (other, less) in zip(_said(theirs[task]), _said(ours[task]), strict=True):
                differing[task] += label != other
                furthest[task] = max(furthest[task], abs(sure - less) if label == other else 0.0)
    shown = ", ".join(f"{task} {differing[task]} ({furthest[task]:.1e})" for task in tasks)
    print(f"{name}: labels that differ (largest difference of probabilities): {shown}")


def _said(value: Any) -> Iterator[tuple[Any, float]]:
    """Each label with its probability; of grades every point of the scale."""
    match value:
        case Tagged(labels, confidences):
            yield from zip(labels, confidences or [], strict=True)
        case Parsed(tree, confidences):
            yield from zip(zip(tree.head_ids, tree.deprels, strict=True), confidences or [], strict=True)
        case Choice(label, probabilities):
            yield from ((label, probability) for probability in probabilities.values())
        case Grade(_, distribution):
            yield from ((None, probability) for probability in distribution)


if __name__ == "__main__":
    main()
