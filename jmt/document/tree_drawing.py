"""A sentence drawn for the terminal: its spans in brackets, its tree as arcs beside the words.

Words stand under each other, so that a long sentence needs more lines and not a wider terminal.  Every arc runs from
a governor to a word with an arrowhead; a short arc lies nearer to the words than a long one that spans it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from jmt.document.document import Sentence
from jmt.document.words import Chunk, Token
from jmt.safety.printable import on_one_line

UP, DOWN, LEFT, RIGHT = 1, 2, 4, 8

# The line that leaves a cell in each set of directions; Unicode box drawing, and what stands for it in ASCII.
UNICODE_LINES = {
    0: " ",
    UP | DOWN: "│",
    LEFT | RIGHT: "─",
    DOWN | RIGHT: "╭",
    UP | RIGHT: "╰",
    UP | DOWN | RIGHT: "├",
    DOWN | LEFT | RIGHT: "┬",
    UP | LEFT | RIGHT: "┴",
    UP | DOWN | LEFT | RIGHT: "┼",
}
ASCII_LINES = {directions: {"│": "|", "─": "-", " ": " "}.get(line, "+") for directions, line in UNICODE_LINES.items()}
_UNICODE_ENDS = {"arrow": "▶", "governor": "─", "root": "●", "gap": " "}
_ASCII_ENDS = {"arrow": ">", "governor": "-", "root": "*", "gap": " "}

Arc = tuple[int, int]
"""Two words joined by an arc, 0-based, the earlier one first."""


def draw_sentence(sentence: Sentence, *, ascii_only: bool = False) -> str:
    """Return a sentence as lines of text: what is said of it, its spans in brackets, then words with arcs and tags.

    Every task that found spans has a line of brackets, with its name where there are several, and a column of labels.
    What is written for several words stands beside them, behind a bracket; lemmas and features where there are any.
    `ascii_only` keeps to ASCII in everything but the words.
    """
    said = [f"{task}: {on_one_line(label)}" for task, label in sentence.labels.items()]
    said += [f"{task}: {score:.2f}" for task, score in sentence.scores.items()]
    lines = ["   ".join(said), ""] if said else []
    for task, spans in sentence.spans.items():
        name = f"{task}: " if len(sentence.spans) > 1 else ""
        lines += [name + bracketed_words(sentence.tokens, spans), ""]
    shown = [*_tags_of(sentence), *sentence.spans]
    arcs = draw_arcs([token.head for token in sentence.tokens], ascii_only=ascii_only)
    columns = [
        [f"{arc}{on_one_line(token.text)}" for arc, token in zip(arcs, sentence.tokens, strict=True)],
        _fused(sentence, ASCII_LINES if ascii_only else UNICODE_LINES),
        *([on_one_line(token.labels.get(task, "")) for token in sentence.tokens] for task in ("lemma", *shown)),
        [on_one_line(token.deprel or "") for token in sentence.tokens],
        [on_one_line("" if token.feats in (None, "_") else token.feats) for token in sentence.tokens],
    ]
    lines += _table([column for column in columns if any(column)])
    return "\n".join(lines) + "\n"


def _tags_of(sentence: Sentence) -> list[str]:
    """Choose the tags to show: the finest parts of speech that there are, or whatever labels words have."""
    elsewhere = {"lemma", "feats", *sentence.spans}
    found = dict.fromkeys(task for token in sentence.tokens for task in token.labels if task not in elsewhere)
    return next(([task] for task in ("xpos", "upos") if task in found), list(found))


def _fused(sentence: Sentence, lines: Mapping[int, str]) -> list[str]:
    """Give for every word its part of a bracket around the words of a multiword token, whose form is at the first."""
    drawn = [""] * len(sentence.tokens)
    for range_ in sentence.multiword_tokens:
        for position in range(range_.first, range_.last + 1):
            ways = (UP if position > range_.first else 0) | (DOWN if position < range_.last else 0)
            drawn[position - 1] = lines[ways if ways == UP | DOWN else ways | RIGHT if ways else LEFT | RIGHT]
        drawn[range_.first - 1] += f" {on_one_line(range_.text)}"
    return drawn


def bracketed_words(tokens: Sequence[Token], spans: Sequence[Chunk]) -> str:
    """Return the words on one line with each span in brackets behind its label: `[NP The cat] [VP sat] .`."""
    opening = {span.first: span.label for span in spans}
    closing = {span.last for span in spans}
    return " ".join(
        ("[" + on_one_line(opening[token.id]) + " " if token.id in opening else "")
        + on_one_line(token.text)
        + ("]" if token.id in closing else "")
        for token in tokens
    )


def draw_arcs(heads: Sequence[int | None], *, ascii_only: bool = False) -> list[str]:
    """Return for every word the piece of the drawing on its line; empty strings where no word has a head.

    Heads are 1-based, 0 is the root, None is not drawn.  All pieces have the same width and end in a space.
    """
    lines = ASCII_LINES if ascii_only else UNICODE_LINES
    ends = _ASCII_ENDS if ascii_only else _UNICODE_ENDS
    governors = {position: head - 1 for position, head in enumerate(heads) if head and head - 1 != position}
    if not any(head is not None for head in heads):
        return [""] * len(heads)
    levels = _arc_levels({_arc(position, governor) for position, governor in governors.items()})
    width = max(levels.values(), default=0)
    cells = [[0] * (2 * width) for _ in heads]
    for position, governor in governors.items():
        column = 2 * (width - levels[_arc(position, governor)])
        _draw_arc(cells, _arc(position, governor), column)
    drawn = []
    for position, row in enumerate(cells):
        end = "gap"
        if position in governors:
            end = "arrow"
        elif heads[position] == 0:
            end = "root"
        elif row and row[-1] & RIGHT:
            end = "governor"
        drawn.append("".join(lines[cell] for cell in row) + ends[end] + " ")
    return drawn


def _arc(position: int, governor: int) -> Arc:
    return (position, governor) if position < governor else (governor, position)


def _arc_levels(arcs: set[Arc]) -> dict[Arc, int]:
    """Give every arc a level from 1, at the words, outwards.

    An arc lies outside of all arcs that it spans, and on another level than those whose lines it shares.
    """
    levels: dict[Arc, int] = {}
    at_line: dict[int, list[Arc]] = {}
    for first, last in sorted(arcs, key=lambda arc: (arc[1] - arc[0], arc)):
        met = {arc for line in range(first, last + 1) for arc in at_line.get(line, ())}
        taken = {levels[arc] for arc in met}
        level = 1 + max((levels[arc] for arc in met if first <= arc[0] and arc[1] <= last), default=0)
        while level in taken:
            level += 1
        levels[first, last] = level
        for line in range(first, last + 1):
            at_line.setdefault(line, []).append((first, last))
    return levels


def _draw_arc(cells: list[list[int]], arc: Arc, column: int) -> None:
    """Draw an arc's vertical line in a column, and from both its ends a line to the words."""
    first, last = arc
    cells[first][column] |= DOWN | RIGHT
    cells[last][column] |= UP | RIGHT
    for line in range(first + 1, last):
        cells[line][column] |= UP | DOWN
    for line in (first, last):
        for place in range(column + 1, len(cells[line])):
            cells[line][place] |= LEFT | RIGHT


def _table(columns: Sequence[Sequence[str]]) -> list[str]:
    """Return the rows of columns padded to their widths."""
    widths = [max(map(display_width, column)) for column in columns]
    rows = []
    for row in zip(*columns, strict=True):
        padded = [value + " " * (width - display_width(value)) for value, width in zip(row, widths, strict=True)]
        rows.append("  ".join(padded).rstrip())
    return rows


def display_width(text: str) -> int:
    """Return how many terminal columns a text takes: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf")
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )
