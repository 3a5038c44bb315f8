"""The `Annotator`: raw text, words or CoNLL-U in, documents out; pairs in, judgements out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from jmt.annotate.asked import check_many, check_text, documents_of, texts_of
from jmt.annotate.building import document_of_text, document_of_words
from jmt.annotate.filling import fill_sentence
from jmt.annotate.judging import Pair, as_pair
from jmt.annotate.reading import document_of_conllu
from jmt.annotate.streaming import in_windows, slices
from jmt.annotate.task_choice import TaskChoice, listed
from jmt.cascade.prediction import BATCH_TOKENS, Predictor
from jmt.document import Document, Judgement, Sentence
from jmt.errors import InputError
from jmt.network.computing import Precision
from jmt.network.engine import TorchEngine
from jmt.segmentation import Segmenter

if TYPE_CHECKING:
    from jmt.network.model import JointModel

LONGEST_SENTENCE = 10_000
"""Words; a parser scores every pair of words, which takes about 3 GB for so many."""

Context = TypeVar("Context")
Recipe = tuple[Callable[..., "Annotator"], tuple[Any, ...]]
"""A function that can be imported, and arguments that can be pickled."""


class Annotator:
    """A trained cascade put to work; safe to share between threads, and with forked children.

    It is pickled as a recipe, a function and its arguments by which it is loaded again; a copy is the annotator itself.
    A result depends on nothing but its own input: not on what else is annotated with it, nor on the order.
    `tasks` limits what is run where a call does not say; only the levels that the tasks need are computed.
    """

    def __init__(
        self,
        model: JointModel,
        segmenter: Segmenter,
        *,
        tasks: Sequence[str] | None = None,
        name: str | None = None,
        revision: str | None = None,
        precision: Precision = "float32",
        batch_tokens: int = BATCH_TOKENS,
        recipe: Recipe | None = None,
    ) -> None:
        self.predictor = Predictor(TorchEngine(model, precision=precision), batch_tokens=batch_tokens)
        self.segmenter = segmenter
        self.name = name
        self.revision = revision
        self._recipe = recipe
        configured = model.config.tasks
        token_tasks = sorted(model.token_tasks, key=lambda task: configured[task].level)
        pair_tasks = sorted(model.pair_tasks, key=lambda task: configured[task].level)
        self._span_tasks = frozenset(task for task in configured if getattr(configured[task], "scheme", None))
        self._choice = TaskChoice(token_tasks, pair_tasks, tasks)
        self._all_tasks = (*token_tasks, *pair_tasks)

    def __reduce__(self) -> Recipe:
        """Pickle how this annotator is loaded again; raises InputError where it was not loaded from a place."""
        if self._recipe is None:
            raise InputError(
                "an annotator of a model in memory cannot be pickled: save the model (jmt.network.checkpoint.save) and "
                "take the annotator from jmt.load(folder), which can; or use threads"
            )
        return self._recipe

    def __deepcopy__(self, copied: dict[int, object]) -> Annotator:
        """Return the annotator itself, which all may share."""
        return self

    def __copy__(self) -> Annotator:
        """Return the annotator itself, which all may share."""
        return self

    @property
    def token_tasks(self) -> list[str]:
        """The tasks about single sentences that are run unless a call says otherwise, lowest first."""
        return self._choice.token_tasks

    @property
    def pair_tasks(self) -> list[str]:
        """The tasks about pairs that are run unless a call says otherwise, lowest first."""
        return self._choice.pair_tasks

    def __call__(self, text: str, *, tasks: Sequence[str] | None = None, confidences: bool = False) -> Document:
        """Split a text into sentences and words, and annotate them.

        Raises InputError for an unknown task, and for what is no string or holds half a surrogate pair.
        """
        document = self.segment(text)
        self.annotate_sentences(document.sentences, tasks, confidences=confidences)
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
        segmented = ((self.segment(text), context) for text, context in texts_of(texts, as_tuples=as_tuples))
        annotated = self.pipe_documents(segmented, tasks=tasks, confidences=confidences)
        return annotated if as_tuples else (document for document, _ in annotated)

    def pipe_documents(
        self,
        documents: Iterable[tuple[Document, Context]],
        *,
        tasks: Sequence[str] | None = None,
        confidences: bool = False,
        skip: int = 0,
    ) -> Iterator[tuple[Document, Context]]:
        """Annotate a stream of (document, context), each split into sentences and words already, as `pipe` does.

        The first `skip` of them, which an earlier call gave, are left out.
        """
        chosen = self._choice.about_sentences(tasks)

        def annotate(window: Sequence[tuple[Document, Context]]) -> None:
            sentences = [sentence for document, _ in window for sentence in document.sentences]
            self.annotate_sentences(sentences, chosen, confidences=confidences)

        given = documents_of(documents)
        return in_windows(given, lambda item: sum(len(s.tokens) for s in item[0].sentences), annotate, skip=skip)

    def annotate_tokens(
        self, sentences: Iterable[Sequence[str]], *, tasks: Sequence[str] | None = None, confidences: bool = False
    ) -> Document:
        """Annotate sentences that are split into words already, as one document.

        Its text has a space between words and a line end between sentences.
        Raises InputError for a sentence without words, a word that is empty or no string, and an unknown task.
        """
        document = document_of_words(sentences)
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

    def segment(self, text: str) -> Document:
        """Split a text into sentences and words, and run no task."""
        check_text(text)
        return document_of_text(text, self.segmenter.segment(text))

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text that is one sentence."""
        check_text(text)
        return self.segmenter.tokenize(text)

    def annotate_sentences(
        self, sentences: Sequence[Sentence], tasks: Sequence[str] | None = None, *, confidences: bool = False
    ) -> None:
        """Write what the tasks predict into sentences, of one document or of many.

        Raises InputError for an unknown task, and for a sentence of more words than a parser has memory for.
        """
        chosen = self._choice.about_sentences(tasks)
        self._annotate(sentences, [chosen] * len(sentences), confidences=confidences)

    def annotate_each(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> None:
        """Write into each sentence what its own tasks predict; none climbs higher than its tasks need.

        Raises InputError as `annotate_sentences` does.
        """
        asked = [listed(tasks) for tasks in tasks_of]
        known = {tasks: self._choice.about_sentences(tasks) for tasks in asked}
        self._annotate(sentences, [known[tasks] for tasks in asked], confidences=confidences)

    def _annotate(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> None:
        lengths = [len(sentence.tokens) for sentence in sentences]
        check_lengths(lengths)
        for place in slices(lengths):
            window = sentences[place]
            words = [[token.text for token in sentence.tokens] for sentence in window]
            predicted = self.predictor.annotate_each(words, tasks_of[place], confidences=confidences)
            for sentence, predictions in zip(window, predicted, strict=True):
                fill_sentence(sentence, predictions, span_tasks=self._span_tasks)

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
        chosen = self._choice.about_pairs(tasks)
        check_many(pairs, "pipe_pairs", "pairs of sentences", "for one pair: compare(first, second)")
        numbered = (as_pair(pair, number, self.segmenter) for number, pair in enumerate(pairs, start=1))

        def judge(window: Sequence[Pair]) -> None:
            predicted = self.predictor.compare([pair.words for pair in window], chosen)
            for pair, predictions in zip(window, predicted, strict=True):
                pair.judge(predictions)

        judged = in_windows(numbered, lambda pair: sum(map(len, pair.words)), judge)
        return (pair.judgement for pair in judged)

    def run_for(self, tasks: Sequence[str]) -> list[str]:
        """Return every task that is computed when these are asked for, lowest first."""
        return self.predictor.cascade.config.needed(listed(tasks)) if tasks else []

    def describe(self) -> dict[str, Any]:
        """Return what the model is, as JSON values: name, revision, language, and its tasks from the bottom up."""
        model = self.predictor.cascade
        return {
            "name": self.name,
            "revision": self.revision,
            "language": model.config.language,
            "tasks": [
                {
                    "name": task,
                    "kind": model.config.tasks[task].kind,
                    "level": model.config.tasks[task].level,
                    "reads": [read.task for read in model.config.tasks[task].reads],
                    "labels": list(model.labels[task].labels),
                }
                for task in self._all_tasks
            ],
        }


def check_lengths(lengths: Sequence[int]) -> None:
    """Refuse a sentence that is too long, naming its number among those given."""
    for number, length in enumerate(lengths, start=1):
        if length > LONGEST_SENTENCE:
            raise InputError(
                f"sentence {number} has {length:,} words; at most {LONGEST_SENTENCE:,} can be annotated, since memory "
                "grows with their square: split it"
            )
