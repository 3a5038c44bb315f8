"""Where the words of CoNLL-U sentences stand in their text."""

from __future__ import annotations

from collections.abc import Iterable

from jmt.document import Document, MultiwordToken, Sentence, Token


def surface_text(sentence: Sentence) -> str:
    """Return a sentence's text from its forms and `SpaceAfter=No`, multiword tokens as they are written."""
    pieces: list[str] = []
    for unit in sentence.surface_tokens:
        pieces += [unit.text, " " if _space_follows(unit) else ""]
    return "".join(pieces[:-1])


def lay_out_document(sentences: Iterable[Sentence]) -> Document:
    """Join sentences read from CoNLL-U into a document, and set every offset.

    A sentence's text is its `# text` where the forms in order make it up, otherwise built from the forms.
    Words of a multiword token get those of `MultiwordToken.place`.
    """
    kept = list(sentences)
    pieces: list[str] = []
    base = 0
    for sentence in kept:
        if not _place(sentence, base):
            sentence.text = surface_text(sentence)
            _place(sentence, base)
        glue = " " if _space_follows(sentence.surface_tokens[-1]) else ""
        pieces += [sentence.text, glue]
        base += len(sentence.text) + len(glue)
    if pieces:
        pieces.pop()
    return Document("".join(pieces), kept)


def paragraphs(sentences: Iterable[Sentence]) -> list[list[Sentence]]:
    """Group the sentences of a treebank into paragraphs: one begins at every `# newpar` and `# newdoc`.

    The key itself is meant, with its id or without (`# newdoc id = x`), not one that begins like it (`# newpar_block`).
    A treebank that marks neither is one paragraph.
    Source: https://universaldependencies.org/format.html, "paragraph and document boundaries".
    """
    grouped: list[list[Sentence]] = []
    for sentence in sentences:
        if not grouped or any(map(_begins_paragraph, sentence.comments)):
            grouped.append([])
        grouped[-1].append(sentence)
    return grouped


def _begins_paragraph(comment: str) -> bool:
    key = comment.removeprefix("#").partition("=")[0].split()
    return key[:1] in (["newdoc"], ["newpar"]) and key[1:] in ([], ["id"])


def _place(sentence: Sentence, base: int) -> bool:
    """Set the offsets of a sentence that starts at `base`; False where its text is not its forms in order."""
    cursor = 0
    text = sentence.text
    for unit in sentence.surface_tokens:
        start = text.find(unit.text, cursor)
        if start < 0 or text[cursor:start].strip():
            return False
        cursor = start + len(unit.text)
        if isinstance(unit, MultiwordToken):
            unit.place(base + start, sentence.words_of(unit))
        else:
            unit.start, unit.end = base + start, base + cursor
    if text[cursor:].strip():
        return False
    sentence.start, sentence.end = base, base + len(text)
    return True


def _space_follows(unit: Token | MultiwordToken) -> bool:
    return "SpaceAfter=No" not in unit.misc.split("|")
