"""One step: from the batches of some groups to their losses, gradients, and one update of the parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from jmt.errors import JmtError
from jmt.network.computing import forward_in, usable_precision
from jmt.network.model import Batch, JointModel
from jmt.training.accumulation import build_accumulation
from jmt.training.anchoring.anchor import Rows
from jmt.training.anchoring.pull import Pull
from jmt.training.batches.loss_unit import build_loss_unit
from jmt.training.batches.material import Material, is_out_of_memory
from jmt.training.batches.supply import Drawn
from jmt.training.batches.task import TrainingTask
from jmt.training.diagnosis import Diagnosis
from jmt.training.gradients import Gradients, build_gradients
from jmt.training.objective import Objective
from jmt.training.optimization import Optimizers, clip
from jmt.training.progress import Progress
from jmt.training.seeds import derive_seed
from jmt.training.settings.sharing import SharingSettings
from jmt.training.settings.training import TrainingSettings
from jmt.training.sharing_step import SharingStep
from jmt.training.weighting import build_weighting
from jmt.training.weighting.methods import facts_of

MOST_FAILURES = 3
"""Steps in a row without a finite loss and gradient before training gives up."""


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """What came of a step."""

    losses: dict[str, float]
    """By task, per sentence or pair, not weighed."""
    gradient_norm: float
    """Before clipping."""
    examples: int
    words: int
    skipped: bool
    """Whether the update was left out, since a loss or a gradient was not finite."""
    diagnosis: Diagnosis


class Stepper:
    """Makes one update at a time; what its parts remember between two steps, each of them saves itself."""

    def __init__(
        self,
        model: JointModel,
        tasks: Mapping[str, TrainingTask],
        groups: Mapping[str, Sequence[str]],
        settings: TrainingSettings,
        *,
        seed: int,
        progress: Progress,
        pull: Pull,
        objective: Objective,
        sharing: Mapping[int, SharingSettings],
    ) -> None:
        self.model, self.tasks, self.groups, self.seed = model, tasks, groups, seed
        self.progress, self.pull, self.objective = progress, pull, objective
        self.parameters = dict(model.named_parameters())
        self.device = next(model.parameters()).device
        self.precision = usable_precision(settings.precision, self.device)
        """Of forward passes, as far as the device can."""
        adversaries = {name: task.reversal for name, task in tasks.items() if task.role == "adversarial"}
        weighed = facts_of(model, [name for name in tasks if name not in adversaries])
        self.weighting = build_weighting(settings.weighting, weighed).to(self.device)
        self.gradients: Gradients = build_gradients(
            self.weighting, model, settings.weighting, list(weighed), adversaries
        )
        self.unit = build_loss_unit(settings, model.config, list(tasks)).to(self.device)
        """What a loss is counted per before it is weighed."""
        self.optimizers = Optimizers(model, self.weighting, settings)
        self.sharing = SharingStep(model, sharing).to(self.device)
        self.accumulation = build_accumulation(settings, model, groups)
        self.divisors: dict[str, float] = {}
        """What the losses of this step are divided by, in all its parts, and when they are computed again after it."""
        self._labelled = {group: [name for name in names if tasks[name].labelled] for group, names in groups.items()}

    def compute_gradients_by(self, gradients: Gradients) -> None:
        """Let gradients be computed in another way from the next step on."""
        self.gradients = gradients

    def take(self, drawn: Drawn, done: float) -> StepOutcome:
        """Make one update from one batch of every group drawn, after a share `done` of training.

        Raises:
            JmtError: losses or gradients were not finite several times in a row, or memory does not suffice.
        """
        materials = [self._material(group, indices, round_) for group, (indices, round_) in drawn.items()]
        self.weighting.start_step(derive_seed(self.seed, "weights", self.progress.step))
        losses, rows = self._gradients(materials, done)
        limit = max(self.tasks[name].clip_norm for group in drawn for name in self.groups[group])
        norm = clip(self.parameters.values(), limit)
        examples = sum(len(indices) for indices, _ in drawn.values())
        words = sum(len(sentence) for material in materials for sentence in material.sentences)
        skipped = not (math.isfinite(sum(losses.values())) and math.isfinite(norm))
        diagnosis = self.gradients.diagnosis()
        if skipped:
            self._note_failure(drawn)
        else:
            self.accumulation.collect(self.parameters, examples)
            self._update(rows)
            self.unit.hear(losses)
            self.gradients.after_step(lambda: self._losses_again(materials))
            self.progress.count(losses, examples, words)
        self.optimizers.forget_gradients()
        return StepOutcome(losses, norm, examples, words, skipped, diagnosis)

    def _material(self, group: str, indices: list[int], round_: int) -> Material:
        sentences = self.tasks[group].sentences(indices, self.seed, round_)
        return Material(self._labelled[group], indices, sentences, self.tasks[group].corpora(indices))

    def _gradients(self, materials: Sequence[Material], done: float) -> tuple[dict[str, float], Rows]:
        """Add up the gradients of all batches; where memory does not suffice, again in twice as many parts.

        Returns the losses by task, and the rows of the tables that were read.
        """
        progress = self.progress
        while True:
            self._seed_step()
            try:
                return self._accumulate(materials, done)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                self.optimizers.forget_gradients()
                if progress.parts >= max(len(material.indices) for material in materials):
                    raise JmtError(
                        "memory does not suffice for a single example: shorten the longest ones, take a smaller model, "
                        "or for a transformer set encoder.checkpointing"
                    ) from None
                progress.parts *= 2

    def _accumulate(self, materials: Sequence[Material], done: float) -> tuple[dict[str, float], Rows]:
        losses: dict[str, float] = {}
        batches: list[Batch] = []
        self.divisors = {}
        self.gradients.begin(done)
        for own, share, words, batch in self._forward(materials):
            weighed = self._weighed(own, words)
            if self.model.body_of(own) is self.model:
                self.gradients.add(weighed, share)
            else:  # it shares no weight with the tasks among which a method weighs
                (share * torch.stack(list(weighed.values())).sum()).backward()  # type: ignore[no-untyped-call]
            for name, loss in own.items():
                losses[name] = losses.get(name, 0.0) + share * float(loss.detach())
            batches.append(batch)
        self.gradients.finish()
        return losses, self.pull.rows_of(batches)

    def _weighed(self, own: Mapping[str, Tensor], words: float) -> dict[str, Tensor]:
        """Return losses in their unit, times what tasks count for."""
        new = {name: loss for name, loss in own.items() if name not in self.divisors}
        self.divisors |= self.unit.divisors(new, words)
        return {name: self.tasks[name].weight / self.divisors[name] * loss for name, loss in own.items()}

    def _forward(self, materials: Sequence[Material]) -> Iterator[tuple[dict[str, Tensor], float, float, Batch]]:
        """Yield the losses of each part of the batches, the part's share of its batch, and the batch's mean words."""
        self.model.train()
        for material in materials:
            for part in material.parts(self.progress.parts):
                body = self.model.body_of(part.names)
                numbers = self.model.config.encoder.corpus_numbers(part.corpora_of_sentences)
                batch = body.build_batch(part.sentences, pairs=part.pairs).of_corpora(numbers).to(self.device)
                self.pull.catch_up(self.pull.rows_of([batch]))
                with forward_in(self.precision, self.device):
                    own = self.objective.losses(part.names, part.indices, part.sentences, batch)
                yield own, len(part.indices) / len(material.indices), material.words, batch

    def _losses_again(self, materials: Sequence[Material]) -> dict[str, float]:
        """Return the weighed losses of the same batches with the same dropout, as the weights are now."""
        losses: dict[str, float] = {}
        self._seed_step()
        with torch.no_grad():
            for own, share, words, _ in self._forward(materials):
                for name, loss in self._weighed(own, words).items():
                    losses[name] = losses.get(name, 0.0) + share * float(loss)
        return losses

    def _seed_step(self) -> None:
        """Make everything random in a step a function of its number: there is no generator state to save."""
        torch.manual_seed(derive_seed(self.seed, "step", self.progress.step))

    def _update(self, rows: Rows) -> None:
        """Step on loss plus penalties; both the pull and what ties copies are decoupled from the optimizer."""
        rates = self.optimizers.rates()
        self.pull.apply(rates, rows)
        self.optimizers.step()
        self.sharing.apply_step(rates, self.progress.step + 1)

    def _note_failure(self, drawn: Drawn) -> None:
        progress = self.progress
        progress.count_failure()
        if progress.failures >= MOST_FAILURES:
            names = "+".join(name for group in drawn for name in self.groups[group])
            lines = []
            for group, (indices, _) in drawn.items():
                known = self.tasks[group].train.lines
                places = self.tasks[group].origins(indices)
                lines += [known[place] for place in places] if known else places
            raise JmtError(
                f"the loss or gradient of `{names}` was not finite {progress.failures} times in a row "
                f"(epoch {progress.epoch}, step {progress.step}; last batch from lines {lines}); the weights were not "
                "touched: lower training.optimizer.learning_rate or the task's clip_norm, then continue with --resume"
            )
