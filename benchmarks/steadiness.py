"""Count what changes that should not: alone or in a batch, with a full stop or without, stored in float32 or in int8.

    python benchmarks/steadiness.py --model RUN --corpora DIR

Printed, on the dev splits that the model's card names: of the first 1,000 sentences of each corpus how many words get
another label, governor or relation alone than in a batch; how the judgements of pairs change when both sentences get a
full stop; every score of the model beside that of its copy in int8, and how many pairs that copy judges differently.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch

from jmt.cascade.checkpoint import find_checkpoint
from jmt.cascade.kinds import KINDS
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.evaluation.evaluate import evaluate_tasks
from jmt.evaluation.model_scores import LoadedModel, common_sources
from jmt.evaluation.sources import load_examples
from jmt.network import checkpoint
from jmt.network.engine import TorchEngine
from jmt.segmentation import RuleSegmenter

SENTENCES = 1000


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--corpora", required=True, type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    loaded = LoadedModel.load(arguments.model, find_checkpoint(arguments.model), device="cpu", engine="torch")
    sources = [one for of_task in common_sources([loaded], {}, "dev", list(loaded.tasks)).values() for one in of_task]
    tokenizer = RuleSegmenter(loaded.predictor.cascade.config.language)
    examples = load_examples(sources, loaded.tasks, folders=[arguments.corpora], tokenizer=tokenizer)
    count_company(loaded.predictor, examples)
    pairs = next((example.inputs for example in examples if isinstance(example.inputs[0], tuple)), [])
    count_full_stops(loaded.predictor, pairs)
    count_storage(loaded.predictor, examples, pairs)
    return 0


def count_company(predictor: Predictor[TorchEngine], examples: Sequence[TaskExamples]) -> None:
    """Compare sentences alone with the same ones in batches."""
    configured = predictor.cascade.config.tasks
    tasks = [task for task, config in configured.items() if KINDS[config.kind].about == "words"]
    corpora = {str(example.inputs[0]): example.inputs[:SENTENCES] for example in examples if example.task in tasks}
    for sentences in corpora.values():
        together = predictor.annotate(sentences, tasks)
        alone = [predictor.annotate([words], tasks)[0] for words in sentences]
        for task in tasks:
            different = sum(
                one != other
                for first, second in zip(alone, together, strict=True)
                for one, other in zip(words_of(first[task]), words_of(second[task]), strict=True)
            )
            words = sum(map(len, sentences))
            print(f"alone or in a batch: {task}: {different} of {words:,} words differ ({len(sentences):,} sentences)")


def words_of(prediction: object) -> list[object]:
    """Return what is predicted of each word."""
    tree = getattr(prediction, "tree", None)
    return list(zip(tree.head_ids, tree.deprels, strict=True)) if tree else list(prediction.labels)  # type: ignore[attr-defined]


def count_full_stops(predictor: Predictor[TorchEngine], pairs: Sequence[tuple[Words, Words]]) -> None:
    """Compare pairs with the same pairs with full stops."""
    stopped = [([*first, "."], [*second, "."]) for first, second in pairs]
    for task in predictor.cascade.pair_tasks:
        plain, other = judge(predictor, pairs, task), judge(predictor, stopped, task)
        print(f"a full stop after both sentences: {task}: {difference(plain, other)}")


def difference(before: Sequence[str | float], after: Sequence[str | float]) -> str:
    """Say how many classes changed, or by how much scores did."""
    if isinstance(before[0], str):
        changed = sum(one != other for one, other in zip(before, after, strict=True))
        return f"{changed} of {len(before)} classes change"
    moved = [abs(float(one) - float(other)) for one, other in zip(before, after, strict=True)]
    return f"scores change by {sum(moved) / len(moved):.3f} on average, {max(moved):.3f} at most"


def judge(predictor: Predictor[TorchEngine], pairs: Sequence[tuple[Words, Words]], task: str) -> list[str | float]:
    """Return the class or the score of every pair."""
    answers = [answer[task] for answer in predictor.compare(pairs, [task])]
    return [getattr(answer, "label", None) or answer.score for answer in answers]  # type: ignore[union-attr]


def count_storage(
    predictor: Predictor[TorchEngine], examples: Sequence[TaskExamples], pairs: Sequence[tuple[Words, Words]]
) -> None:
    """Compare the model with itself stored in int8."""
    with tempfile.TemporaryDirectory() as folder:
        checkpoint.save(predictor.engine.model, Path(folder) / "int8", storage="int8")
        size = sum(path.stat().st_size for path in (Path(folder) / "int8").rglob("*") if path.is_file())
        small = Predictor(TorchEngine(checkpoint.load(Path(folder) / "int8")))
    print(f"stored in int8: {size / 1e6:.1f} MB")
    before, after = evaluate_tasks(predictor, examples), evaluate_tasks(small, examples)
    for task, result in before.items():
        for name, value in result.metrics.items():
            if name != "count":
                other = after[task].metrics[name]
                print(f"stored in int8: {task} {name}: {value:.4f} to {other:.4f}, {100 * (other - value):+.2f} points")
    for task in predictor.cascade.pair_tasks:
        print(f"stored in int8: {task}: {difference(judge(predictor, pairs, task), judge(small, pairs, task))}")


if __name__ == "__main__":
    raise SystemExit(main())
