"""Evaluation sentences in training data: what makes two sentences the same, and training examples without them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from jmt.cascade.symbols.examples import Words
from jmt.errors import CorpusError

_FINAL_SIGNS = frozenset(".!?")

Form = tuple[str, ...]
Leaks = Literal["any", "across"]
"""Whose evaluation sentences are kept out of a corpus's training examples: all, or only those of the other corpora."""


def normal_form(words: Sequence[str]) -> Form:
    """Return what two mentions of the same sentence have in common: words in lower case, without final signs."""
    end = len(words)
    while end > 1 and words[end - 1] in _FINAL_SIGNS:
        end -= 1
    return tuple(word.lower() for word in words[:end])


def letters_of(words: Sequence[str]) -> str:
    """Return what a sentence keeps however it is divided into words, spaced, quoted and cased: letters and digits.

    Text from elsewhere has other words than a treebank, and curly quotes.  Signs alone stay as they are.
    """
    text = unicodedata.normalize("NFKC", "".join(words)).casefold()
    return "".join(sign for sign in text if unicodedata.category(sign)[0] not in "PZC") or text


class EvaluationSentences:
    """The sentences of all evaluation splits in use, by the corpus that evaluates on them."""

    def __init__(self, leaks: Leaks = "any") -> None:
        self.leaks = leaks
        self._forms: dict[str, set[Form]] = {}

    def add(self, corpus: str, items: Iterable[Words | tuple[Words, Words]]) -> None:
        """Take in the sentences, or both sentences of the pairs, of an evaluation split."""
        forms = self._forms.setdefault(corpus, set())
        for item in items:
            forms.update(map(normal_form, item if isinstance(item, tuple) else (item,)))

    def free_of_them(self, corpus: str, items: Sequence[Words] | Sequence[tuple[Words, Words]]) -> list[int]:
        """Return the places of the training examples of a corpus that have no sentence of an evaluation split.

        Raises:
            CorpusError: there is none.
        """
        found = [self._evaluating(corpus, item) for item in items]
        kept = [place for place, names in enumerate(found) if not names]
        if found and not kept:
            evaluated = Counter(name for names in found for name in names)
            most = max(evaluated, key=lambda name: evaluated[name])
            raise CorpusError(
                f"{corpus}: each of its {len(items):,} training examples has a sentence of an evaluation split "
                f"({most}: {evaluated[most]:,}), so that none can be learned from beside other corpora: is its train "
                "the file of that split? Name another file, or leave the corpus out"
            )
        return kept

    def _evaluating(self, corpus: str, item: Words | tuple[Words, Words]) -> list[str]:
        """Return the corpora that evaluate on a sentence, or on one of the two, of a training example of `corpus`."""
        forms = [normal_form(words) for words in (item if isinstance(item, tuple) else (item,))]
        return [
            name
            for name, known in self._forms.items()
            if not (self.leaks == "across" and name == corpus) and any(form in known for form in forms)
        ]
