"""The joint many-task model: one network that climbs from words to meaning.

Every level reads the level below, the words again (shortcut), and what lower tasks predicted (label embeddings):

    g_t^(l) = [ h_t^(l-1) ; x_t ; sum of y_t over the tasks it reads ]        h^(l) = bi-LSTM(g^(l))      (eq. 1)
    y_t = sum over labels j of p(j | h_t) l(j)                                                            (eq. 2)

Equation numbers are those of Hashimoto et al., EMNLP 2017.  Shapes: B batch, T tokens, H hidden, L labels, P pairs.
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
        self.hidden = nn.Identity()
        """What every level's hidden states pass through: forward hooks on it see them."""
        inputs = [self._level_inputs(level) for level in range(1, config.levels + 1)]
        columns = {name: task.level for name, task in config.tasks.items()}
        self.encoder = build_encoder(config.encoder, lexicon, inputs, pretrained, columns, config.split_levels)
        self.heads = nn.ModuleDict({task: self._build_head(task) for task in config.tasks})
        self.segmenter = SegmenterNetwork(config.segmenter, labels[config.segmenter.name]) if config.segmenter else None
        """What splits raw text; a body of its own beside the climb."""
        read = {read.task for task in config.tasks.values() for read in task.reads}
        self.label_embeddings = nn.ModuleDict(
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
        """Climb as high as the tasks need and return the scores of each of them.

        Tasks that others read are scored on the way.  Pair tasks take a batch that holds P first sentences above
        their P second ones, 2P rows in all.  `tops` holds the highest level that each row has to reach, falling from
        row to row: rows stay behind above it, and scores are those of the first rows, which did climb so far.
        """
        wanted = list(tasks)
        needed = self.config.needed(wanted)
        ascent = self.encoder.start(sentences, needed)  # x; nothing is climbed yet
        scores: dict[str, Any] = {}
        finished: dict[str, Any] = {}
        for step in climb(self.config, needed, tops):
            if step.rows is not None and step.rows < len(sentences.mask):
                self.encoder.keep_rows(ascent, step.rows)
                sentences, scores = ascent.sentences, first_rows(scores, step.rows)
            width = sentences.mask.size(1)
            labels = [self.embed_words(read, scores, width) for read in step.reads]  # y, (B, T, D) each
            if step.cut:
                self.encoder.cut(ascent)
            hidden = self.hidden(self.encoder.climb(ascent, step.level, labels))  # h, (B, T, H)
            for task in step.tasks:
                own = self.encoder.of_task(hidden, task)
                finished[task] = scores[task] = self.score(task, own, sentences.mask, scores)
        return {task: finished[task] for task in wanted}

    def score(self, task: str, hidden: Tensor, mask: Tensor, lower: Mapping[str, Any]) -> Any:
        """Return one head's scores from its level's hidden states; pair heads see both sentences of every pair."""
        if not is_pair(self.config.tasks[task]):
            return self.heads[task].score(hidden, mask)
        labels = [self.embed_labels(read, lower) for read in self.config.pair_reads(task)]  # (P, D) each
        return self.heads[task].score(hidden, mask, labels)

    def embed_words(self, read: Read, scores: Mapping[str, Any], width: int) -> Tensor:
        """Return the embedding of a lower task for every word, (B, T, D); what is said of a sentence goes to all."""
        return self.embed_labels(read, scores).expand(-1, width, -1)

    def embed_labels(self, read: Read, scores: Mapping[str, Any]) -> Tensor:
        """Return what a lower task predicts as an embedding (eq. 2), cut from its gradient where the edge says so."""
        signal = self.heads[read.task].signal(scores[read.task])
        if read.gradient != "flow":
            signal = tuple(part.detach() for part in signal)
        embedded: Tensor = self.label_embeddings[read.task](*signal)
        return embedded

    @property
    def cascade(self) -> Cascade:
        """What it is apart from its weights."""
        return Cascade(self.config, self.lexicon, self.labels, self.encoder.source)

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
