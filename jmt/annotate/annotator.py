"""The `Annotator`: raw text, words or CoNLL-U in, documents out; pairs in, judgements out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, TypeVar

from jmt.annotate.annotating import Annotating
from jmt.annotate.filling import column_fillers, fill_sentence
from jmt.annotate.judging import Pair, as_pair
from jmt.annotate.splitting import document_windows, split_documents
from jmt.annotate.streaming import in_windows, take, window_slices
from jmt.annotate.task_choice import TaskChoice, known_tasks
from jmt.annotate.tree_scores import given_tree, parser_of
from jmt.annotate.vectors import Hidden, Vectors, task_of_level
from jmt.cascade.prediction import BATCH_TOKENS, Engine, Predictor
from jmt.document import Document, Judgement, Sentence, TreeScore
from jmt.errors import InputError
from jmt.segmentation import Segmenter

_LONGEST_SENTENCE = 10_000
"""Words; a parser scores every pair of words, which takes about 3 GB for so many."""

Context = TypeVar("Context")
Recipe = tuple[Callable[..., "Annotator"], tuple[Any, ...]]
"""A function that can be imported, and arguments that can be pickled."""


class Annotator(Annotating):
    """A trained cascade put to work; safe to share between threads, and with forked children.

    It is pickled as a recipe, a function and its arguments by which it is loaded again; a copy is the annotator itself.
    A result depends on nothing but its own input: not on what else is annotated with it, nor on the order.
    `tasks` limits what is run where a call does not say; only the levels that the tasks need are computed.
    """

    def __init__(
        self,
        engine: Engine,
        segmenter: Segmenter,
        *,
        tasks: Sequence[str] | None = None,
        name: str | None = None,
        revision: str | None = None,
        batch_tokens: int = BATCH_TOKENS,
        recipe: Recipe | None = None,
    ) -> None:
        self.predictor = Predictor(engine, batch_tokens=batch_tokens)
        model = engine.cascade
        self._segmenter = segmenter
        self._name = name
        self._revision = revision
        self._recipe = recipe
        configured = model.config.tasks
        token_tasks = sorted(model.token_tasks, key=lambda task: configured[task].level)
        pair_tasks = sorted(model.pair_tasks, key=lambda task: configured[task].level)
        self._span_tasks = frozenset(task for task in configured if getattr(configured[task], "scheme", None))
        self._columns = column_fillers(configured)
        self._tasks = TaskChoice(token_tasks, pair_tasks, tasks)
        self._all_tasks = (*token_tasks, *pair_tasks)

    def __reduce__(self) -> Recipe:
        """Pickle how this annotator is loaded again; raises InputError where it was not loaded from a place."""
        if self._recipe is None:
            raise InputError(
                "an annotator of a model in memory cannot be pickled: save the model (jmt.network.checkpoint.save) and "
                "take the annotator from jmt.load(folder), which can; or use threads"
            )
        return self._recipe

    @property
    def name(self) -> str | None:
        return self._name

    @property
    def revision(self) -> str | None:
        return self._revision

    @property
    def segmenter(self) -> Segmenter:
        return self._segmenter

    @property
    def _choice(self) -> TaskChoice:
        return self._tasks

    def _annotate_texts(
        self, texts: Iterable[tuple[str, Context]], tasks: Sequence[str], *, confidences: bool
    ) -> Iterator[tuple[Document, Context]]:
        documents = ((Document(text, []), context) for text, context in texts)
        return self._annotate_documents(documents, tasks, confidences=confidences, skip=0)

    def _annotate_documents(
        self, documents: Iterable[tuple[Document, Context]], tasks: Sequence[str], *, confidences: bool, skip: int
    ) -> Iterator[tuple[Document, Context]]:
        for window in document_windows(documents):
            if len(window) > skip:
                annotated = self._annotate_window(window, tasks, confidences=confidences)
                yield from islice(annotated, skip, None)
            skip = max(0, skip - len(window))

    def _annotate_window(
        self, window: Sequence[tuple[Document, Context]], tasks: Sequence[str], *, confidences: bool
    ) -> Iterator[tuple[Document, Context]]:
        split, fault = take(split_documents(window, self.segmenter), lambda _: 1, len(window) + 1)
        sentences = [sentence for document, _ in split for sentence in document.sentences]
        self._annotate_sentences(sentences, [tasks] * len(sentences), confidences=confidences)
        yield from split
        if fault is not None and not isinstance(fault, StopIteration):
            raise fault

    def _annotate_sentences(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool
    ) -> None:
        lengths = [len(sentence.tokens) for sentence in sentences]
        _check_lengths(lengths)
        for place in window_slices(lengths):
            window = sentences[place]
            words = [[token.text for token in sentence.tokens] for sentence in window]
            predicted = self.predictor.annotate_each(words, tasks_of[place], confidences=confidences)
            for sentence, predictions in zip(window, predicted, strict=True):
                fill_sentence(
                    sentence,
                    predictions,
                    confidences=confidences,
                    span_tasks=self._span_tasks,
                    columns=self._columns,
                )

    def _hidden(self, level: int | str | None) -> Hidden:
        task = task_of_level(self.predictor.cascade.config, level)

        def hidden(sentences: Sequence[list[str]]) -> list[Vectors]:
            _check_lengths([len(words) for words in sentences])
            return self.predictor.hidden([list(words) for words in sentences], task)

        return hidden

    def _score_trees(self, sentences: Sequence[Sentence], task: str | None) -> list[TreeScore]:
        parser = parser_of(self.predictor.cascade.config, task)
        _check_lengths([len(sentence.tokens) for sentence in sentences])
        trees = [given_tree(sentence, number) for number, sentence in enumerate(sentences, start=1)]
        words = [[token.text for token in sentence.tokens] for sentence in sentences]
        scored = self.predictor.score_trees(words, parser, trees)
        return [TreeScore(chances.heads, chances.deprels) for chances in scored]

    def _judge(self, pairs: Iterable[tuple[str, str]], tasks: Sequence[str]) -> Iterator[Judgement]:
        numbered = (as_pair(pair, number, self.segmenter) for number, pair in enumerate(pairs, start=1))

        def judge(window: Sequence[Pair]) -> None:
            predicted = self.predictor.compare([pair.words for pair in window], tasks)
            for pair, predictions in zip(window, predicted, strict=True):
                pair.judge(predictions)

        judged = in_windows(numbered, lambda pair: sum(map(len, pair.words)), judge)
        return (pair.judgement for pair in judged)

    def run_for(self, tasks: Sequence[str]) -> list[str]:
        chosen = known_tasks(tasks, self._all_tasks) if tasks else []
        return self.predictor.cascade.config.needed(chosen) if chosen else []

    def describe(self) -> dict[str, Any]:
        model = self.predictor.cascade
        return {
            "name": self.name,
            "revision": self.revision,
            "engine": self.predictor.engine.name,
            "language": model.config.language,
            "segmenter": self.segmenter.name_and_version,
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


def _check_lengths(lengths: Sequence[int]) -> None:
    """Refuse a sentence that is too long, naming its number among those given."""
    for number, length in enumerate(lengths, start=1):
        if length > _LONGEST_SENTENCE:
            raise InputError(
                f"sentence {number} has {length:,} words; at most {_LONGEST_SENTENCE:,} can be annotated, since memory "
                "grows with their square: split it"
            )


def annotate_window(
    annotator: Annotator, window: Sequence[tuple[Document, Context]], *, confidences: bool = False
) -> Iterator[tuple[Document, Context]]:
    """Annotate what `document_windows` gives, as `pipe_documents` does; where one cannot be split, those before it.

    Another process that does so comes to the same results, to the last bit.
    """
    tasks = annotator._choice.about_sentences(None)
    return annotator._annotate_window(window, tasks, confidences=confidences)
