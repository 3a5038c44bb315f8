"""A segmenter whose tokens may stand for several words, as a learned one's do, from a table of a few."""

from __future__ import annotations

import re

from jmt.segmentation import Segmenter, SurfaceToken, words_of

FUSED = {
    "du": ("de", "le"),
    "aux": ("à", "les"),
    "don't": ("do", "n't"),
    "cannot": ("can", "not"),
    "στο": ("σ", "το"),
    "dámelo": ("da", "me", "lo"),
}
"""What is written, and the words it stands for: some make it up letter by letter, others do not."""

_TOKEN = re.compile(r"[\w'’-]+|[^\w\s\x00-\x1f\x7f-\x9f]|\d+(?: \d+)+")
_SENTENCE_END = frozenset(".!?")


class FusedSegmenter(Segmenter):
    """Splits at white space and signs, without spaCy; a sentence ends with `.`, `!` or `?`."""

    @property
    def name_and_version(self) -> str:
        return "fused-1"

    def tokenize(self, text: str) -> list[str]:
        return [word for sentence in self.segment(text) for word in words_of(sentence)]

    def segment(self, text: str) -> list[list[SurfaceToken]]:
        sentences: list[list[SurfaceToken]] = [[]]
        for found in _TOKEN.finditer(text):
            form = found.group()
            sentences[-1].append(SurfaceToken(form, found.start(), found.end(), FUSED.get(form, ())))
            if form in _SENTENCE_END:
                sentences.append([])
        return [sentence for sentence in sentences if sentence]
