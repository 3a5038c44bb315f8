"""The component of a spaCy pipeline that annotates documents with a trained cascade."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacy.pipeline import Pipe
from spacy.tokens import Doc
from spacy.util import minibatch

from jmt.integrations.spacy.reading import lacks_sentences, read_doc

if TYPE_CHECKING:
    from spacy.training import Example

    from jmt.annotate import Annotator

_ATTRIBUTE = "jmt"
"""`doc._.jmt`: the `jmt.Document` with all that the model says."""
_FILE = "model.json"


class JmtPipe(Pipe):
    """Writes tags, lemmas, features, trees, sentences and spans into the documents that pass through.

    The tokens stay as they are.  Sentences that earlier components set stay, too; where nothing is said of a token, the
    model's segmenter says whether a sentence begins there.
    """

    def __init__(self, annotator: Annotator, language: str, *, name: str = "jmt", confidences: bool = False) -> None:
        """Take a loaded model; `language` is that of the pipeline.

        Raises InputError where the model has no task about single sentences.
        """
        self.name = name
        self.annotator = annotator
        self._confidences = confidences
        annotator.annotate_sentences([])  # raises where there is nothing to run
        spoken = annotator.describe()["language"]
        if language not in (spoken, "xx") and spoken != "xx":
            warnings.warn(
                f"[{name}] the pipeline is for language {language!r}, the model {annotator.name} for {spoken!r}: take "
                "a model of the language, or make the pipeline for that of the model",
                stacklevel=2,
            )
        if not Doc.has_extension(_ATTRIBUTE):
            Doc.set_extension(_ATTRIBUTE, default=None)

    def __call__(self, doc: Doc) -> Doc:
        """Annotate a document in place and return it."""
        self._annotate([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Annotate a stream of documents, `batch_size` at a time.

        A document that cannot be annotated goes to the error handler, by itself: the others of its batch come out.
        """
        for batch in minibatch(stream, size=batch_size):  # type: ignore[no-untyped-call]
            fault = self._fault_of(batch)
            if fault is None:
                yield from batch
                continue
            for doc in batch:
                fault = fault if len(batch) == 1 else self._fault_of([doc])
                if fault is None:
                    yield doc
                else:
                    self.get_error_handler()(self.name, self, [doc], fault)

    def _fault_of(self, docs: Sequence[Doc]) -> Exception | None:
        """Annotate documents; return what kept that from being done."""
        try:
            self._annotate(docs)
        except Exception as fault:
            return fault
        return None

    def _annotate(self, docs: Sequence[Doc]) -> None:
        from jmt.document import Document
        from jmt.document.doc_filling import fill_doc

        unsplit = [lacks_sentences(doc) for doc in docs]
        split = self.annotator.segment_each(doc.text for doc, lacks in zip(docs, unsplit, strict=True) if lacks)
        placed = [read_doc(doc, next(split) if lacks else None) for doc, lacks in zip(docs, unsplit, strict=True)]
        written = [[part.sentence for part in parts if part.places] for parts in placed]
        sentences = [sentence for of_doc in written for sentence in of_doc]
        self.annotator.annotate_sentences(sentences, confidences=self._confidences)
        for doc, parts, of_doc in zip(docs, placed, written, strict=True):
            fill_doc(doc, parts)
            doc._.set(_ATTRIBUTE, Document(doc.text, of_doc))

    def score(self, examples: Iterable[Example]) -> dict[str, Any]:  # type: ignore[override]
        """Score documents against gold ones as spaCy scores its own components: what the model has tasks for."""
        from jmt.integrations.spacy.scoring import score_examples

        return score_examples(list(examples))

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return which model it is: weights are not part of a pipeline."""
        return json.dumps(self._identity).encode("utf-8")

    def from_bytes(self, content: bytes, *, exclude: Iterable[str] = ()) -> JmtPipe:
        """Compare the model with that of the pipeline which was stored; warn where it is another one."""
        self._compare(json.loads(content))
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write which model it is into a folder: weights are not part of a pipeline."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _FILE).write_text(json.dumps(self._identity, indent=2) + "\n", encoding="utf-8")

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> JmtPipe:
        """Compare the model with that of the pipeline in a folder; warn where it is another one."""
        if (file := Path(path) / _FILE).exists():
            self._compare(json.loads(file.read_text(encoding="utf-8")))
        return self

    @property
    def _identity(self) -> dict[str, str | None]:
        return {"name": self.annotator.name, "revision": self.annotator.revision}

    def _compare(self, stored: dict[str, str | None]) -> None:
        if stored.get("revision") != self.annotator.revision:
            warnings.warn(
                f"[{self.name}] the pipeline was stored with the model {stored.get('name')} "
                f"({stored.get('revision')}); this is {self.annotator.name} ({self.annotator.revision}), and what it "
                "says may differ: store the pipeline anew, or install the model that it was stored with",
                stacklevel=3,
            )
