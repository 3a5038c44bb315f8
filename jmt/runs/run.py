"""One training run: its trainer, its folder, and what listens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jmt.data.readers import Tokenizer
from jmt.data.unions.left_out import LeftOut, recorded
from jmt.errors import ConfigError, JmtError
from jmt.network.computing import repeat_exactly
from jmt.runs.building import build_trainer
from jmt.runs.card import card_of
from jmt.runs.config import RunConfig
from jmt.runs.fitting import with_enough_epochs, without_empty_columns
from jmt.runs.options import RunOptions
from jmt.runs.place import check_free, claim, release
from jmt.runs.raw_text import raw_text_splits
from jmt.runs.resuming import accept_changes, check_begun, check_origins
from jmt.runs.run_folder import RunFolder
from jmt.runs.splits import load_splits, with_score_ranges
from jmt.runs.teaching import check_teaching, taught_by
from jmt.safety.leftovers import owned_while_used
from jmt.training.events import Event
from jmt.training.listeners.log import JsonLog
from jmt.training.listeners.tensorboard import open_tensorboard


class Run:
    """A training run that is ready to go; `events` trains, saves and logs."""

    def __init__(self, config: RunConfig, options: RunOptions, tokenizer: Tokenizer) -> None:
        """Load the corpora, fit the configuration to them, take the run's folder and build the trainer.

        Raises:
            JmtError: whatever keeps training from starting; the folder of a new run is given back then.
            OwnedError: another process trains in the folder.
        """
        self.options = options
        check_teaching(config, options.teaching)
        _check_anchor(config, options)
        origin = _checked_place(options)
        self.dropped: list[LeftOut] = []
        """Examples that corpora have and tasks are not given, with the reason."""
        self.splits = load_splits(config, options.folders, tokenizer, self.dropped.append)
        self.splits |= raw_text_splits(config, options.folders, tokenizer, self.dropped.append)
        """By task and split, its examples."""
        config, self.left_out = without_empty_columns(config, self.splits)
        """Optional tasks that have nothing to learn from, with the reason."""
        self.dropped = [one for one in self.dropped if one.task not in self.left_out]
        self.config = with_score_ranges(with_enough_epochs(config, self.splits))
        self.changes: list[str] = []
        """Of a resumed run, what it is told now and was not told before."""
        if options.resuming:
            with owned_while_used(options.output):
                self.changes = accept_changes(options.output, self.config)
        else:
            claim(options.output, self.config)
        repeat_exactly(config.training.threads)
        try:
            self.trainer = build_trainer(self.config, options, self.splits)
        except JmtError:
            if not options.resuming:
                release(options.output)
            raise
        self.folder = RunFolder(
            options.output,
            checkpoint_seconds=config.training.checkpoint_seconds,
            card={
                **card_of(self.config, options.start_from),
                **origin,
                **taught_by(options.teaching),
                **({"left_out": self.left_out} if self.left_out else {}),
                **({"dropped": dropped} if (dropped := recorded(self.dropped)) else {}),
            },
        )
        with owned_while_used(options.output):  # the log of a resumed run is cut: nobody else may be writing it
            self.log = JsonLog(options.output / "log.jsonl", after=self.trainer.progress if options.resuming else None)
        self.curves = open_tensorboard(options.output / "tensorboard")

    def log_by(self, log: JsonLog) -> None:
        """Let another log hear of the training, in place of the usual one."""
        self.log = log

    def events(self) -> Iterator[Event]:
        """Train to the end; every event has been saved and logged where that was due when it comes out.

        A new run is saved before its first step, so that from then on there is always something to go on from.

        Raises:
            OwnedError: another process trains in this folder.
        """
        with owned_while_used(self.options.output):
            if not self.folder.last.exists():
                self.save()
            for event in self.trainer.events():
                self.log.hear(event)
                if self.curves:
                    self.curves.hear(event)
                self.folder.hear(event, self.trainer)
                yield event

    def save(self) -> None:
        """Save the state of training at once."""
        self.folder.save_last(self.trainer)


def _checked_place(options: RunOptions) -> dict[str, Any]:
    """Refuse a folder that a run cannot be begun or gone on with in; return what its card says of where it started."""
    if not options.resuming:
        check_free(options.output)
        return {}
    check_begun(options.output)
    return check_origins(options)


def _check_anchor(config: RunConfig, options: RunOptions) -> None:
    """Refuse to train a new network by a configuration that is for going on from a model."""
    if config.training.anchor and not (options.start_from or options.resuming):
        raise ConfigError(
            "training.anchor holds training near the model that it starts from, and there is none: name it with "
            "--from MODEL, or drop the table to train a new network"
        )
