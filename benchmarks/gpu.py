"""Train, resume and annotate on a GPU, and measure words per second beside the bare encoder.

    python benchmarks/gpu.py          # `make gpu`; needs no network, at most 8 minutes

1. The demo's cascade is trained with uncertainty weighting in bfloat16, once without a break, once stopped in the
   middle and resumed.  The second must come to the same scores; whether the weights are the same bits is printed.
2. What it annotates and what both shipped models annotate in float32 must be what the CPU annotates, but for ties.
3. Words per second of both bodies in both precisions: from sentences to labels, and the encoder alone on the same
   batches.

Without a GPU it says so and ends with 0.  `--device cpu --quick` runs every line of it on little of everything.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from processors import TIE, Question, answer, as_json, count_differences, load, read_sentences

from jmt.cascade.grouping import token_budget_batches
from jmt.cascade.prediction import Predictor
from jmt.cascade.symbols.examples import Words
from jmt.network.batches.batching import SentenceBatch
from jmt.network.computing import forward_in
from jmt.network.engine import TorchEngine
from jmt.runs.config import RunConfig, read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter, Segmenter
from jmt.training.events import EpochDone, StepDone

SHIPPED = ("en_jmt_sm", "en_jmt_md")
SECONDS = 480
"""That all of it may take."""

CLOSE = 0.05
"""How far a score on dev of the resumed run may be from that of the other: sums on a GPU may come in any order."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of everything."""

    overrides: tuple[str, ...]
    models: tuple[str, ...]
    sentences: int
    repeats: int
    """Of the sentences, when words per second are measured: a GPU needs many."""
    rounds: int


ALL = Amount(("training.epochs=4",), SHIPPED, 500, 20, 5)
QUICK = Amount(
    ("training.epochs=2", "training.evaluate_every=2", "training.share=0.02", "encoder.hidden_size=12"),
    SHIPPED[:1],
    sentences=12,
    repeats=1,
    rounds=1,
)

CASCADE = (
    "training.successive_regularization.default=1e-3",  # a joint schedule does not read them
    "training.successive_regularization.lower_classifiers=1e-2",
    "training.schedule=joint",
    "training.weighting.method=uncertainty",
    "training.precision=bfloat16",
    "training.checkpoint_seconds=1e9",
)


def main() -> int:
    """Check and measure; the exit code is 1 where something is not as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    device, amount = arguments.device, QUICK if arguments.quick else ALL
    if device != "cpu" and not torch.cuda.is_available():
        print("no GPU here: nothing was run")
        return 0
    name = "this CPU" if device == "cpu" else torch.cuda.get_device_name(device)
    print(f"torch {torch.__version__} on {name}")
    clock = Clock()
    sentences = list(read_sentences(None))[: amount.sentences]
    with tempfile.TemporaryDirectory() as folder:
        faults = check_resume(Path(folder), device, amount, clock)
        for model in (str(Path(folder) / "whole"), *amount.models):
            faults += check_annotations(Question(model, sentences), device)
            clock.check()
    for model in amount.models:
        measure(model, sentences * amount.repeats, device, amount.rounds)
        clock.check()
    print(f"{clock.seconds:.0f} seconds; " + ("; ".join(faults) or "all as it must be"))
    return int(bool(faults))


class Clock:
    """How long all of it has taken."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._start

    def check(self) -> None:
        """End the script where its time is over."""
        if self.seconds > SECONDS:
            raise SystemExit(f"not done within {SECONDS} seconds")


