"""Bi-LSTMs of which some levels are not shared: from the lowest of those up, every task climbs a column of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from torch import Tensor, nn

from jmt.data.batching import SentenceBatch
from jmt.data.lexicon import Lexicon
from jmt.encoders.bilstm import BiLSTMEncoder
from jmt.encoders.config import BiLSTMConfig, LevelInputs, LevelSharing
from jmt.layers.cross_stitch import CrossStitch

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
    """A stack in which a level is one bi-LSTM for all tasks (hard), or one per task (soft, cross_stitch).

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
        for level in self.sharing:
            copies = {task: self._build_level(level - 1, levels[level - 1]) for task in self.climbing(level)}
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
        module = self.levels[level - 1]
        climbing = [task for task in self.climbing(level) if task in ascent.tasks]
        for task in climbing:
            own = module[task] if isinstance(module, nn.ModuleDict) else module
            ascent.hidden[task] = own(ascent.hidden[task], ascent.words, label_embeddings, ascent.sentences)
        if str(level) in self.stitches:
            mixed = self.stitches[str(level)]([ascent.hidden[task] for task in climbing])
            ascent.hidden.update(zip(climbing, mixed, strict=True))
        return {task: ascent.hidden[task] for task in climbing}

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
            split = level in self.sharing
            prefixes += [f"levels.{level - 1}.{task}." for task in own] if split else [f"levels.{level - 1}."]
            prefixes += [f"stitches.{level}."] if str(level) in self.stitches else []
        return prefixes
