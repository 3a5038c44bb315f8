"""The joint many-task model: one network that climbs from words to meaning.

Every level reads the level below, the words again (shortcut), and what lower tasks predicted (label embeddings):

    g_t^(l) = [ h_t^(l-1) ; x_t ; sum of y_t over the tasks it reads ]        h^(l) = bi-LSTM(g^(l))      (eq. 1)
    y_t = sum over labels j of p(j | h_t) l(j)                                                            (eq. 2)

Equation numbers are those of Hashimoto et al., EMNLP 2017.  Shapes: B batch, T tokens, H hidden, L labels, P pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from torch import Tensor, nn

from jmt.cascade import ModelConfig, is_pair
from jmt.data.batching import SentenceBatch
from jmt.data.labels import LabelSet
from jmt.data.lexicon import Lexicon
from jmt.heads import KINDS
from jmt.heads.base import Head, HeadSizes, Read
from jmt.layers.label_embedding import LabelEmbedding
from jmt.layers.level import Level
from jmt.layers.pooling import max_pool
from jmt.layers.word_representation import WordRepresentation


class JointModel(nn.Module):
    """Words, one `Level` per level, one head per task, one label embedding per task that another one reads."""

    heads: Any  # a ModuleDict of `Head`; torch types its entries as plain modules

    def __init__(self, config: ModelConfig, lexicon: Lexicon, labels: Mapping[str, LabelSet]) -> None:
        super().__init__()
        self.config, self.lexicon, self.labels = config, lexicon, dict(labels)
        encoder = config.encoder
        self.words = WordRepresentation(
            lexicon,
            word_size=encoder.word_size,
            ngram_size=encoder.ngram_size,
            word_dropout=encoder.word_dropout,
        )
        self.levels = nn.ModuleList(self._build_level(level) for level in range(1, config.levels + 1))
        self.heads = nn.ModuleDict({task: self._build_head(task) for task in config.tasks})
        read = {read.task for task in config.tasks.values() for read in task.reads}
        self.label_embeddings = nn.ModuleDict(
            {task: LabelEmbedding(len(labels[task]), encoder.label_size) for task in config.tasks if task in read}
        )

    def _build_level(self, level: int) -> Level:
        encoder = self.config.encoder
        return Level(
            below=2 * encoder.hidden_size if level > 1 and encoder.vertical else 0,
            words=self.words.size if level == 1 or encoder.shortcut else 0,
            labels=encoder.label_size if self.config.reads_at(level) else 0,
            hidden_size=encoder.hidden_size,
            vertical_dropout=encoder.vertical_dropout,
            input_dropout=self.config.input_dropout(level),
        )

    def _build_head(self, task: str) -> Head:
        config, encoder = self.config.tasks[task], self.config.encoder
        sizes = HeadSizes(2 * encoder.hidden_size, encoder.label_size, len(self.config.pair_reads(task)))
        return KINDS[config.kind](config, self.labels[task], sizes)  # type: ignore[arg-type]

    def forward(self, sentences: SentenceBatch, tasks: Iterable[str]) -> dict[str, Any]:
        """Climb as high as the tasks need and return the scores of each of them.

        Tasks that others read are scored on the way.  Pair tasks take a batch that holds P first sentences above
        their P second ones, 2P rows in all.
        """
        wanted = list(tasks)
        needed = self.config.needed(wanted)
        words = self.words(sentences)  # x, (B, T, word + n-gram size)
        hidden = words
        scores: dict[str, Any] = {}
        for level in self.config.levels_of(needed):
            labels = [self.embed_labels(read, scores) for read in self.config.reads_at(level)]  # y, (B, T, D) each
            hidden = self.levels[level - 1](hidden, words, labels, sentences)  # h, (B, T, 2H)
            for task in self.config.tasks_at(level):
                if task in needed:
                    scores[task] = self.score(task, hidden, sentences.mask, scores)
        return {task: scores[task] for task in wanted}

    def score(self, task: str, hidden: Tensor, mask: Tensor, lower: Mapping[str, Any]) -> Any:
        """Return one head's scores from its level's hidden states; pair heads see both sentences pooled (eq. 4)."""
        if not is_pair(self.config.tasks[task]):
            return self.heads[task].score(hidden, mask)
        first, second = max_pool(hidden, mask).chunk(2)  # (P, 2H) each
        labels = [self.embed_labels(read, lower) for read in self.config.pair_reads(task)]  # (P, D) each
        return self.heads[task].score(first, second, labels)

    def embed_labels(self, read: Read, scores: Mapping[str, Any]) -> Tensor:
        """Return what a lower task predicts as an embedding (eq. 2), cut from its gradient where the edge says so."""
        probabilities = self.heads[read.task].probabilities(scores[read.task])
        if read.gradient == "stop":
            probabilities = probabilities.detach()
        embedded: Tensor = self.label_embeddings[read.task](probabilities)
        return embedded

    @property
    def token_tasks(self) -> list[str]:
        """Tasks about single sentences, lowest first as configured."""
        return [name for name, task in self.config.tasks.items() if not is_pair(task)]

    @property
    def pair_tasks(self) -> list[str]:
        """Tasks about pairs of sentences."""
        return [name for name, task in self.config.tasks.items() if is_pair(task)]
