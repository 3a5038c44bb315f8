"""The generator of the corpus `minimal_pairs`: pairs that share most words, and what follows is known.

Reading order: `words` (which words each split has), `frames` (sentences with gaps, and how these are filled), the
frames by what they are about (`of_logic`, `of_words`, `of_events`, `modality`, `unseen`), `write` (how many of each,
and files).
`python -m corpora.generator.contrasts OUTPUT_FOLDER` writes the corpus; the same code writes the same bytes anywhere.
"""

from corpora.generator.contrasts.write import corpus_files, phenomena, write_corpus

__all__ = ["corpus_files", "phenomena", "write_corpus"]
