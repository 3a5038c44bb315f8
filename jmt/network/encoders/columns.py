"""Bi-LSTMs of which some levels are not shared: from the lowest of those up, every task climbs a column of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from torch import Tensor, nn

from jmt.network.batches.batching import SentenceBatch
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.encoders.bilstm import BiLSTMEncoder
from jmt.cascade.encoder_config import BiLSTMConfig, LevelInputs, LevelSharing
from jmt.network.encoders.cross_stitch import CrossStitch
from jmt.network.encoders.expert_mixture import ExpertGate

Hidden = dict[str, Tensor]
"""Task to the hidden states (B, T, 2H) of its column."""


@dataclass(slots=True)
class ColumnAscent:
    """How far a batch has climbed in every column."""

    sentences: SentenceBatch
    words: Tensor
    tasks: Collection[str]
    """Tasks whose columns have to be climbed."""
    hidden: Hidden = field(default_factory=dict)


class ColumnEncoder(BiLSTMEncoder):
    """A stack in which a level is one bi-LSTM for all tasks (hard), one per task (soft, cross_stitch), or experts.

    A task's column ends at the task's level.  A hard level reads every column by itself, with the same weights.
    Columns that stitches join are all climbed for every batch, whatever its tasks: otherwise nothing would be mixed.
    """

    def __init__(
        self,
        config: BiLSTMConfig,
        lexicon: Lexicon,
        levels: Sequence[LevelInputs],
        columns: Mapping[str, int],
        sharing: Mapping[int, LevelSharing],
    ) -> None:
        super().__init__(config, lexicon, levels)
        self.columns, self.sharing = dict(columns), dict(sharing)
        for level, how in self.sharing.items():
            names = map(str, range(how.experts)) if how.kind == "experts" else self.climbing(level)
            copies = {name: self._build_level(level - 1, levels[level - 1]) for name in names}
            self.levels[level - 1] = nn.ModuleDict(copies)
        self.stitches = nn.ModuleDict(
            {
                str(level): CrossStitch(
                    len(self.climbing(level)), self.size, same=how.same, per_channel=how.per_channel
                )
                for level, how in self.sharing.items()
                if how.kind == "cross_stitch"
            }
        )

        self.gates = nn.ModuleDict(
            {
                str(level): nn.ModuleDict(
                    {task: ExpertGate(self._below(level), how.experts) for task in self.climbing(level)}
                )
                for level, how in self.sharing.items()
                if how.kind == "experts"
            }
        )

    def _below(self, level: int) -> int:
        """Return the size of what a gate sees: the hidden states below, or the words."""
        return self.size if level > 1 else self.words.size

    def climbing(self, level: int) -> list[str]:
        """Return the tasks whose columns reach a level."""
        return [task for task, top in self.columns.items() if top >= level]

    def start(self, sentences: SentenceBatch, tasks: Collection[str] = ()) -> ColumnAscent:  # type: ignore[override]
        """Look the words up; nothing is climbed yet."""
        words = self.words(sentences)
        needed = list(self.columns) if self.stitches or not tasks else tasks
        return ColumnAscent(sentences, words, needed, dict.fromkeys(needed, words))

    def climb(self, ascent: ColumnAscent, level: int, label_embeddings: Sequence[Tensor]) -> Hidden:  # type: ignore[override]
        """Return the hidden states of the next level in every column that reaches it."""
        climbing = [task for task in self.climbing(level) if task in ascent.tasks]
        climbed: dict[tuple[int, int], Tensor] = {}

        def run(module: nn.Module, below: Tensor) -> Tensor:
            key = (id(module), id(below))  # columns that have not parted yet are climbed once
            if key not in climbed:
                climbed[key] = module(below, ascent.words, label_embeddings, ascent.sentences)
            return climbed[key]

        ascent.hidden.update({task: self._climb_column(task, ascent.hidden[task], level, run) for task in climbing})
        if str(level) in self.stitches:
            mixed = self.stitches[str(level)]([ascent.hidden[task] for task in climbing])
            ascent.hidden.update(zip(climbing, mixed, strict=True))
        return {task: ascent.hidden[task] for task in climbing}

    def _climb_column(self, task: str, below: Tensor, level: int, run: Callable[[nn.Module, Tensor], Tensor]) -> Tensor:
        """Return the hidden states of one column, before stitches."""
        module = self.levels[level - 1]
        if not isinstance(module, nn.ModuleDict):
            return run(module, below)
        if str(level) not in self.gates:
            return run(module[task], below)
        gate = self.gates[str(level)][task]  # type: ignore[index]
        mixed: Tensor = gate(below, [run(expert, below) for expert in module.values()])
        return mixed

    def of_task(self, hidden: Hidden, task: str) -> Tensor:  # type: ignore[override]
        """Return the hidden states of a task's column."""
        return hidden[task]

    def cut(self, ascent: ColumnAscent) -> None:  # type: ignore[override]
        """Let no gradient of higher levels pass to the levels climbed so far; words are not cut off."""
        ascent.hidden = {
            task: hidden if hidden is ascent.words else hidden.detach() for task, hidden in ascent.hidden.items()
        }

    def parameters_of(self, levels: Sequence[int], tasks: Collection[str] = ()) -> list[str]:
        """Return the prefixes of the names of the parameters that climbing these levels for some tasks uses."""
        prefixes = ["words."]
        for level in levels:
            stitched = [str(higher) for higher in levels if higher >= level and str(higher) in self.stitches]
            own = [task for task in self.climbing(level) if task in tasks or not tasks]
            if stitched:  # what a column does here, the others read further up
                own = sorted({*own, *self.climbing(min(map(int, stitched)))}, key=list(self.columns).index)
            if str(level) in self.gates:
                prefixes += [f"levels.{level - 1}.", *(f"gates.{level}.{task}." for task in own)]
                continue
            split = level in self.sharing
            prefixes += [f"levels.{level - 1}.{task}." for task in own] if split else [f"levels.{level - 1}."]
            prefixes += [f"stitches.{level}."] if str(level) in self.stitches else []
        return prefixes
