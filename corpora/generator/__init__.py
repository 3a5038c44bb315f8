"""The generator of the embedded corpus `miniature`: our own English with gold tags, chunks, trees and pairs.

Reading order: `lexicon` (which words, from the tables `nouns`, `verbs`, `adjectives`, `names`), `meaning` (what is to
be said), `sampling` and `events` (random meanings that make sense), `constructions` (the kinds of sentences),
`noun_phrases`, `verb_groups`, `clauses` and `sentences` (meanings to trees, tags and chunks), `derivations` and
`pairs` (second sentences and what follows from how they were made), `splits` and `write` (files).
`python -m corpora.generator OUTPUT_FOLDER` writes the corpus; the same code writes the same bytes everywhere.
"""

from corpora.generator.write import corpus_files, write_corpus

__all__ = ["corpus_files", "write_corpus"]
