"""The paper's body: one bi-LSTM per level (sections 2.1 to 2.6 of Hashimoto et al. 2017)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from jmt.cascade.encoder_config import BiLSTMConfig, LevelInputs, WordsConfig
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.network.batches.batching import SentenceBatch, build_batch
from jmt.network.batches.rows import first_rows
from jmt.network.layers.level import Level
from jmt.network.layers.word_representation import WordRepresentation


@dataclass(slots=True)
class Ascent:
    """How far a batch has climbed."""

    sentences: SentenceBatch
    words: Tensor
    """x, (B, T, word + n-gram size)."""
    hidden: Tensor
    """h of the level reached last, (B, T, 2H); at first x."""


class BiLSTMEncoder(nn.Module):
    """g_t^(l) = [h_t^(l-1) ; x_t ; sum of label embeddings], h^(l) = bi-LSTM(g^(l)) (eq. 1)."""

    source = None

    def __init__(self, config: BiLSTMConfig, lexicon: Lexicon, levels: Sequence[LevelInputs]) -> None:
        super().__init__()
        self.lexicon = lexicon
        self.size = 2 * config.hidden_size
        self.words = build_words(config, lexicon)
        self.levels = nn.ModuleList(
            build_level(config, number, inputs, self.words.size) for number, inputs in enumerate(levels)
        )

    def build_batch(self, sentences: Sequence[Sequence[str]], *, pairs: bool = False) -> SentenceBatch:
        """Pad sentences to a batch; two sentences of a pair are read one by one in any case."""
        return build_batch(sentences, self.lexicon)

    def measure(self, sentence: Sequence[str]) -> int:
        """Return how long a sentence is: the number of its words."""
        return len(sentence)

    def start(self, sentences: SentenceBatch, tasks: Collection[str] = ()) -> Ascent:
        """Look the words up for some tasks; nothing is climbed yet."""
        words = self.words(sentences)
        return Ascent(sentences, words, words)

    def climb(self, ascent: Ascent, level: int, label_embeddings: Sequence[Tensor]) -> Tensor:
        """Return the hidden states (B, T, 2H) of the next level, 1 = lowest, from (B, T, D) label embeddings."""
        ascent.hidden = self.levels[level - 1](ascent.hidden, ascent.words, label_embeddings, ascent.sentences)
        return ascent.hidden

    def keep_rows(self, ascent: Ascent, rows: int) -> None:
        """Let only the first `rows` sentences climb on."""
        ascent.sentences = ascent.sentences.keep_rows(rows)
        ascent.words, ascent.hidden = first_rows((ascent.words, ascent.hidden), rows)

    def of_task(self, hidden: Tensor, task: str) -> Tensor:
        """Return what the head of a task reads of the hidden states of its level: all tasks of a level the same."""
        return hidden

    def cut(self, ascent: Ascent) -> None:
        """Let no gradient of higher levels pass to the levels climbed so far; words are not cut off."""
        if ascent.hidden is not ascent.words:
            ascent.hidden = ascent.hidden.detach()

    def parameters_of(self, levels: Sequence[int], tasks: Collection[str] = ()) -> list[str]:
        """Return the prefixes of the names of the parameters that climbing these levels for some tasks uses."""
        return ["words.", *(f"levels.{level - 1}." for level in levels)]


def build_words(config: WordsConfig, lexicon: Lexicon) -> WordRepresentation:
    """Build x, what every body reads of words."""
    return WordRepresentation(
        lexicon,
        word_size=config.word_size,
        ngram_size=config.ngram_size,
        word_dropout=config.word_dropout,
        corpora=len(config.corpus_vectors),
    )


def build_level(config: BiLSTMConfig, number: int, inputs: LevelInputs, words: int) -> Level:
    """Build a level, `number` of them below it; `words` is the size of x."""
    return Level(
        below=2 * config.hidden_size if number and config.vertical else 0,
        words=words if not number or config.shortcut else 0,
        labels=config.label_size if inputs.labels else 0,
        hidden_size=config.hidden_size,
        vertical_dropout=config.vertical_dropout,
        input_dropout=inputs.dropout,
    )