def check_resume(folder: Path, device: str, amount: Amount, clock: Clock) -> list[str]:
    """Train without a break, and again with one; return what differs that should not."""
    config = read_config("demo", overrides=[*CASCADE, *amount.overrides])
    tokenizer = RuleSegmenter(config.model.language)
    whole = Run(config, RunOptions(folder / "whole", device=device), tokenizer)
    expected, steps = finish(whole, clock)
    precision = whole.trainer.stepper.precision
    print(f"trained in {precision}: {steps} steps, {clock.seconds:.0f} seconds; {listed(expected)}")

    stopped = Run(config, RunOptions(folder / "stopped", device=device), tokenizer)
    for event in stopped.events():
        clock.check()
        if isinstance(event, StepDone) and event.step == max(1, steps // 2):
            stopped.save()
            break
    resumed = resume(config, folder / "stopped", device, tokenizer)
    found, _ = finish(resumed, clock)
    apart = max(
        float((one - other).detach().abs().max())
        for one, other in zip(whole.trainer.model.parameters(), resumed.trainer.model.parameters(), strict=True)
    )
    print(
        f"stopped and resumed: {listed(found)}; weights " + (f"differ by {apart:.1e}" if apart else "are the same bits")
    )
    faults = [
        f"{name} is {found[name]:.4f} after resuming, not {score:.4f}"
        for name, score in expected.items()
        if not abs(found[name] - score) <= CLOSE
    ]
    if device == "cpu" and apart:
        faults.append("on a CPU the resumed weights must be the same bits")
    return faults


def resume(config: RunConfig, folder: Path, device: str, tokenizer: Segmenter) -> Run:
    """Take up a run that was stopped."""
    return Run(config, RunOptions(folder, device=device, resuming=True), tokenizer)


def finish(run: Run, clock: Clock) -> tuple[dict[str, float], int]:
    """Train to the end; return the accuracies on dev of the last epoch, and the number of steps."""
    scores: dict[str, float] = {}
    step = 0
    for event in run.events():
        clock.check()
        if isinstance(event, EpochDone):
            step = event.step
            scores = {
                f"{task} {metric}": value
                for task, metrics in event.metrics.items()
                for metric, value in metrics.items()
                if metric in ("accuracy", "f1", "uas", "las", "pearson")
            }
    return scores, step


def listed(scores: dict[str, float]) -> str:
    """Write scores on one line."""
    return ", ".join(f"{name} {value:.3f}" for name, value in scores.items())


def check_annotations(question: Question, device: str) -> list[str]:
    """Compare what a model says on the device with what it says on a CPU."""
    name = Path(question.model).name
    print(f"{name}: {len(question.sentences)} sentences, on the device and on the CPU")
    worst = count_differences(
        load(question.model, device=device), question, as_json(answer(load(question.model), question))
    )
    return [f"{name}: an answer differs by {worst:.1e}, more than a tie"] if worst > TIE else []


def measure(model: str, sentences: Sequence[Words], device: str, rounds: int) -> None:
    """Print words per second of the whole way from sentences to labels, and of the encoder alone."""
    words = sum(map(len, sentences))
    for precision in ("float32", "bfloat16"):
        predictor = load(model, precision, device)
        batches = prepare(predictor, sentences)
        tasks = predictor.engine.model.token_tasks
        ways: dict[str, Callable[[], object]] = {
            "sentences to labels": lambda predictor=predictor, tasks=tasks: predictor.annotate(sentences, tasks),
            "the encoder alone": lambda predictor=predictor, batches=batches: climb(predictor, batches),
        }
        rates = {way: words / time_of(work, predictor, rounds) for way, work in ways.items()}
        told = ", ".join(f"{way} {rate:,.0f}" for way, rate in rates.items())
        share = rates["sentences to labels"] / rates["the encoder alone"]
        print(f"{model} in {predictor.engine.precision}: words per second: {told}; {share:.2f} of it")


def prepare(predictor: Predictor[TorchEngine], sentences: Sequence[Words]) -> list[SentenceBatch]:
    """Return the batches that annotating would make, on the device."""
    groups = token_budget_batches([len(words) for words in sentences], predictor.batch_tokens)
    return [
        predictor.engine.model.build_batch([sentences[i] for i in group]).to(predictor.engine.device)
        for group in groups
    ]


def climb(predictor: Predictor[TorchEngine], batches: Sequence[SentenceBatch]) -> None:
    """Run the body up to its highest level of single sentences: no heads, and labels that say nothing."""
    model = predictor.engine.model
    levels = model.config.levels_of(model.config.needed(model.token_tasks))
    with torch.inference_mode(), forward_in(predictor.engine.precision, predictor.engine.device):
        for batch in batches:
            nothing = torch.zeros(*batch.mask.shape, model.config.encoder.label_size, device=predictor.engine.device)
            ascent = model.encoder.start(batch, model.token_tasks)
            for level in levels:
                model.encoder.climb(ascent, level, [nothing] * len(model.config.reads_at(level)))


def time_of(work: Callable[[], object], predictor: Predictor[TorchEngine], rounds: int) -> float:
    """Return the median of the seconds that it takes, warm."""
    seconds = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        work()
        if predictor.engine.device.type == "cuda":
            torch.cuda.synchronize(predictor.engine.device)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds[1:])


if __name__ == "__main__":
    sys.exit(main())
