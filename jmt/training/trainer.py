"""The training loop: a generator of events.  Saving, logging and progress bars listen to it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from types import MappingProxyType

from jmt.network.model import JointModel
from jmt.training.anchoring.anchor import Anchor
from jmt.training.anchoring.pull import Pull
from jmt.training.batches.supply import BatchSupply, Drawn
from jmt.training.batches.task import TrainingTask, group_tasks
from jmt.training.dead_units import watch_units
from jmt.training.events import EpochDone, Event, PassScored, StepDone, Stopped
from jmt.training.freezing import freeze_layers
from jmt.training.objective import GoldObjective, Objective
from jmt.training.progress import Progress
from jmt.training.schedules import ALL, build_schedule
from jmt.training.selection import Selection
from jmt.training.settings.sharing import SharingSettings
from jmt.training.settings.training import TrainingSettings
from jmt.training.sharing.hand_over import HandOver, HandsOver, KeepsOwn
from jmt.training.step import Stepper


class Trainer:
    """Trains a cascade; `events` runs it, from wherever `progress` stands.

    Here are epochs and passes; `stepper` makes each update, `pull` holds parameters back, and both save themselves.
    """

    def __init__(
        self,
        model: JointModel,
        tasks: Sequence[TrainingTask],
        settings: TrainingSettings,
        *,
        seed: int,
        objective: Objective | None = None,
        origin: Anchor | None = None,
        sharing: Mapping[int, SharingSettings] = MappingProxyType({}),
        evaluate: Callable[[], dict[str, dict[str, float]]] = dict,
    ) -> None:
        """Get ready; `objective` says what the losses of a step are: unless it is given, those against gold.

        `evaluate` scores the model as it is on dev, by task and metric; unless it is given, nothing is scored.
        """
        self.model, self.settings, self.seed = model, settings, seed
        self.tasks = {task.name: task for task in tasks}
        self.groups = group_tasks(tasks, apart="successive" in settings.schedules, sets=settings.groups)
        self.evaluate = evaluate
        self.progress = Progress(parts=settings.accumulate)
        self.pull = Pull(model, settings.successive_regularization, origin)
        self.stepper = Stepper(
            model,
            self.tasks,
            self.groups,
            settings,
            seed=seed,
            progress=self.progress,
            pull=self.pull,
            objective=objective or GoldObjective(model, self.tasks),
            sharing=sharing,
        )
        self.schedule = build_schedule(settings, self.groups, seed)
        handed_over = any(schedule.hand_over for schedule in settings.phase or (settings,))
        self.hand_over: HandsOver = HandOver(model) if handed_over else KeepsOwn()
        self.selection = Selection(
            settings.selection, {name: task.train.kind for name, task in self.tasks.items() if task.role == "main"}
        )

    def events(self) -> Iterator[Event]:
        """Train to the end, telling of every step and every epoch.

        Raises:
            JmtError: losses or gradients were not finite several times in a row.
        """
        progress = self.progress
        while progress.epoch <= self.settings.epochs and not progress.finished:
            dealt = yield from self._epoch_steps()
            yield self._end_epoch(dealt)
        reason = "no better epoch for a while" if progress.epoch <= self.settings.epochs else "all epochs done"
        yield Stopped(progress.epoch - 1, progress.step, reason)

    def _epoch_steps(self) -> Generator[StepDone | PassScored, None, Counter[str]]:
        """Train the rest of the present epoch; return how many batches of every group the whole epoch has."""
        progress = self.progress
        batches = {name: self.tasks[name].step_count for name in self.groups if self._is_trained(name)}
        steps = self.schedule.steps(progress.epoch, batches, progress.left)
        supply = BatchSupply({name: self.tasks[name] for name in self.groups}, steps, self.seed, progress.dealt)
        supply.skip(progress.position)
        freeze_layers(self.model, self.settings.freezing, progress.epoch)
        for position in range(progress.position, len(steps)):
            done = (progress.epoch - 1 + position / len(steps)) / self.settings.epochs
            self.stepper.optimizers.set_rates(progress.epoch, done)
            name = steps[position].of_pass
            if position == 0 or steps[position - 1].of_pass != name:
                self._start_pass(name, first_of_epoch=position == 0)
            last_of_pass = position + 1 == len(steps) or steps[position + 1].of_pass != name
            yield self._take_step(supply.next(), done, len(steps), last_of_pass=last_of_pass)
            if last_of_pass and self.settings.forgetting:
                yield PassScored(progress.epoch, progress.step, name, self._evaluate())
        return Counter(group for step in steps for group in step.groups)

    def _is_trained(self, group: str) -> bool:
        """Tell whether the tasks of a group, which all end together, are still trained."""
        until = self.tasks[group].until
        return until is None or self.progress.epoch <= until

    def _start_pass(self, task: str, *, first_of_epoch: bool) -> None:
        own = task if task != ALL else None
        if self.progress.epoch == 1:
            self.hand_over.start_pass(task, self.progress.pass_task)
        self.pull.start_pass(own, self.progress.pass_task, first_of_epoch=first_of_epoch)
        self.progress.start_pass(task)

    def _take_step(self, drawn: Drawn, done: float, steps_in_epoch: int, *, last_of_pass: bool) -> StepDone:
        """Make one update from one batch of every group drawn."""
        progress = self.progress
        made = self.stepper.take(drawn, done)
        progress.advance()
        if last_of_pass:
            self.pull.settle()
        return StepDone(
            epoch=progress.epoch,
            step=progress.step,
            position=progress.position,
            steps_in_epoch=steps_in_epoch,
            task="+".join(made.losses),
            loss=sum(made.losses.values()),
            penalty=self.pull.penalty() if last_of_pass else None,
            gradient_norm=made.gradient_norm,
            learning_rate=self.stepper.optimizers.rate,
            examples=made.examples,
            words=made.words,
            skipped=made.skipped,
            finished=progress.summary() if last_of_pass else None,
            diagnosis=made.diagnosis,
            parts=progress.parts,
        )

    def _end_epoch(self, dealt: Mapping[str, int]) -> EpochDone:
        """Evaluate where it is time, compare with the best epoch, and move on to the next."""
        progress, settings = self.progress, self.settings
        epoch = progress.epoch
        started = time.perf_counter()
        due = epoch % settings.evaluate_every == 0 or epoch == settings.epochs
        with watch_units(self.model) as dead_units:
            metrics = self._evaluate() if due else {}
        score = self.selection.score(metrics) if metrics else None
        is_best = progress.judge(score, settings.selection.patience)
        progress.end_epoch(dealt)
        self.stepper.weighting.end_epoch(progress.last_losses)
        return EpochDone(
            epoch, progress.step, metrics, score, is_best, time.perf_counter() - started, dead_units() if due else {}
        )

    def _evaluate(self) -> dict[str, dict[str, float]]:
        self.model.eval()
        return self.evaluate()
