"""The `Client`: the methods of `Annotator`, answered by a service over HTTP."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from jmt.annotate.asked import check_many, check_text, documents_of, texts_of
from jmt.annotate.building import document_of_text, document_of_words
from jmt.annotate.reading import document_of_conllu
from jmt.annotate.task_choice import TaskChoice, listed
from jmt.client.asking import ask_all, tasks_run
from jmt.client.questions import PAIRS, SENTENCES, TEXTS, Kind, fill
from jmt.client.served_model import ServedModel, served_model
from jmt.document import Document, Judgement, Sentence
from jmt.errors import ConfigError, InputError, JmtError
from jmt.safety.forking import ForkLock

if TYPE_CHECKING:
    import httpx2

    from jmt.segmentation import Segmenter

Context = TypeVar("Context")
Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Client:
    """A service of `jmt serve`, used as an `Annotator` is; safe to share between threads.

    Nothing is asked of the service before the first call.  `url` is its address; `api_key` goes along as a bearer key;
    `tasks` limits what is run where a call does not say; `timeout` is in seconds, for one request; `retries` is how
    often a request is sent again where the service is busy (429), not ready (503) or cannot be reached; `in_flight` is
    how many requests of one stream are under way at once.  `http` takes an HTTP client of your own, with its proxies
    and certificates.

    A forked child uses connections of its own, a copy is the same client, and a pickled one holds its options, the key
    among them.

    Every method raises InputError for what the service cannot take and ServiceError for what it cannot do.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        tasks: Sequence[str] | None = None,
        timeout: float = 60.0,
        retries: int = 5,
        in_flight: int = 4,
        http: httpx2.Client | None = None,
    ) -> None:
        _check_numbers(timeout, retries, in_flight)
        if find_spec("httpx2") is None:
            raise JmtError("jmt.Client needs httpx2, which is not installed here: pip install 'jmt[client]'")
        from jmt.client.connection import Connection

        self.connection = Connection(url, api_key=api_key, timeout=timeout, retries=retries, http=http)
        self.in_flight = in_flight
        self._chosen = tasks
        again = partial(
            Client, url, api_key=api_key, tasks=tasks, timeout=timeout, retries=retries, in_flight=in_flight
        )
        self._again: Callable[[], Client] | None = again if http is None else None
        self._lock = ForkLock()
        self._model: ServedModel | None = None
        self._segmenter: Segmenter | None = None

    def __reduce__(self) -> tuple[Callable[[], Client], tuple[()]]:
        """Pickle the address and the options; raises InputError where an HTTP client of the caller's is among them."""
        if self._again is None:
            raise InputError("Client(url, http=...) cannot be pickled with its HTTP client; make both in each process")
        return self._again, ()

    def __deepcopy__(self, copied: dict[int, object]) -> Client:
        """Return the client itself, which all may share."""
        return self

    def __copy__(self) -> Client:
        """Return the client itself, which all may share."""
        return self

    def __enter__(self) -> Client:
        """Close the connections at the end of a `with` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections to the service; those of an HTTP client of the caller's own stay open."""
        self.connection.close()

    @property
    def name(self) -> str | None:
        """What the service calls its model."""
        name: str | None = self.model.description["name"]
        return name

    @property
    def revision(self) -> str | None:
        """The hash of the service's model."""
        revision: str | None = self.model.description["revision"]
        return revision

    @property
    def model(self) -> ServedModel:
        """What the service says of its model, asked once."""
        with self._lock:
            if self._model is None:
                self._model = served_model(self.connection.get("/v1/model"), self.connection.url)
            return self._model

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
        chosen = self._choice.about_sentences(tasks)
        if not chosen:
            return self.segment(text)
        ((_, document),) = self._ask(TEXTS, [(text, None)], chosen, confidences=confidences, in_flight=1)
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

        With `as_tuples`, takes (text, context) and gives (document, context).  Many texts go into one request, and
        `in_flight` requests are under way at once.
        Raises InputError as `__call__` does: for an unknown task at once, for a bad text when its turn comes.
        """
        pairs = texts_of(texts, as_tuples=as_tuples)
        chosen = self._choice.about_sentences(tasks)
        if chosen:
            asked = self._ask(TEXTS, pairs, chosen, confidences=confidences)
            annotated = ((document, context) for (_, context), document in asked)
        else:
            annotated = ((self.segment(text), context) for text, context in pairs)
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
        given = islice(documents_of(documents), skip, None)
        return self._fill_documents(given, chosen, confidences) if chosen else given

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
        """Split a text into sentences and words, and run no task: done here, by the rules of the model's language."""
        check_text(text)
        return document_of_text(text, self.segmenter.segment(text))

    def tokenize(self, text: str) -> list[str]:
        """Return the words of a text that is one sentence: done here, as `segment` is."""
        check_text(text)
        return self.segmenter.tokenize(text)

    @property
    def segmenter(self) -> Segmenter:
        """The rules of the model's language; the one part that needs spaCy."""
        language = self.model.description["language"]
        with self._lock:
            if self._segmenter is None:
                from jmt.segmentation import Segmenter

                self._segmenter = Segmenter(language)
            return self._segmenter

    def annotate_sentences(
        self, sentences: Sequence[Sentence], tasks: Sequence[str] | None = None, *, confidences: bool = False
    ) -> None:
        """Write what the tasks predict into sentences, of one document or of many.

        Raises InputError for an unknown task, and for a sentence of more words than the service takes.
        """
        chosen = self._choice.about_sentences(tasks)
        if chosen:
            for sentence, answered in self._ask(SENTENCES, sentences, chosen, confidences=confidences):
                fill(sentence, answered)

    def annotate_each(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool = False
    ) -> None:
        """Write into each sentence what its own tasks predict; those with the same tasks are asked for together.

        Raises InputError as `annotate_sentences` does.
        """
        alike: dict[tuple[str, ...], list[Sentence]] = {}
        for sentence, tasks in zip(sentences, tasks_of, strict=True):
            alike.setdefault(listed(tasks), []).append(sentence)
        for tasks, group in alike.items():
            self.annotate_sentences(group, tasks, confidences=confidences)

    def compare(self, first: str, second: str, *, tasks: Sequence[str] | None = None) -> Judgement:
        """Judge two sentences: how related they are, and whether the first entails the second.

        Raises InputError for a model without pair tasks, an unknown task, or a sentence without words.
        """
        chosen = self._choice.about_pairs(tasks)
        ((_, judgement),) = self._ask(PAIRS, [(first, second)], chosen, in_flight=1)
        return judgement

    def compare_many(self, pairs: Iterable[tuple[str, str]], tasks: Sequence[str] | None = None) -> list[Judgement]:
        """Judge pairs of sentences, in order; errors as in `compare`, with the number of the pair."""
        return list(self.pipe_pairs(pairs, tasks=tasks))

    def pipe_pairs(
        self, pairs: Iterable[tuple[str, str]], *, tasks: Sequence[str] | None = None
    ) -> Iterator[Judgement]:
        """Judge a stream of pairs, in order and in bounded memory."""
        check_many(pairs, "pipe_pairs", "pairs of sentences", "for one pair: compare(first, second)")
        chosen = self._choice.about_pairs(tasks)
        return (judgement for _, judgement in self._ask(PAIRS, pairs, chosen))

    def run_for(self, tasks: Sequence[str]) -> list[str]:
        """Return every task that is computed when these are asked for, lowest first: asked by an example."""
        return tasks_run(self.connection, self.model, tasks)

    def describe(self) -> dict[str, Any]:
        """Return what the model is, as JSON values: name, revision, language, and its tasks from the bottom up."""
        return dict(self.model.description)

    @property
    def _choice(self) -> TaskChoice:
        return TaskChoice(self.model.token_tasks, self.model.pair_tasks, self._chosen)

    def _ask(
        self,
        kind: Kind[Item, Answer],
        items: Iterable[Item],
        tasks: Sequence[str],
        *,
        confidences: bool = False,
        in_flight: int | None = None,
    ) -> Iterator[tuple[Item, Answer]]:
        return ask_all(
            self.connection,
            kind,
            items,
            tasks,
            confidences=confidences,
            limits=self.model.limits,
            in_flight=self.in_flight if in_flight is None else in_flight,
        )

    def _fill_documents(
        self, documents: Iterable[tuple[Document, Context]], tasks: Sequence[str], confidences: bool
    ) -> Iterator[tuple[Document, Context]]:
        """Ask for the sentences of a stream of documents; a document comes out once its last sentence is filled."""
        waiting: deque[tuple[Document, Context]] = deque()
        fault: Exception | None = None

        def sentences() -> Iterator[Sentence]:
            for document, context in documents:
                waiting.append((document, context))
                yield from document.sentences

        filled = 0
        asked = self._ask(SENTENCES, sentences(), tasks, confidences=confidences)
        while fault is None:
            try:
                sentence, answered = next(asked)
            except Exception as error:  # raised again below, once the documents before it are out
                fault = error
            else:
                fill(sentence, answered)
                filled += 1
            while waiting and len(waiting[0][0].sentences) <= filled:
                filled -= len(waiting[0][0].sentences)
                yield waiting.popleft()
        if not isinstance(fault, StopIteration):
            raise fault


def _check_numbers(timeout: float, retries: int, in_flight: int) -> None:
    """Refuse settings that cannot mean anything."""
    if not 0 < timeout < float("inf"):
        raise ConfigError(f"timeout is {timeout}; it has to be above 0 seconds, and not endless")
    if retries < 0:
        raise ConfigError(f"retries is {retries}; it has to be 0 or more")
    if not 1 <= in_flight <= 256:
        raise ConfigError(f"in_flight is {in_flight}; it has to be from 1 to 256")
