"""The network of a segmenter: an encoder of atoms of its own, beside the climb, that shares no weight with it.

The equations stand in `jmt.segmentation.convolutions`, which computes the same on arrays: training is done here,
annotating there.  Shapes: B stretches, N atoms, K traits, H hidden, L borders and expansions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor, nn
from torch.nn import functional

from jmt.cascade.splitting import trained_segmenter
from jmt.cascade.symbols.examples import Gold, Words
from jmt.cascade.symbols.labels import IGNORED, LabelSet
from jmt.cascade.task_config import SegmenterConfig
from jmt.network.layers.dropout import Dropout
from jmt.segmentation.atoms import Spacing
from jmt.segmentation.labels import BORDERS, NOT_SAID, read_label
from jmt.segmentation.learned import LearnedSegmenter
from jmt.segmentation.stretches import parted
from jmt.segmentation.traits import MOST_TRAITS, traits_of

_NO_TRAIT = 0
_FIRST_VECTORS = 0.1
"""Standard deviation of the vectors of traits at first: an atom is the sum of about ten."""


@dataclass(frozen=True)
class AtomBatch:
    """B stretches padded to N atoms."""

    traits: Tensor
    """(B, N, K) rows of the traits of each atom; 0 stands for none."""
    before: Tensor
    """(B, N) spacing before each atom."""
    behind: Tensor
    """(B, N) spacing behind it."""
    mask: Tensor
    """(B, N) bool, True = atom."""

    @property
    def word_ids(self) -> Tensor:
        """(0,): it reads no row of the tables of words and n-grams."""
        return self.traits.new_empty(0)

    @property
    def ngram_ids(self) -> Tensor:
        """(0,): the same."""
        return self.traits.new_empty(0)

    def of_corpora(self, numbers: Sequence[int]) -> AtomBatch:
        """Return the batch as it is: raw text is split the same way whatever corpus it is from."""
        return self

    def to(self, device: torch.device | str) -> AtomBatch:
        """Return the batch on another device."""
        parts = (self.traits, self.before, self.behind, self.mask)
        return AtomBatch(*(part.to(device) for part in parts))


class SegmenterNetwork(nn.Module):
    """Dilated convolutions over the traits of atoms; a body and its head in one, since nothing else stands on it."""

    likelihood = "softmax"

    def __init__(self, config: SegmenterConfig, expansions: LabelSet) -> None:
        super().__init__()
        self.config, self.labels = config, expansions
        size, hidden = config.trait_size, config.hidden_size
        self.traits = nn.Embedding(config.trait_rows, size, padding_idx=_NO_TRAIT)
        self.spacings = nn.Embedding(len(Spacing), config.spacing_size)
        self.enter = nn.Linear(size + 2 * config.spacing_size, hidden)
        self.layers = nn.ModuleList(
            nn.Conv1d(hidden, hidden, 3, padding=dilation, dilation=dilation) for dilation in config.dilations
        )
        self.leave = nn.Linear(2 * hidden, len(BORDERS) + len(expansions))
        self.dropout, self.trait_dropout = Dropout(config.dropout), Dropout(config.trait_dropout)
        nn.init.normal_(self.traits.weight, std=_FIRST_VECTORS)
        with torch.no_grad():
            self.traits.weight[_NO_TRAIT] = 0

    @property
    def heads(self) -> dict[str, SegmenterNetwork]:
        """What scores become by task: itself."""
        return {self.config.name: self}

    def build_batch(self, sentences: Sequence[Words], *, pairs: bool = False) -> AtomBatch:
        """Pad stretches (rows of atoms, `jmt.segmentation.stretches`) to a batch."""
        width = max(map(len, sentences))
        traits = torch.zeros(len(sentences), width, MOST_TRAITS, dtype=torch.int64)
        before = torch.full((len(sentences), width + 1), int(Spacing.PARAGRAPH))
        mask = torch.zeros(len(sentences), width, dtype=torch.bool)
        for row, items in enumerate(sentences):
            atoms = [parted(item) for item in items]
            traits[row, : len(items)] = torch.tensor([_filled(form, self.config.trait_rows) for _, form in atoms])
            before[row, : len(items)] = torch.tensor([int(spacing) for spacing, _ in atoms])
            mask[row, : len(items)] = True
        return AtomBatch(traits, before[:, :-1], before[:, 1:], mask)

    def forward(self, atoms: AtomBatch, tasks: Iterable[str]) -> dict[str, Tensor]:
        """Return the scores (B, N, L) of its one task."""
        real = atoms.mask.unsqueeze(-1)
        vectors = self.traits(atoms.traits)  # (B, N, K, size)
        kept = self.trait_dropout(torch.ones_like(vectors[..., :1])) if self.training else 1.0
        around = self.spacings(torch.stack([atoms.before, atoms.behind], dim=-1)).flatten(-2)
        entered = torch.relu(self.enter(self.dropout(torch.cat([(vectors * kept).sum(dim=2), around], dim=-1)))) * real
        hidden = entered
        for layer in self.layers:
            found = layer(self.dropout(hidden).transpose(1, 2)).transpose(1, 2)
            hidden = hidden + torch.relu(found) * real
        scores = self.leave(self.dropout(torch.cat([hidden, entered], dim=-1)))
        return dict.fromkeys(tasks, scores)

    def encode_gold(self, golds: Sequence[Gold], width: int) -> Tensor:
        """Return borders and expansions (B, N, 2), `IGNORED` at padding, where nothing is said, and if unknown."""
        encoded = torch.full((len(golds), width, 2), IGNORED)
        for row, gold in enumerate(golds):
            said = [self._encode(text) for text in gold]  # type: ignore[union-attr]
            encoded[row, : len(said)] = torch.tensor(said)
        return encoded

    def _encode(self, text: str) -> tuple[int, int]:
        if text == NOT_SAID:
            return IGNORED, IGNORED
        label = read_label(text)
        return label.border, self.labels.index(label.expansion)

    def loss(self, scores: Tensor, gold: Tensor, mask: Tensor) -> Tensor:
        """Return the summed negative log-likelihood of borders and expansions."""
        parts = scores.tensor_split([len(BORDERS)], dim=-1)
        losses = [
            functional.cross_entropy(part.flatten(0, 1), said.flatten(), ignore_index=IGNORED, reduction="sum")
            for part, said in zip(parts, gold.unbind(dim=-1), strict=True)
        ]
        return losses[0] + losses[1]

    def trained(self) -> LearnedSegmenter:
        """Return the segmenter that computes with these weights as they are now."""
        weights = {name: weight.detach().cpu().numpy().copy() for name, weight in self.state_dict().items()}
        return trained_segmenter(self.config, self.labels.labels, weights)


@lru_cache(maxsize=2**16)  # the same atoms come in every epoch
def _filled(form: str, rows: int) -> tuple[int, ...]:
    """Return the rows of an atom's traits, filled up with none to as many as an atom can have."""
    found = traits_of(form, rows)
    return (*found, *[_NO_TRAIT] * (MOST_TRAITS - len(found)))
