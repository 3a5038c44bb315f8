"""CoNLL-2000 chunking: `word POS chunk` between single spaces, an empty line after each sentence.

https://www.clips.uantwerpen.be/conll2000/chunking/.  There are no comments: `#` (the pound sign) is a word.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jmt.errors import CorpusError
from jmt.formats.columns import check_span_label, note_stripped, sentence_blocks, stripped_label
from jmt.formats.notes import Note, ignore_note
from jmt.formats.text import read_lines

# How the Penn Treebank writes what raw text and the UD treebanks write plainly.
_PTB_ESCAPES = {
    "-LRB-": "(",
    "-RRB-": ")",
    "-LSB-": "[",
    "-RSB-": "]",
    "-LCB-": "{",
    "-RCB-": "}",
    "``": '"',
    "''": '"',
    "`": "'",
}


def undo_ptb_escapes(token: str) -> str:
    r"""Return a Penn Treebank token as raw text writes it: `-LRB-` is `(`, two backticks are `"`, `1\/2` is `1/2`."""
    plain = _PTB_ESCAPES.get(token)
    if plain is not None:
        return plain
    return token.replace("\\/", "/").replace("\\*", "*") if "\\" in token else token


def read_conll2000(
    path: str | Path, *, undo_escapes: bool = True, note: Note = ignore_note
) -> Iterator[dict[str, Any]]:
    """Yield a row per sentence: tokens, pos (Brill tagger output, no gold standard), chunk (IOB2), line.

    Characters of no width at the ends of labels are taken off and noted, as in `columns`.
    Raises CorpusError for a line without exactly three columns, a chunk label that is not IOB2, and a file
    without sentences.
    """
    for line, rows in sentence_blocks(read_lines(path), path):
        tokens, tags, chunks = [], [], []
        for number, text in enumerate(rows, start=line):
            given = text.split()
            if len(given) != 3:
                raise CorpusError(
                    f"{len(given)} columns where CoNLL-2000 has 3 (word, POS, chunk): {text[:60]!r}", path, number
                )
            columns = [given[0], *map(stripped_label, given[1:])]
            note_stripped(given, columns, path, number, note)
            check_span_label(columns[2], path, number)
            tokens.append(undo_ptb_escapes(columns[0]) if undo_escapes else columns[0])
            tags.append(columns[1])
            chunks.append(columns[2])
        yield {"tokens": tokens, "pos": tags, "chunk": chunks, "line": line}
