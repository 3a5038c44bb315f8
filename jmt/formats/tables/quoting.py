"""Whether the quotation marks of a table between tabs are text or stand around fields: told by the whole file.

Who writes quoted tables (RFC 4180; pandas, Excel, R) puts every field that holds a quotation mark into marks, and
doubles it inside.  One bare mark shows that nobody did, and that all of them are text, as in SICK and GLUE.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

MARK = '"'
Quoting = Literal["csv", "text"]
"""`csv`: fields may stand in quotation marks, which are doubled inside; `text`: a quotation mark is a character."""


def find_quoting(lines: Iterable[str], delimiter: str) -> Quoting | None:
    """Return how the lines of a table, ends included, are quoted; None: they could be meant either way.

    A field in marks that holds doubled marks is quoted, and so is a file whose header is in marks, or that has as many
    cells in every line only if marks hide tabs and line ends.
    """
    seen = _Seen()
    for line in lines:
        if not seen.take(line, delimiter):
            return "text"
    return seen.verdict()


def is_whole(cell: str) -> bool:
    """Tell whether a cell looks quoted: in marks from end to end, those inside doubled."""
    inner = cell[1:-1]
    return len(cell) > 1 and cell[0] == cell[-1] == MARK and MARK not in inner.replace(MARK * 2, "")


@dataclass(slots=True)
class _Seen:
    """What was seen of marks so far, in a file in which they may be quoting."""

    inside: bool = False
    column: int = 0
    width: int = 0
    """Cells of the header as it is written."""
    header: bool = True
    quoted_header: bool = False
    quoted: int = 0
    doubled: bool = False
    spans: bool = False
    """Whether marks enclose a tab or a line end."""
    lone: bool = False
    """Whether a cell, as it is written, is one mark and nothing more."""
    ragged_as_text: bool = False
    ragged_as_quoted: bool = False
    commas: dict[str, set[bool]] = field(default_factory=lambda: {"quoted": set(), "bare": set()})
    """Whether quoted fields, and bare ones, hold commas: Excel puts those that do into marks."""
    columns: dict[str, set[int]] = field(default_factory=lambda: {"quoted": set(), "bare": set()})
    """In which columns a field is quoted, and in which one with content is not."""

    def take(self, line: str, delimiter: str) -> bool:
        """Look at a line; False: it has a mark that no quoted table has."""
        text = line.rstrip("\r\n")
        if not self.inside and not text.strip():
            return True
        if self.header:
            self.width = text.count(delimiter) + 1
        self.ragged_as_text |= bool(text.strip()) and text.count(delimiter) + 1 != self.width
        if MARK not in text and not self.inside:
            self._bare_line(text, delimiter)
        elif not self._cells(text, delimiter):
            return False
        if not self.inside:
            self.ragged_as_quoted |= self.column + 1 != self.width and not self.header
            if self.header:
                self.width, self.header = self.column + 1, False
            self.column = 0
        return True

    def _bare_line(self, text: str, delimiter: str) -> None:
        self.column = text.count(delimiter)
        if len(self.commas["bare"]) < 2 or len(self.columns["bare"]) <= self.column:
            for at, cell in enumerate(text.split(delimiter)):
                self._bare(cell, at)

    def _bare(self, cell: str, column: int) -> None:
        if not self.header and cell:
            self.commas["bare"].add("," in cell)
            self.columns["bare"].add(column)

    def _cells(self, text: str, delimiter: str) -> bool:
        at = 0
        while True:
            if not self.inside and text[at : at + 1] != MARK:
                end = text.find(delimiter, at)
                cell = text[at:] if end < 0 else text[at:end]
                if MARK in cell:
                    return False
                self._bare(cell, self.column)
                if end < 0:
                    return True
                at, self.column = end + 1, self.column + 1
                continue
            if not self.inside:
                self.inside, at = True, at + 1
                self.lone |= text[at : at + 1] in ("", delimiter)
            end = self._closing(text, at)
            self.spans |= end < 0 or delimiter in text[at:end]
            if end < 0:
                return True
            self._close(text[at:end])
            if end + 1 == len(text):
                return True
            if text[end + 1] != delimiter:
                return False
            at, self.column = end + 2, self.column + 1

    def _closing(self, text: str, at: int) -> int:
        """Return where the mark stands that closes a field, -1 where it is on a later line."""
        while (end := text.find(MARK, at)) >= 0 and text[end + 1 : end + 2] == MARK:
            self.doubled, at = True, end + 2
        return end

    def _close(self, inner: str) -> None:
        self.inside = False
        if self.header:
            self.quoted_header = True
            return
        self.quoted += 1
        self.commas["quoted"].add("," in inner)
        self.columns["quoted"].add(self.column)

    def verdict(self) -> Quoting | None:
        """Return what follows from all of it."""
        if self.inside or not (self.quoted or self.quoted_header) or (self.lone and not self.ragged_as_text):
            return "text"
        if self.spans and self.ragged_as_text and not self.ragged_as_quoted:
            return "csv"
        if self.doubled or self.quoted_header:
            return "csv"
        excel = self.commas == {"quoted": {True}, "bare": {False}} or self.commas == {"quoted": {True}, "bare": set()}
        whole_columns = not self.columns["quoted"] & self.columns["bare"]
        return None if self.spans or excel or whole_columns else "text"
