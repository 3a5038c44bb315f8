"""The joint many-task model: one network that climbs from words to meaning.

`jmt.cascade.climb` has the climb and its equations; here is what it takes, in torch: hidden states h, label
embeddings y and the scores of tasks.  Shapes: B batch, T tokens, H hidden, L labels, P pairs, D label embeddings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from jmt.cascade.cascade import Cascade
from jmt.cascade.climb import climb
from jmt.cascade.config import ModelConfig
from jmt.cascade.encoder_config import LevelInputs
from jmt.cascade.kinds import is_pair
from jmt.cascade.pretrained import Pretrained
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.cascade.task_config import Read
from jmt.network.batches.batching import SentenceBatch
from jmt.network.batches.rows import first_rows
from jmt.network.by_name import ModulesByName
from jmt.network.encoders import Encoder, build_encoder
from jmt.network.heads import HEADS
from jmt.network.heads.base import Head, HeadSizes
from jmt.network.segmenter import AtomBatch, SegmenterNetwork

Batch = SentenceBatch | AtomBatch
"""What a body computes at once."""


class JointModel(nn.Module):
    """An encoder with a level for every level, one head per task, a label embedding per task that another one reads."""

    encoder: Encoder[Any, Any]  # whose ascent and hidden states are its own affair
    heads: Any  # a ModuleDict of `Head`; torch types its entries as plain modules

    def __init__(
        self,
        config: ModelConfig,
        lexicon: Lexicon,
        labels: Mapping[str, LabelSet],
        pretrained: Pretrained | None = None,
    ) -> None:
        super().__init__()
        self.config, self.lexicon, self.labels = config, lexicon, dict(labels)
        self.temperatures: Mapping[str, float] = {}
        """As in `Cascade`: of the confidences alone, so that training begins without them."""
        self.hidden = nn.Identity()
        """What every level's hidden states pass through: forward hooks on it see them."""
        inputs = [self._level_inputs(level) for level in range(1, config.levels + 1)]
        columns = {name: task.level for name, task in config.tasks.items()}
        self.encoder = build_encoder(config.encoder, lexicon, inputs, pretrained, columns, config.split_levels)
        self.heads = ModulesByName({task: self._build_head(task) for task in config.tasks})
        self.segmenter = SegmenterNetwork(config.segmenter, labels[config.segmenter.name]) if config.segmenter else None
        """What splits raw text; a body of its own beside the climb."""
        read = {read.task for task in config.tasks.values() for read in task.reads}
        self.label_embeddings = ModulesByName(
            {task: self.heads[task].build_embedding(config.encoder.label_size) for task in config.tasks if task in read}
        )

    def _level_inputs(self, level: int) -> LevelInputs:
        config = self.config
        return LevelInputs(bool(config.reads_at(level)), config.input_dropout(level), config.serves_pairs(level))

    def _build_head(self, task: str) -> Head:
        config = self.config.tasks[task]
        sizes = HeadSizes(self.encoder.size, self.config.encoder.label_size, len(self.config.pair_reads(task)))
        return HEADS[config.kind](config, self.labels[task], sizes)

    def body_of(self, tasks: Collection[str]) -> JointModel | SegmenterNetwork:
        """Return what computes tasks that are trained together: the climb, or the segmenter beside it."""
        if self.segmenter is not None and self.segmenter.config.name in tasks:
            return self.segmenter
        return self

    def build_batch(self, sentences: Sequence[Sequence[str]], *, pairs: bool = False) -> SentenceBatch:
        """Pad sentences to a batch; of `pairs`, P first sentences are followed by P second ones."""
        return self.encoder.build_batch(sentences, pairs=pairs)

    def forward(
        self, sentences: SentenceBatch, tasks: Iterable[str], tops: Sequence[int] | None = None
    ) -> dict[str, Any]:
        """Climb as high as the tasks need and return the scores of each of them, as `jmt.cascade.climb` does.

        Pair tasks take a batch that holds P first sentences above their P second ones, 2P rows in all.
        """
        return climb(self, sentences, tasks, tops)

    def start(self, batch: SentenceBatch, tasks: Collection[str]) -> Any:
        """Look up x for some tasks; nothing is climbed yet."""
        return self.encoder.start(batch, tasks)

    def keep_rows(self, ascent: Any, rows: int) -> None:
        """Let only the first `rows` sentences climb on."""
        self.encoder.keep_rows(ascent, rows)

    def cut(self, ascent: Any) -> None:
        """Let no gradient of higher levels pass to the levels climbed so far."""
        self.encoder.cut(ascent)

    def climb(self, ascent: Any, level: int, labels: Sequence[Tensor]) -> Any:
        """Return h of the next level, (B, T, H), from the (B, T, D) label embeddings of what it reads."""
        return self.hidden(self.encoder.climb(ascent, level, labels))

    def score(self, task: str, hidden: Any, batch: SentenceBatch, labels: Sequence[Tensor]) -> Any:
        """Return one head's scores from its level's hidden states; pair heads see both sentences of every pair."""
        own, mask = self.encoder.of_task(hidden, task), batch.mask
        if not is_pair(self.config.tasks[task]):
            return self.heads[task].score(own, mask)
        return self.heads[task].score(own, mask, labels)

    def embed_words(self, read: Read, scores: Any, batch: SentenceBatch) -> Tensor:
        """Return y of a lower task for every word, (B, T, D); what is said of a sentence goes to all its words."""
        return self.embed_labels(read, first_rows(scores, batch.rows)).expand(-1, batch.mask.size(1), -1)

    def embed_labels(self, read: Read, scores: Any) -> Tensor:
        """Return what a lower task predicts as an embedding (eq. 2), cut from its gradient where the edge says so."""
        signal = self.heads[read.task].signal(scores)
        if read.gradient != "flow":
            signal = tuple(part.detach() for part in signal)
        embedded: Tensor = self.label_embeddings[read.task](*signal)
        return embedded

    @property
    def cascade(self) -> Cascade:
        """What it is apart from its weights."""
        return Cascade(self.config, self.lexicon, self.labels, self.encoder.source, self.temperatures)

    @property
    def metrics(self) -> dict[str, str]:
        """The name of the metric that measures each task."""
        return self.cascade.metrics

    @property
    def token_tasks(self) -> list[str]:
        """Tasks about single sentences, lowest first as configured."""
        return self.cascade.token_tasks

    @property
    def pair_tasks(self) -> list[str]:
        """Tasks about pairs of sentences."""
        return self.cascade.pair_tasks
