"""What an `Annotator` and a `Client` offer alike: every public method once, with what it takes, refuses and returns."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from jmt.annotate.asked import check_document, check_many, check_sentences, check_text, documents_of, texts_of
from jmt.annotate.batches import with_annotations
from jmt.annotate.building import document_of_words
from jmt.annotate.reading import document_of_conllu
from jmt.annotate.splitting import split_documents
from jmt.annotate.task_choice import TaskChoice, listed_tasks
from jmt.document import Document, Judgement, Sentence, TreeScore
from jmt.document.frames.columns import PairColumns, WordColumns
from jmt.formats.split_text import document_of_text

if TYPE_CHECKING:
    from typing import Self

    from jmt.annotate.vectors import Hidden, Pooling, Vectors
    from jmt.segmentation import Segmenter

Context = TypeVar("Context")


class Annotating(ABC):
    """What annotates texts, words and pairs, wherever the model is.

    Arguments are checked and tasks chosen here; how texts, segmented documents, sentences and pairs are answered is up
    to the methods that begin with an underscore, which get tasks that the model has, once each, lowest first.
    """

    @property
    @abstractmethod
    def name(self) -> str | None:
        """What the model is called."""

    @property
    @abstractmethod
    def revision(self) -> str | None:
        """The hash of the model, where it has one."""

    @property
    @abstractmethod
    def segmenter(self) -> Segmenter:
        """What splits texts into sentences, tokens and words, as the model does."""

    @property
    def token_tasks(self) -> list[str]:
        """The tasks about single sentences that are run unless a call says otherwise, lowest first."""
        return self._choice.token_tasks

    @property
    def pair_tasks(self) -> list[str]:
        """The tasks about pairs that are run unless a call says otherwise, lowest first."""
        return self._choice.pair_tasks

    def __deepcopy__(self, copied: dict[int, object]) -> Self:
        """Return the same object, which all may share."""
        return self

    def __copy__(self) -> Self:
        """Return the same object, which all may share."""
        return self

    def __call__(self, text: str, *, tasks: Sequence[str] | None = None, confidences: bool = False) -> Document:
        """Split a text into sentences and words, and annotate them.

        Raises InputError for an unknown task, and for what is no string or holds half a surrogate pair.
        """
        check_text(text)
        chosen = self._choice.about_sentences(tasks)
        ((document, _),) = self._annotate_texts([(text, None)], chosen, confidences=confidences)
        return document

    @overload
    def pipe(
        self,
        texts: Iterable[str],
        *,
        as_tuples: Literal[False] = False,
        tasks: Sequence[str] | None = None,
        confidences: bool = False,
    ) -> Iterator[Document]: ...

    @overload
    def pipe(
        self,
        texts: Iterable[tuple[str, Context]],
        *,
        as_tuples: Literal[True],
        tasks: Sequence[str] | None = None,
        confidences: bool = False,
    ) -> Iterator[tuple[Document, Context]]: ...

    def pipe(
        self,
        texts: Iterable[Any],
        *,
        as_tuples: bool = False,
        tasks: Sequence[str] | None = None,
        confidences: bool = False,
    ) -> Iterator[Any]:
        """Annotate a stream of texts: a generator of documents in the order of the texts, in bounded memory.

        With `as_tuples`, takes (text, context) and gives (document, context).
        Raises InputError as `__call__` does: for an unknown task at once, for a bad text when its turn comes.
        """
        pairs = texts_of(texts, as_tuples=as_tuples, method="pipe", for_one="annotator")
        annotated = self._annotate_texts(pairs, self._choice.about_sentences(tasks), confidences=confidences)
        return annotated if as_tuples else (document for document, _ in annotated)

    def pipe_documents(
        self,
        documents: Iterable[tuple[Document, Context]],
        *,
        tasks: Sequence[str] | None = None,
        confidences: bool = False,
        skip: int = 0,
    ) -> Iterator[tuple[Document, Context]]:
        """Annotate a stream of (document, context), as `pipe` does: what is split into sentences and words stays so.

        A document without sentences is split first.  The first `skip`, which an earlier call gave, are left out.
        """
        chosen = self._choice.about_sentences(tasks)
        return self._annotate_documents(documents_of(documents), chosen, confidences=confidences, skip=skip)

    def annotate_tokens(
        self,
        sentences: Iterable[Sequence[str]],
        *,
        text: str | None = None,
        tasks: Sequence[str] | None = None,
        confidences: bool = False,
    ) -> Document:
        """Annotate sentences that are split into words already, as one document.

        `text` is what the words come from: then offsets count in it.  Left out, the document's text has a space between
        words and a line end between sentences.
        Raises InputError for a sentence without words, a word that is empty or no string, one that the text does not go
        on with, and an unknown task.
        """
        document = document_of_words(sentences, text)
        self.annotate_sentences(document.sentences, tasks, confidences=confidences)
        return document

    def annotate_conllu(self, text: str, *, tasks: Sequence[str] | None = None, confidences: bool = False) -> Document:
        """Annotate the sentences of CoNLL-U text; what no task predicts stays as read.

        Raises CorpusError with its line for what is no CoNLL-U; warns of heads that are no tree.
        """
        check_text(text)
        document = document_of_conllu(text)
        self.annotate_sentences(document.sentences, tasks, confidences=confidences)
        return document

    def annotate_batch(
        self,
        batch: Any,
        *,
        column: str = "text",
        to: Literal["jsonl", "conllu"] = "jsonl",
        tasks: Sequence[str] | None = None,
        confidences: bool = False,
    ) -> Any:
        """Annotate a column of texts and return the batch with a column `annotation`: for Ray, Dask, Spark, `datasets`.

        A batch is a dictionary of columns, a data frame of pandas or a table of Arrow.  An annotation is what
        `to_dict` gives as JSON, or CoNLL-U.
        Raises InputError where there is no such column, or `annotation` already, and for what is no text.
        """

        def annotate(texts: Iterable[str]) -> Iterator[Document]:
            return self.pipe(texts, tasks=tasks, confidences=confidences)

        return with_annotations(batch, annotate, column=column, to=to)

    def segment(self, text: str) -> Document:
        """Split a text into sentences and words as the model does, and run no task."""
        check_text(text)
        return document_of_text(text, self.segmenter.segment(text))

    def segment_each(self, texts: Iterable[str]) -> Iterator[Document]:
        """Split a stream of texts as `segment` does, several short ones at a time; errors when their turn comes."""
        return self._split_each(texts, method="segment_each", for_one="segment")

    def _split_each(self, texts: Iterable[str], *, method: str, for_one: str) -> Iterator[Document]:
        """Split a stream of texts that `method` takes, `for_one` a single one."""
        alone = texts_of(texts, as_tuples=False, method=method, for_one=for_one)
        documents = ((Document(text, []), None) for text, _ in alone)
        return (document for document, _ in split_documents(documents, self.segmenter))

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text that is one sentence."""
        check_text(text)
        return self.segmenter.tokenize(text)

    def annotate_sentences(
        self, sentences: Sequence[Sentence], tasks: Sequence[str] | None = None, *, confidences: bool = False
    ) -> None:
        """Write what the tasks predict into sentences, of one document or of many.

        Raises InputError for an unknown task, and for a sentence of more words than can be taken: what a parser needs
        grows with their square.
        """
        check_sentences(sentences, "annotate_sentences")
        chosen = self._choice.about_sentences(tasks)
        self._annotate_sentences(sentences, [chosen] * len(sentences), confidences=confidences)

    def annotate_each(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> None:
        """Write into each sentence what its own tasks predict; none climbs higher than its tasks need.

        Raises InputError as `annotate_sentences` does.
        """
        check_sentences(sentences, "annotate_each")
        asked = [listed_tasks(tasks) for tasks in tasks_of]
        chosen = {tasks: self._choice.about_sentences(tasks) for tasks in asked}
        self._annotate_sentences(sentences, [chosen[tasks] for tasks in asked], confidences=confidences)

    def compare(self, first: str, second: str, *, tasks: Sequence[str] | None = None) -> Judgement:
        """Judge two sentences: how related they are, and whether the first entails the second.

        Raises InputError for a model without pair tasks, an unknown task, or a sentence without words.
        """
        return self.compare_many([(first, second)], tasks)[0]

    def compare_many(self, pairs: Iterable[tuple[str, str]], tasks: Sequence[str] | None = None) -> list[Judgement]:
        """Judge pairs of sentences, in order; errors as in `compare`, with the number of the pair."""
        return list(self.pipe_pairs(pairs, tasks=tasks))

    def pipe_pairs(
        self, pairs: Iterable[tuple[str, str]], *, tasks: Sequence[str] | None = None
    ) -> Iterator[Judgement]:
        """Judge a stream of pairs, in order and in bounded memory."""
        check_many(pairs, "pipe_pairs", "pairs of sentences", "for one pair: compare(first, second)")
        return self._judge(pairs, self._choice.about_pairs(tasks))

    def word_columns(self, *, tasks: Sequence[str] | None = None, confidences: bool = False) -> WordColumns:
        """Return the columns of tables of words (`jmt.to_pandas`) that these tasks fill, the same for every document.

        Raises InputError for an unknown task.
        """
        chosen = self._choice.about_sentences(tasks)
        return WordColumns.of_tasks(self._described(chosen), confidences=confidences)

    def pair_columns(self, *, tasks: Sequence[str] | None = None) -> PairColumns:
        """Return the columns of tables of judgements that these tasks about pairs fill; errors as in `word_columns`."""
        return PairColumns.of_tasks(self._described(self._choice.about_pairs(tasks)))

    def _described(self, tasks: Sequence[str]) -> list[dict[str, Any]]:
        """Return what is known of some tasks, lowest first."""
        return [task for task in self.describe()["tasks"] if task["name"] in tasks]

    def encode(
        self,
        texts: str | Iterable[str],
        *,
        level: int | str | None = None,
        pooling: Pooling = "mean",
        batch_size: int = 256,
        normalize_embeddings: bool = False,
    ) -> Vectors:
        """Return the vectors of texts, float32: (n, H) in the order given, of a single string (H,).

        A vector is the `mean` or the `max` over all words of a text of their hidden states at a level: its number, or a
        task of it; None is the highest that single sentences climb to.  A text without words has zeros.  So many texts
        as `batch_size` says are computed together, on which no vector depends.  `normalize_embeddings` makes the length
        of every other vector 1.
        Raises InputError for an unknown level or pooling, and for texts as `pipe` does; ServiceError over HTTP, where
        no vectors go.
        """
        from jmt.annotate.vectors import check_pooling, text_vectors

        check_pooling(pooling, batch_size)
        hidden = self._hidden(level)
        several = [texts] if isinstance(texts, str) else texts
        documents = self._split_each(several, method="encode", for_one="encode")
        vectors = text_vectors(documents, hidden, pooling=pooling, batch_size=batch_size, unit=normalize_embeddings)
        one: Vectors = vectors[0] if isinstance(texts, str) else vectors
        return one

    def token_vectors(self, document: Document, *, level: int | str | None = None) -> Vectors:
        """Return the vectors of a document's words, float32: (N, H), in the order of `document.tokens`.

        They are the hidden states of a level, chosen as in `encode`.
        Raises InputError for an unknown level, and what is no document; ServiceError over HTTP.
        """
        from jmt.annotate.vectors import word_vectors

        check_document(document, "token_vectors")
        return word_vectors(document, self._hidden(level))

    def score_trees(self, sentences: Sequence[Sentence], *, task: str | None = None) -> list[TreeScore]:
        """Return how probable a parser finds the trees that stand in sentences, whether predicted or given.

        `task` is the parser, where the model has several; left out, the lowest.  No sentence is changed.
        Raises InputError for a model without one, and for a sentence with words without heads; ServiceError over HTTP.
        """
        check_sentences(sentences, "score_trees")
        return self._score_trees(sentences, task)

    @abstractmethod
    def run_for(self, tasks: Sequence[str]) -> list[str]:
        """Return every task that is computed when these are asked for, lowest first."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Return what the model is, as JSON: name, revision, language, engine, segmenter, and tasks, lowest first."""

    @property
    @abstractmethod
    def _choice(self) -> TaskChoice:
        """The tasks that the model has, and those chosen among them."""

    @abstractmethod
    def _annotate_texts(
        self, texts: Iterable[tuple[str, Context]], tasks: Sequence[str], *, confidences: bool
    ) -> Iterator[tuple[Document, Context]]:
        """Split and annotate a stream of (text, context)."""

    @abstractmethod
    def _annotate_documents(
        self, documents: Iterable[tuple[Document, Context]], tasks: Sequence[str], *, confidences: bool, skip: int
    ) -> Iterator[tuple[Document, Context]]:
        """Annotate a stream of (document, context), without the first `skip` of them."""

    @abstractmethod
    def _annotate_sentences(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool
    ) -> None:
        """Write into each sentence what its tasks predict."""

    @abstractmethod
    def _hidden(self, level: int | str | None) -> Hidden:
        """Return what gives the vectors (T, H) of sentences of words at a level."""

    @abstractmethod
    def _score_trees(self, sentences: Sequence[Sentence], task: str | None) -> list[TreeScore]:
        """Return how probable a parser finds the trees of sentences."""

    @abstractmethod
    def _judge(self, pairs: Iterable[tuple[str, str]], tasks: Sequence[str]) -> Iterator[Judgement]:
        """Judge a stream of pairs, each to be checked when its turn comes."""
