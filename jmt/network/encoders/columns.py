"""Bi-LSTMs of which some levels are not shared: from the lowest of those up, every task climbs a column of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from torch import Tensor, nn

from jmt.cascade.encoder_config import BiLSTMConfig, LevelInputs, LevelSharing
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.batches.batching import SentenceBatch, build_batch
from jmt.network.batches.rows import first_rows
from jmt.network.by_name import ModulesByName
from jmt.network.encoders.bilstm import build_level, build_words
from jmt.network.encoders.cross_stitch import CrossStitch
from jmt.network.encoders.expert_mixture import ExpertGate
from jmt.network.layers.level import Level

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


class ColumnEncoder(nn.Module):
    """A stack in which a level is one bi-LSTM for all tasks (hard), one per task or group of tasks, or experts.

    A task's column ends at the task's level.  A hard level reads every column by itself, with the same weights.
    Columns that stitches join are all climbed for every batch, whatever its tasks: otherwise nothing would be mixed.
    """

    source = None

    def __init__(
        self,
        config: BiLSTMConfig,
        lexicon: Lexicon,
        levels: Sequence[LevelInputs],
        columns: Mapping[str, int],
        sharing: Mapping[int, LevelSharing],
    ) -> None:
        super().__init__()
        self.lexicon = lexicon
        self.size = 2 * config.hidden_size
        self.columns, self.sharing = dict(columns), dict(sharing)
        self.words = build_words(config, lexicon)

        def build(number: int) -> Level:
            return build_level(config, number, levels[number], self.words.size)

        # All levels first, then the copies: a seed gives the shared ones the weights that it gives a plain stack.
        stack: list[nn.Module] = [build(number) for number in range(len(levels))]
        for level, how in self.sharing.items():
            tasks = dict.fromkeys(map(how.copy_of, self.climbing(level)))
            names = map(str, range(how.experts)) if how.kind == "experts" else tasks
            stack[level - 1] = ModulesByName({name: build(level - 1) for name in names})
        self.levels = nn.ModuleList(stack)
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
                f"{level}": ModulesByName(
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

    def build_batch(self, sentences: Sequence[Sequence[str]], *, pairs: bool = False) -> SentenceBatch:
        """Pad sentences to a batch; two sentences of a pair are read one by one in any case."""
        return build_batch(sentences, self.lexicon)

    def measure(self, sentence: Sequence[str]) -> int:
        """Return how long a sentence is: the number of its words."""
        return len(sentence)

    def start(self, sentences: SentenceBatch, tasks: Collection[str] = ()) -> ColumnAscent:
        """Look the words up; nothing is climbed yet."""
        words = self.words(sentences)
        needed = list(self.columns) if self.stitches or not tasks else tasks
        return ColumnAscent(sentences, words, needed, dict.fromkeys(needed, words))

    def climb(self, ascent: ColumnAscent, level: int, label_embeddings: Sequence[Tensor]) -> Hidden:
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
            return run(module[self.sharing[level].copy_of(task)], below)
        gates = self.gates[str(level)]
        assert isinstance(gates, nn.ModuleDict)
        mixed: Tensor = gates[task](below, [run(expert, below) for expert in module.values()])
        return mixed

    def keep_rows(self, ascent: ColumnAscent, rows: int) -> None:
        """Let only the first `rows` sentences climb on."""
        ascent.sentences = ascent.sentences.keep_rows(rows)
        ascent.words, ascent.hidden = first_rows((ascent.words, ascent.hidden), rows)

    def of_task(self, hidden: Hidden, task: str) -> Tensor:
        """Return the hidden states of a task's column."""
        return hidden[task]

    def cut(self, ascent: ColumnAscent) -> None:
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
            copies = dict.fromkeys(map(self.sharing[level].copy_of, own)) if level in self.sharing else None
            prefixes += (
                [f"levels.{level - 1}."] if copies is None else [f"levels.{level - 1}.{name}." for name in copies]
            )
            prefixes += [f"stitches.{level}."] if str(level) in self.stitches else []
        return prefixes
