"""CoNLL-U treebanks, read sentence by sentence and checked line by line.

Format: https://universaldependencies.org/format.html.  Columns are split on tabs only, since forms may hold spaces,
and `_` may be a real form.  What the basic tree does not use (comments, multiword tokens, empty nodes, DEPS, MISC)
is kept as read: a file with LF ends comes out of `write_sentence` byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from jmt.document import EmptyNode, MultiwordToken, Sentence, Token
from jmt.document.conllu import LABEL_COLUMNS, write_sentence
from jmt.errors import CorpusError
from jmt.formats.conllu_checks import check_tree
from jmt.formats.conllu_layout import lay_out_document, surface_text
from jmt.formats.text import BYTE_ORDER_MARK, path_in_messages, read_lines

__all__ = ["lay_out_document", "read_conllu", "read_conllu_file", "read_treebank", "write_sentence"]

_NUMBERS = {str(number): number for number in range(1000)}


def refuse(fault: CorpusError) -> NoReturn:
    """Raise a fault of a tree: what training and evaluation need."""
    raise fault


def read_conllu(
    source: str | Iterable[str],
    *,
    path: str | Path | None = None,
    strict: bool = False,
    on_broken_tree: Callable[[CorpusError], None] = refuse,
) -> Iterator[Sentence]:
    """Yield the sentences of CoNLL-U text, or of its lines; one sentence is held in memory at a time.

    `path` is named in errors.  Heads may be missing, as in text that is still to be parsed, but those that are
    given must make sense; `strict` asks for a whole tree in every sentence.
    `on_broken_tree` is told the first fault of every sentence whose heads are no tree.  Where it returns, the sentence
    is read all the same, as annotating needs, which may write a new tree: heads that point nowhere are left out, cycles
    and second roots stay.
    Raises CorpusError with path and line for wrong columns, ids out of order, a head out of range, no root or
    two of them, and a cycle.
    """
    lines = source.removeprefix(BYTE_ORDER_MARK).split("\n") if isinstance(source, str) else source
    reader: _SentenceReader | None = None
    number = 0
    for number, line in enumerate(lines, start=1):
        line = line.removesuffix("\n").removesuffix("\r")
        if line and not line.isspace():
            if reader is None:
                reader = _SentenceReader(path, number, on_broken_tree)
            reader.add(line, number)
        elif reader is not None:
            yield reader.finish(number, strict)
            reader = None
    if reader is not None:
        yield reader.finish(number + 1, strict)


def read_conllu_file(
    path: str | Path, *, strict: bool = False, on_broken_tree: Callable[[CorpusError], None] = refuse
) -> Iterator[Sentence]:
    """Yield the sentences of a CoNLL-U file; `-` is standard input; `on_broken_tree` as in `read_conllu`.

    Raises CorpusError as `read_conllu` and `read_lines` do, and for a file without a sentence.
    """
    found = False
    for sentence in read_conllu(
        read_lines(path), path=path_in_messages(path), strict=strict, on_broken_tree=on_broken_tree
    ):
        found = True
        yield sentence
    if not found:
        raise CorpusError(
            "no sentence in this file; CoNLL-U has one word per line, ten columns between tabs", path_in_messages(path)
        )


def read_treebank(path: str | Path) -> Iterator[dict[str, Any]]:
    """Yield a row per sentence of a treebank, words only, each with a whole tree.

    Columns: tokens, lemma, upos, xpos, feats (strings), head (0 = root), deprel, chunk (IOB2 from
    `Chunk=` in MISC), text, sent_id, line; `_` where a word has no value.
    """
    for sentence in read_conllu_file(path, strict=True):
        tokens = sentence.tokens
        yield {
            "tokens": [token.text for token in tokens],
            **{column: [token.labels.get(column, "_") for token in tokens] for column in LABEL_COLUMNS},
            "head": [token.head for token in tokens],
            "deprel": [token.deprel or "_" for token in tokens],
            "chunk": [misc_value(token.misc, "Chunk") for token in tokens],
            "text": sentence.text,
            "sent_id": sentence.sent_id or "",
            "line": sentence.line,
        }


def misc_value(misc: str, key: str) -> str:
    """Return the value of `Key=value` in a MISC column, `_` where it is not there."""
    if misc == "_":
        return "_"
    return next((entry[len(key) + 1 :] for entry in misc.split("|") if entry.startswith(f"{key}=")), "_")


class _SentenceReader:
    """Collects the lines of one sentence, refusing each that cannot stand where it does."""

    def __init__(self, path: str | Path | None, line: int, on_broken_tree: Callable[[CorpusError], None]) -> None:
        self.path = path
        self.on_broken_tree = on_broken_tree
        self.told = False
        self.first_line = line
        self.comments: list[str] = []
        self.tokens: list[Token] = []
        self.lines: list[int] = []
        self.multiword_tokens: list[MultiwordToken] = []
        self.empty_nodes: list[EmptyNode] = []

    def add(self, line: str, number: int) -> None:
        if line[0] == "#" and not self.tokens and not self.multiword_tokens and not self.empty_nodes:
            self.comments.append(line)
            return
        columns = line.split("\t")
        if len(columns) != 10:
            raise self._error(_wrong_columns(line, len(columns)), number)
        position = columns[0]
        if position == str(len(self.tokens) + 1):
            self.tokens.append(self._token(columns, number))
            self.lines.append(number)
        elif "-" in position:
            self._add_multiword(columns, number)
        elif "." in position:
            self._add_empty_node(columns, number)
        else:
            expected = len(self.tokens) + 1
            raise self._error(
                f"ID is `{position}` where `{expected}` must follow; an empty line ends a sentence", number
            )

    def finish(self, number: int, strict: bool) -> Sentence:
        """Return the sentence whose end is before line `number`."""
        if not self.tokens:
            raise self._error("comments or ranges without a word; a sentence has at least one word", self.first_line)
        if self.multiword_tokens and self.multiword_tokens[-1].last > len(self.tokens):
            last = self.multiword_tokens[-1]
            raise self._error(f"multiword token `{last.first}-{last.last}` ends behind the last word", number - 1)
        fault = check_tree([token.head for token in self.tokens], strict=strict)
        if fault is not None:
            self._tell_broken(fault.message, self.lines[fault.position])
            for token in self.tokens:
                if token.head is not None and token.head > len(self.tokens):
                    token.head = token.deprel = None
        sentence = Sentence(
            self.tokens,
            comments=self.comments,
            multiword_tokens=self.multiword_tokens,
            empty_nodes=self.empty_nodes,
            verbatim=True,
            line=self.first_line,
        )
        sentence.text = sentence.comment("text") or surface_text(sentence)
        return sentence

    def _token(self, cells: list[str], number: int) -> Token:
        _, form, lemma, upos, xpos, feats, head, deprel, deps, misc = cells
        if not form:
            raise self._error("FORM is empty; write `_` for an unknown form", number)
        head_id: int | None = None
        if head != "_":
            try:
                head_id = self._number(head, "HEAD", "a word's ID, 0 for the root, or `_`", number)
            except CorpusError as fault:
                self._tell_broken(fault.message, number)
        columns = (("lemma", lemma), ("upos", upos), ("xpos", xpos), ("feats", feats))
        labels = {column: value for column, value in columns if value != "_"}
        known_deprel = None if deprel == "_" else deprel
        return Token(len(self.tokens) + 1, form, None, None, labels, head_id, known_deprel, deps, misc)

    def _add_multiword(self, columns: list[str], number: int) -> None:
        first, _, last = columns[0].partition("-")
        rule = f"a range such as `3-4` whose first word is the next one, {len(self.tokens) + 1}"
        start = self._number(first, "ID", rule, number)
        end = self._number(last, "ID", rule, number)
        overlaps = self.multiword_tokens and self.multiword_tokens[-1].last >= start
        if start != len(self.tokens) + 1 or end < start or overlaps:
            raise self._error(f"ID is `{columns[0]}`; allowed is {rule}, and ranges do not overlap", number)
        self.multiword_tokens.append(MultiwordToken(start, end, columns[1], columns[9], others=tuple(columns[2:9])))

    def _add_empty_node(self, columns: list[str], number: int) -> None:
        major, _, minor = columns[0].partition(".")
        word = len(self.tokens)
        same = sum(1 for node in self.empty_nodes if node.position.startswith(f"{word}."))
        in_order = not self.multiword_tokens or self.multiword_tokens[-1].first <= word
        if major != str(word) or minor != str(same + 1) or not in_order:
            raise self._error(f"ID is `{columns[0]}`; an empty node here is `{word}.{same + 1}`", number)
        self.empty_nodes.append(EmptyNode(columns[0], tuple(columns[1:])))

    def _number(self, text: str, column: str, allowed: str, number: int) -> int:
        known = _NUMBERS.get(text)
        if known is not None:
            return known
        # Only the plain spelling, so that what is read is written again as it was.
        if text.isascii() and text.isdecimal() and text[0] != "0" and len(text) < 10:
            return int(text)
        raise self._error(f"{column} is `{text}`; allowed is {allowed}", number)

    def _tell_broken(self, message: str, number: int) -> None:
        """Tell the first fault of the tree."""
        if not self.told:
            self.told = True
            self.on_broken_tree(self._error(message, number))

    def _error(self, message: str, number: int) -> CorpusError:
        return CorpusError(message, self.path, number)


def _wrong_columns(line: str, found: int) -> str:
    hint = ""
    if found == 1 and len(line.split()) >= 10:
        hint = "; the columns seem to be separated by spaces"
    shown = line if len(line) <= 60 else line[:57] + "..."
    return f"{found} column{'s' if found > 1 else ''} where CoNLL-U has 10 between tabs{hint}: {shown!r}"
