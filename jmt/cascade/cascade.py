"""A trained cascade apart from its weights: what every engine builds its network from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jmt.cascade.config import ModelConfig
from jmt.cascade.encoder_config import BiLSTMConfig
from jmt.cascade.kinds import is_pair, metric_of
from jmt.cascade.pretrained import Pretrained
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.errors import InputError


@dataclass(frozen=True, slots=True)
class Cascade:
    """Configuration and symbols."""

    config: ModelConfig
    lexicon: Lexicon
    """Words and n-grams, in the order of their rows in the weights."""
    labels: Mapping[str, LabelSet]
    """Of every task."""
    pretrained: Pretrained | None = None
    """Of a transformer: the encoder that it was built on."""
    temperatures: Mapping[str, float] = field(default_factory=dict)
    """Of calibrated tasks: what their scores are divided by where confidences are made of them; of others it is 1."""

    @property
    def metrics(self) -> dict[str, str]:
        """The name of the metric that measures each task."""
        return {name: metric_of(task) for name, task in self.config.tasks.items()}

    @property
    def hidden_size(self) -> int:
        """H, the size of a word's hidden state on every level."""
        if self.pretrained is not None:
            return self.pretrained.size
        assert isinstance(self.config.encoder, BiLSTMConfig)
        return 2 * self.config.encoder.hidden_size

    @property
    def segmenter(self) -> str | None:
        """The name of the task that splits raw text, where that was learned."""
        return self.config.segmenter.name if self.config.segmenter else None

    def corpus_number(self, corpus: str) -> int:
        """Return the number of a corpus among those that have a vector, 1 = first; 0 of none, which is named ''.

        Raises:
            InputError: a corpus that has no vector, naming those that do.
        """
        [number] = self.config.encoder.corpus_numbers([corpus])
        if corpus and not number:
            known = ", ".join(self.config.encoder.corpus_vectors)
            raise InputError(
                f"the model tells no corpus {corpus[:50]!a} from others; "
                + (
                    f"those that it does: {known}; for any other, leave it out"
                    if known
                    else "it tells none: leave it out"
                )
            )
        return number

    @property
    def token_tasks(self) -> list[str]:
        """Tasks about single sentences, their words or the whole, lowest first as configured."""
        return [name for name, task in self.config.tasks.items() if not is_pair(task)]

    @property
    def pair_tasks(self) -> list[str]:
        """Tasks about pairs of sentences."""
        return [name for name, task in self.config.tasks.items() if is_pair(task)]
