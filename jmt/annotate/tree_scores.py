"""The trees that stand in sentences, as a parser is asked how probable they are."""

from __future__ import annotations

from operator import index

from jmt.annotate.task_choice import known_tasks
from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.values import Tree
from jmt.document import Sentence
from jmt.errors import InputError


def parser_of(config: ModelConfig, task: str | None) -> str:
    """Return the parser that is meant, the lowest where none is named; raises InputError where there is none."""
    parsers = [name for name, told in config.tasks.items() if told.kind == "parser"]
    if not parsers:
        raise InputError(f"score_trees: this model has no parser, only {', '.join(config.tasks) or 'a segmenter'}")
    return parsers[0] if task is None else known_tasks([task], parsers)[0]


def given_tree(sentence: Sentence, number: int) -> Tree:
    """Return the tree of a sentence; raises InputError, with the `number` of the sentence, for a head that is none."""
    heads: list[int] = []
    for token in sentence.tokens:
        head, words = token.head, len(sentence.tokens)
        place = f"sentence {number}, word {token.id}"
        if head is None:
            raise InputError(f"{place} ({token.text!r:.60}) has no head: annotate it first, or set token.head")
        if not hasattr(head, "__index__") or not 0 <= (head := index(head)) <= words:  # also those of NumPy
            raise InputError(f"{place}: head {head!r:.60} is no word; a head is 0, the root, or 1 to {words}")
        heads.append(head)
    return Tree(heads, [token.deprel or "" for token in sentence.tokens])
