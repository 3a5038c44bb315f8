"""Sentences and documents as CoNLL-U text (https://universaldependencies.org/format.html).

What the input brought stays as it was; predictions replace their own columns and their own keys of MISC only (and DEPS,
which a new tree empties: `Sentence.write_tree`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jmt.document.document import Document, Sentence, Token

_COLUMN_TASKS = frozenset({"lemma", "upos", "xpos", "feats"})
"""Tasks whose labels have a column of their own; the labels of every other task go to MISC."""

# Everything some reader takes for the end of a line (str.splitlines) or of a column.
_BREAKS = dict.fromkeys(map(ord, "\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), " ")
_ESCAPES = {ord("|"): "\\p", ord(" "): "\\s", **dict.fromkeys(_BREAKS, "\\s")}
# In a form and in `# text`: the other control characters, which no CoNLL-U may hold, are shown as lost.
_UNFIT = {**dict.fromkeys([*range(32), *range(127, 160)], "\ufffd"), **_BREAKS}


def write_document(document: Document) -> str:
    """Return a document as CoNLL-U: `# newdoc` before its first sentence, `# sent_id` before each.

    The ids are `1`, `2` and so on, behind the document's name where it has one: `letter-1`.  What a sentence has of its
    own stays, and one that was read from CoNLL-U gets nothing new.
    """
    name = None if document.name is None else " ".join(document.name.translate(_BREAKS).split())
    opening = [f"# newdoc id = {name}" if name else "# newdoc"]
    before = f"{name.replace(' ', '_')}-" if name else ""
    starts: list[int | None] = [*(sentence.start for sentence in document.sentences[1:]), None]
    written = []
    for number, (sentence, next_start) in enumerate(zip(document.sentences, starts, strict=False), start=1):
        comments = sentence.comments
        if sentence.tokens and not sentence.verbatim:
            known = {comment[1:].split("=")[0].strip() for comment in comments}
            comments = [
                *(() if known & {"newdoc", "newdoc id"} else opening),
                *comments,
                *(() if "sent_id" in known else [f"# sent_id = {before}{number}"]),
            ]
            opening = []
        written.append(write_sentence(sentence, next_start, comments))
    return "".join(written)


def write_sentence(sentence: Sentence, next_start: int | None = None, comments: Sequence[str] | None = None) -> str:
    """Return a sentence as CoNLL-U, ended by an empty line; an empty string for a sentence without tokens.

    `next_start` is where the following sentence begins, so that the last token knows whether a space follows it;
    `comments` stand in place of the sentence's own.
    """
    tokens = sentence.tokens
    if not tokens:
        return ""
    lines = list(sentence.comments if comments is None else comments)
    if sentence.verbatim:
        rows = [_row(token, False) for token in tokens]
    else:
        starts = [token.start for token in tokens[1:]]
        rows = [
            _row(token, token.end is not None and token.end == start)
            for token, start in zip(tokens, [*starts, next_start], strict=True)
        ]
        if sentence.comment("text") is None:
            lines.append(f"# text = {_text_of(sentence)}")
    if sentence.multiword_tokens or sentence.empty_nodes:
        rows = _with_other_lines(sentence, rows)
    lines += rows
    lines.append("\n")
    return "\n".join(lines)


def _row(token: Token, glued: bool) -> str:
    """Return the ten columns of a token; `glued` says that no space follows it in the text."""
    labels = token.labels
    get = labels.get
    misc = token.misc
    # Labels beyond the column tasks, without building a set for the common case of none.
    entries = [misc_entry(task, label) for task, label in labels.items() if task not in _COLUMN_TASKS]
    if glued:
        entries.append("SpaceAfter=No")
    if entries:
        misc = "|".join(entries) if misc == "_" else _merged(misc, entries)
    text = token.text
    if not text.isprintable():
        text = text.translate(_UNFIT)
    head = token.head
    return (
        f"{token.id}\t{text or '_'}\t{get('lemma', token.lemma)}\t{get('upos', '_')}\t{get('xpos', '_')}\t"
        f"{get('feats', token.feats)}\t{'_' if head is None else head}\t{token.deprel or '_'}\t{token.deps}\t{misc}"
    )


@lru_cache(maxsize=4096)
def misc_entry(task: str, label: str) -> str:
    """Return a label's entry in MISC: the task's name capitalised, and the label with `|` and spaces escaped."""
    return f"{task[:1].upper()}{task[1:]}={label.translate(_ESCAPES)}"


def _merged(misc: str, entries: list[str]) -> str:
    """Return MISC with new entries: a key that is there is replaced where it stands, others are appended."""
    new = {entry.partition("=")[0]: entry for entry in entries}
    kept = [new.pop(entry.partition("=")[0], entry) for entry in misc.split("|")]
    return "|".join([*kept, *new.values()])


def _text_of(sentence: Sentence) -> str:
    """Return the sentence on one line, the way its tokens and their SpaceAfter put it together."""
    text = sentence.text
    if text and text.isprintable() and "  " not in text and text == text.strip():
        return text
    pieces: list[str] = []
    previous_end: int | None = None
    for token in sentence.tokens:
        if pieces and (token.start is None or token.start != previous_end):
            pieces.append(" ")
        pieces.append(token.text.translate(_UNFIT) or "_")
        previous_end = token.end
    return "".join(pieces)


def _with_other_lines(sentence: Sentence, rows: list[str]) -> list[str]:
    """Return the rows with multiword tokens before their first word and empty nodes behind the word they follow."""
    before: dict[int, list[str]] = {}
    for range_ in sentence.multiword_tokens:
        line = "\t".join([f"{range_.first}-{range_.last}", range_.text, *range_.others, range_.misc])
        before.setdefault(range_.first, []).append(line)
    behind: dict[int, list[str]] = {}
    for node in sentence.empty_nodes:
        line = "\t".join([node.position, *node.columns])
        behind.setdefault(int(node.position.partition(".")[0]), []).append(line)
    merged = list(behind.get(0, ()))
    for position, row in enumerate(rows, start=1):
        merged += before.get(position, ())
        merged.append(row)
        merged += behind.get(position, ())
    return merged
