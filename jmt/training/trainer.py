"""The training loop: a generator of events.  Saving, logging and progress bars listen to it."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import torch
from torch import Tensor

from jmt.cascade.symbols.vocabulary import UNKNOWN
from jmt.errors import JmtError
from jmt.network.batches.batching import SentenceBatch
from jmt.network.computing import forward_in, usable_precision
from jmt.network.model import JointModel
from jmt.network.parts import TABLES
from jmt.training.accumulation import build_accumulation
from jmt.training.anchoring.anchor import Anchor, Rows
from jmt.training.anchoring.successive_regularization import SuccessiveRegularization
from jmt.training.batches.material import Material, is_out_of_memory
from jmt.training.batches.supply import BatchSupply, Drawn
from jmt.training.batches.task import TrainingTask, group_tasks
from jmt.training.dead_units import watch_units
from jmt.training.events import EpochDone, Event, PassScored, PassSummary, StepDone, Stopped
from jmt.training.freezing import freeze_layers
from jmt.training.gradients import build_gradients
from jmt.training.objective import GoldObjective
from jmt.training.optimization import build_optimizers, clip, learning_rate
from jmt.training.progress import Progress
from jmt.training.schedules import ALL, build_schedule
from jmt.training.seeds import derive_seed
from jmt.training.selection import Selection
from jmt.training.settings.sharing import SharingSettings
from jmt.training.settings.training import TrainingSettings
from jmt.training.sharing_step import SharingStep
from jmt.training.weighting import build_weighting
from jmt.training.weighting.methods import facts_of

MOST_FAILURES = 3
"""Steps in a row without a finite loss and gradient before training gives up."""


class Trainer:
    """Trains a cascade; `events` runs it, from wherever `progress` stands."""

    def __init__(
        self,
        model: JointModel,
        tasks: Sequence[TrainingTask],
        settings: TrainingSettings,
        *,
        seed: int,
        origin: Anchor | None = None,
        sharing: Mapping[int, SharingSettings] = MappingProxyType({}),
    ) -> None:
        self.model, self.settings, self.seed = model, settings, seed
        self.tasks = {task.name: task for task in tasks}
        self.parameters = dict(model.named_parameters())
        self.device = next(model.parameters()).device
        self.precision = usable_precision(settings.precision, self.device)
        """Of forward passes, as far as the device can."""
        adversaries = {name: task.reversal for name, task in self.tasks.items() if task.role == "adversarial"}
        weighed = facts_of(model, [name for name in self.tasks if name not in adversaries])
        self.weighting = build_weighting(settings.weighting, weighed).to(self.device)
        self.gradients = build_gradients(self.weighting, model, settings.weighting, list(weighed), adversaries)
        self.done = 0.0
        """The share of all steps that is done."""
        self.optimizers = build_optimizers(model, settings.l2, settings.optimizer, settings.subnetwork)
        own = list(self.weighting.parameters())  # free of decay, at a rate of their own
        self.weighting_optimizers = [torch.optim.SGD(own, lr=settings.weighting.learning_rate)] if own else []
        self.sharing = SharingStep(model, sharing).to(self.device)
        self.rate = settings.optimizer.learning_rate
        self.groups = group_tasks(tasks, apart="successive" in settings.schedules, sets=settings.groups)
        self.labelled = {
            group: [name for name in names if self.tasks[name].labelled] for group, names in self.groups.items()
        }
        self.objective = GoldObjective(model, self.tasks)
        """What the losses of a step are; another one may be put in its place before training begins."""
        self.schedule = build_schedule(settings, self.groups, seed)
        self.accumulation = build_accumulation(settings, model, self.groups)
        self.regularization = SuccessiveRegularization(model, settings.successive_regularization)
        self.selection = Selection(
            settings.selection, {name: task.train.kind for name, task in self.tasks.items() if task.role == "main"}
        )
        self.progress = Progress(parts=settings.accumulate)
        self.dealt: Counter[str] = Counter()
        """Batches of every group in the epoch that was trained last."""
        self.anchor = Anchor({}, {})
        """The snapshot of successive regularisation, taken anew for every pass."""
        self.origin = origin or Anchor({}, {})
        """What training started from, where it goes on from a trained cascade."""
        self.pull = self.origin
        """Both of them as one, which moves the parameters."""

    def events(self) -> Iterator[Event]:
        """Train to the end, telling of every step and every epoch.

        Raises:
            JmtError: losses or gradients were not finite several times in a row.
        """
        progress = self.progress
        while progress.epoch <= self.settings.epochs and not progress.finished:
            yield from self._epoch_steps()
            yield self._end_epoch()
        reason = "no better epoch for a while" if progress.epoch <= self.settings.epochs else "all epochs done"
        yield Stopped(progress.epoch - 1, progress.step, reason)

    def _epoch_steps(self) -> Iterator[StepDone | PassScored]:
        """Train the rest of the present epoch."""
        progress = self.progress
        batches = {name: self.tasks[name].step_count for name in self.groups if self._is_trained(name)}
        steps = self.schedule.steps(progress.epoch, batches, progress.left)
        supply = BatchSupply({name: self.tasks[name] for name in self.groups}, steps, self.seed, progress.dealt)
        supply.skip(progress.position)
        freeze_layers(self.model, self.settings.freezing, progress.epoch)
        for position in range(progress.position, len(steps)):
            self.done = (progress.epoch - 1 + position / len(steps)) / self.settings.epochs
            self._set_learning_rates(self.done)
            name = steps[position].of_pass
            if position == 0 or steps[position - 1].of_pass != name:
                self._start_pass(name, first_of_epoch=position == 0)
            last_of_pass = position + 1 == len(steps) or steps[position + 1].of_pass != name
            yield self._step(supply.next(), len(steps), last_of_pass=last_of_pass)
            if last_of_pass and self.settings.forgetting:
                yield PassScored(progress.epoch, progress.step, name, self._evaluate())
        self.dealt = Counter(group for step in steps for group in step.groups)

    def _is_trained(self, group: str) -> bool:
        """Tell whether the tasks of a group, which all end together, are still trained."""
        until = self.tasks[group].until
        return until is None or self.progress.epoch <= until

    def _set_learning_rates(self, done: float) -> None:
        epoch = self.progress.epoch
        self.rate = learning_rate(self.settings.optimizer, epoch, done)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["scale"] * learning_rate(group["settings"], epoch, done)

    def _start_pass(self, task: str, *, first_of_epoch: bool) -> None:
        """Take the snapshot that successive regularisation holds the lower tasks to (section 3)."""
        progress = self.progress
        self.anchor = Anchor({}, {})
        if task != ALL:
            self.anchor = self.regularization.start_pass(task, progress.pass_task, first_of_epoch=first_of_epoch)
        self.pull = Anchor.join(self.anchor, self.origin)
        progress.pass_task = task
        progress.pass_loss, progress.pass_examples, progress.pass_words, progress.pass_skipped = 0.0, 0, 0, 0

    def _step(self, drawn: Drawn, steps_in_epoch: int, *, last_of_pass: bool) -> StepDone:
        """Make one update from one batch of every group drawn."""
        progress = self.progress
        materials = [self._material(group, indices, round_) for group, (indices, round_) in drawn.items()]
        self.weighting.start_step(derive_seed(self.seed, "weights", progress.step))
        losses, rows = self._gradients(materials)
        limit = max(self.tasks[name].clip_norm for group in drawn for name in self.groups[group])
        norm = clip(self.parameters.values(), limit)
        value = sum(losses.values())
        examples = sum(len(indices) for indices, _ in drawn.values())
        words = sum(len(sentence) for material in materials for sentence in material.sentences)
        skipped = not (math.isfinite(value) and math.isfinite(norm))
        diagnosis = self.gradients.diagnosis()
        if skipped:
            self._note_failure(drawn)
        else:
            self.accumulation.collect(self.parameters, examples)
            self._update(rows)
            self.gradients.after_step(lambda: self._losses_again(materials))
            progress.count(losses, examples, words)
        self._forget_gradients()
        progress.step += 1
        progress.position += 1
        finished = self._end_pass() if last_of_pass else None
        return StepDone(
            epoch=progress.epoch,
            step=progress.step,
            position=progress.position,
            steps_in_epoch=steps_in_epoch,
            task="+".join(losses),
            loss=value,
            penalty=self._penalty() if last_of_pass else None,
            gradient_norm=norm,
            learning_rate=self.rate,
            examples=examples,
            words=words,
            skipped=skipped,
            finished=finished,
            diagnosis=diagnosis,
            parts=progress.parts,
        )

    def _material(self, group: str, indices: list[int], round_: int) -> Material:
        sentences = self.tasks[group].sentences(indices, self.seed, round_)
        return Material(self.labelled[group], indices, sentences)

    def _gradients(self, materials: Sequence[Material]) -> tuple[dict[str, float], Rows]:
        """Add up the gradients of all batches; where memory does not suffice, again in twice as many parts.

        Returns the losses by task, and the rows of the tables that were read.
        """
        progress = self.progress
        while True:
            # Everything random in a step is a function of its number: there is no generator state to save.
            torch.manual_seed(derive_seed(self.seed, "step", progress.step))
            try:
                return self._accumulate(materials)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                self._forget_gradients()
                if progress.parts >= max(len(material.indices) for material in materials):
                    raise JmtError(
                        "memory does not suffice for a single example: shorten the longest ones, take a smaller model, "
                        "or for a transformer set encoder.checkpointing"
                    ) from None
                progress.parts *= 2

    def _accumulate(self, materials: Sequence[Material]) -> tuple[dict[str, float], Rows]:
        losses: dict[str, float] = {}
        batches: list[SentenceBatch] = []
        self.gradients.begin(self.done)
        for own, share, batch in self._forward(materials):
            self.gradients.add({name: self.tasks[name].weight * loss for name, loss in own.items()}, share)
            for name, loss in own.items():
                losses[name] = losses.get(name, 0.0) + share * float(loss.detach())
            batches.append(batch)
        self.gradients.finish()
        return losses, self._rows(batches)

    def _forward(self, materials: Sequence[Material]) -> Iterator[tuple[dict[str, Tensor], float, SentenceBatch]]:
        """Yield the losses of each part of the batches, and the share of its batch that the part is."""
        self.model.train()
        for material in materials:
            for part in material.parts(self.progress.parts):
                batch = self.model.build_batch(part.sentences, pairs=part.pairs).to(self.device)
                self.pull.catch_up(self.parameters, self._rows([batch]))
                with forward_in(self.precision, self.device):
                    own = self.objective.losses(part.names, part.indices, part.sentences, batch)
                yield own, len(part.indices) / len(material.indices), batch

    def _losses_again(self, materials: Sequence[Material]) -> dict[str, float]:
        """Return the weighed losses of the same batches with the same dropout, as the weights are now."""
        losses: dict[str, float] = {}
        torch.manual_seed(derive_seed(self.seed, "step", self.progress.step))
        with torch.no_grad():
            for own, share, _ in self._forward(materials):
                for name, loss in own.items():
                    losses[name] = losses.get(name, 0.0) + share * self.tasks[name].weight * float(loss)
        return losses

    def _forget_gradients(self) -> None:
        for optimizer in (*self.optimizers, *self.weighting_optimizers):
            optimizer.zero_grad(set_to_none=True)  # None, not zero: what a task does not reach must not move

    def _rows(self, batches: Sequence[SentenceBatch]) -> Rows:
        """Return which rows of the word and n-gram tables a step may read; word dropout reads the unknown word."""
        unknown = torch.tensor([UNKNOWN], device=self.device)
        read = {
            TABLES["words"]: [batch.word_ids for batch in batches],
            TABLES["ngrams"]: [batch.ngram_ids for batch in batches],
        }
        joined = {name: torch.cat([unknown, *ids]) for name, ids in read.items() if name in self.parameters}
        return {name: ids.unique() for name, ids in joined.items()}  # type: ignore[no-untyped-call]

    def _update(self, rows: Rows) -> None:
        """Step on loss plus penalties; both the pull and what ties copies are decoupled from the optimizer."""
        self.pull.pull(self.parameters, self.rate, rows)
        for optimizer in (*self.optimizers, *self.weighting_optimizers):
            optimizer.step()
        self.sharing.apply_step(self.rate, self.progress.step + 1)

    def _note_failure(self, drawn: Drawn) -> None:
        progress = self.progress
        progress.failures += 1
        progress.pass_skipped += 1
        if progress.failures >= MOST_FAILURES:
            names = "+".join(name for group in drawn for name in self.groups[group])
            lines = []
            for group, (indices, _) in drawn.items():
                known = self.tasks[group].train.lines
                lines += [known[index] for index in indices] if known else indices
            raise JmtError(
                f"the loss or gradient of `{names}` was not finite {progress.failures} times in a row "
                f"(epoch {progress.epoch}, step {progress.step}; last batch from lines {lines}); the weights were not "
                "touched: lower training.optimizer.learning_rate or the task's clip_norm, then continue with --resume"
            )

    def _penalty(self) -> float:
        with torch.no_grad():
            return sum(float(anchor.penalty(self.parameters)) for anchor in (self.anchor, self.origin))

    def _end_pass(self) -> PassSummary:
        progress = self.progress
        self.pull.settle(self.parameters)
        mean = progress.pass_loss / max(1, progress.pass_examples)
        return PassSummary(
            str(progress.pass_task), mean, progress.pass_examples, progress.pass_words, progress.pass_skipped
        )

    def _end_epoch(self) -> EpochDone:
        """Evaluate where it is time, compare with the best epoch, and move on to the next."""
        progress, settings = self.progress, self.settings
        epoch = progress.epoch
        started = time.perf_counter()
        due = epoch % settings.evaluate_every == 0 or epoch == settings.epochs
        with watch_units(self.model) as dead_units:
            metrics = self._evaluate() if due else {}
        score = self.selection.score(metrics) if metrics else None
        is_best = score is not None and (progress.best_score is None or score > progress.best_score)
        if is_best:
            progress.best_score, progress.best_epoch = score, epoch
        patience = settings.selection.patience
        progress.finished = score is not None and patience is not None and epoch - progress.best_epoch >= patience
        progress.end_epoch(self.dealt)
        self.weighting.end_epoch(progress.last_losses)
        return EpochDone(
            epoch, progress.step, metrics, score, is_best, time.perf_counter() - started, dead_units() if due else {}
        )

    def _evaluate(self) -> dict[str, dict[str, float]]:
        self.model.eval()
        return {name: task.evaluate() for name, task in self.tasks.items() if task.evaluate}
