"""Sentences and documents as CoNLL-U text (https://universaldependencies.org/format.html).

What the input brought stays as it was; predictions replace their own columns, keys of MISC and comments only (and DEPS,
which a new tree empties: `Sentence.write_tree`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jmt.document.document import Document, Sentence
    from jmt.document.words import MultiwordToken, Token

COMMENT_KEYS = frozenset({"newdoc", "newpar", "sent_id", "text"})
"""Keys of comments that mean something in every CoNLL-U: no task about sentences is called by one."""

LABEL_COLUMNS = ("lemma", "upos", "xpos", "feats")
"""Labels that have a column of their own; those of every other name go to MISC."""

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
    lines = _with_said(sentence.comments if comments is None else comments, sentence)
    if not sentence.verbatim and sentence.comment("text") is None:
        lines.append(f"# text = {_text_of(sentence)}")
    lines += _rows(sentence, next_start)
    lines.append("\n")
    return "\n".join(lines)


def _with_said(comments: Sequence[str], sentence: Sentence) -> list[str]:
    """Return comments with what tasks say of the whole sentence, `# genre = blog`: in the place of an earlier one."""
    if not sentence.labels and not sentence.scores:
        return list(comments)
    said = {**sentence.labels, **{task: f"{score:.4f}" for task, score in sentence.scores.items()}}
    new = {_on_a_line(task): f"# {_on_a_line(task)} = {_on_a_line(value)}" for task, value in said.items()}
    written: list[str] = []
    for comment in comments:
        key, equals, _ = comment[1:].partition("=")
        now = new.get(key.strip(), comment) if equals else comment
        if now is comment or now not in written:  # a second comment of the key would say what is no longer true
            written.append(now)
    return [*written, *(comment for comment in new.values() if comment not in written)]


def _on_a_line(text: str) -> str:
    """Return a text as a comment can hold it."""
    return text if text.isprintable() else text.translate(_UNFIT)


def _rows(sentence: Sentence, next_start: int | None) -> Iterator[str]:
    """Yield a line per word, multiword tokens before their first word and empty nodes behind the word they follow."""
    ranges = {range_.first: range_ for range_ in sentence.multiword_tokens}
    behind: dict[int, list[str]] = {}
    for node in sentence.empty_nodes:
        behind.setdefault(int(node.position.partition(".")[0]), []).append("\t".join([node.position, *node.columns]))
    glued = _glued(sentence, next_start)
    covered = 0
    yield from behind.get(0, ())
    for token in sentence.tokens:
        if range_ := ranges.get(token.id):
            covered = range_.last
            yield _range_row(range_, next(glued))
        yield _row(token, token.id > covered and next(glued))
        yield from behind.get(token.id, ())


def _glued(sentence: Sentence, next_start: int | None) -> Iterator[bool]:
    """Tell of everything written in turn whether no space follows it; where a MISC column says that itself, never."""
    if sentence.verbatim:
        return repeat(False)
    written = sentence.surface_tokens
    starts = [*(unit.start for unit in written[1:]), next_start]
    return (unit.end is not None and unit.end == start for unit, start in zip(written, starts, strict=True))


def _range_row(range_: MultiwordToken, glued: bool) -> str:
    """Return the ten columns of a multiword token."""
    misc = _with_entries(range_.misc, ["SpaceAfter=No"] if glued else [])
    return "\t".join([f"{range_.first}-{range_.last}", _printable(range_.text), *range_.others, misc])


def _row(token: Token, glued: bool) -> str:
    """Return the ten columns of a token; `glued` says that no space follows it in the text."""
    labels = token.labels
    get = labels.get
    # Labels beyond the column tasks, without building a set for the common case of none.
    entries = [misc_entry(task, label) for task, label in labels.items() if task not in LABEL_COLUMNS]
    if glued:
        entries.append("SpaceAfter=No")
    head = token.head
    lemma = get("lemma") or "_"
    if not lemma.isprintable():  # made from the word, whose letters may be any
        lemma = lemma.translate(_BREAKS)
    return (
        f"{token.id}\t{_printable(token.text)}\t{lemma}\t{get('upos', '_')}\t{get('xpos', '_')}\t"
        f"{get('feats', '_')}\t{'_' if head is None else head}\t{token.deprel or '_'}\t{token.deps}\t"
        f"{_with_entries(token.misc, entries)}"
    )


def _printable(form: str) -> str:
    """Return a form as its column can hold it."""
    return (form if form.isprintable() else form.translate(_UNFIT)) or "_"


@lru_cache(maxsize=4096)
def misc_entry(task: str, label: str) -> str:
    """Return a label's entry in MISC: the task's name capitalised, and the label with `|` and spaces escaped."""
    return f"{task[:1].upper()}{task[1:]}={label.translate(_ESCAPES)}"


def _with_entries(misc: str, entries: list[str]) -> str:
    """Return MISC with new entries: a key that is there is replaced where it stands, others are appended."""
    if misc == "_" or not entries:
        return "|".join(entries) or misc
    new = {entry.partition("=")[0]: entry for entry in entries}
    kept = [new.pop(entry.partition("=")[0], entry) for entry in misc.split("|")]
    return "|".join([*kept, *new.values()])


def _text_of(sentence: Sentence) -> str:
    """Return the sentence on one line, the way what is written and its SpaceAfter put it together."""
    text = sentence.text
    if text and text.isprintable() and "  " not in text and text == text.strip():
        return text
    pieces: list[str] = []
    previous_end: int | None = None
    for unit in sentence.surface_tokens:
        if pieces and (unit.start is None or unit.start != previous_end):
            pieces.append(" ")
        pieces.append(unit.text.translate(_UNFIT) or "_")
        previous_end = unit.end
    return "".join(pieces)
