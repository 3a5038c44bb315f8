"""The `Client`: the methods of `Annotator`, answered by a service over HTTP."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice
from operator import length_hint
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

from jmt.annotate.annotating import Annotating
from jmt.annotate.task_choice import TaskChoice
from jmt.client.asking import ask_all, tasks_run
from jmt.client.questions import PAIRS, SENTENCES, TEXTS, Kind, fill_from_answer
from jmt.client.served_model import ServedModel, served_model
from jmt.client.served_segmenter import ServedSegmenter
from jmt.document import Document, Judgement, Sentence, TreeScore
from jmt.errors import ConfigError, InputError, ServiceError
from jmt.safety.extras import require
from jmt.safety.forking import ForkLock

if TYPE_CHECKING:
    import httpx2

    from jmt.annotate.vectors import Hidden
    from jmt.segmentation import Segmenter

Context = TypeVar("Context")
Item = TypeVar("Item")
Answer = TypeVar("Answer")


class Client(Annotating):
    """A service of `jmt serve`, used as an `Annotator` is; safe to share between threads.

    Nothing is asked of the service before the first call.  `url` is its address; `api_key` goes along as a bearer key;
    `tasks` limits what is run where a call does not say; `timeout` is in seconds, for one request; `retries` is how
    often a request is sent again where the service is busy (429), not ready (503) or cannot be reached; `in_flight` is
    how many requests of one stream are under way at once, each with many items.  `http` takes an HTTP client of your
    own, with its proxies and certificates.

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
        require("jmt.Client", "httpx2")
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

    def __reduce__(self) -> tuple[Callable[[], Client], tuple[()]]:
        """Pickle the address and the options; raises InputError where an HTTP client of the caller's is among them."""
        if self._again is None:
            raise InputError("Client(url, http=...) cannot be pickled with its HTTP client; make both in each process")
        return self._again, ()

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
        name: str | None = self.model.description["name"]
        return name

    @property
    def revision(self) -> str | None:
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
    def segmenter(self) -> Segmenter:
        return ServedSegmenter(self._split, f"{self.name}@{self.revision}")

    def _split(self, text: str) -> Document:
        ((document, _),) = self._annotate_texts([(text, None)], [], confidences=False)
        return document

    def run_for(self, tasks: Sequence[str]) -> list[str]:
        return tasks_run(self.connection, self.model, tasks)

    def describe(self) -> dict[str, Any]:
        return dict(self.model.description)

    @property
    def _choice(self) -> TaskChoice:
        return TaskChoice(self.model.token_tasks, self.model.pair_tasks, self._chosen)

    def _annotate_texts(
        self, texts: Iterable[tuple[str, Context]], tasks: Sequence[str], *, confidences: bool
    ) -> Iterator[tuple[Document, Context]]:
        asked = self._ask(TEXTS, texts, tasks, confidences=confidences)
        return ((document, context) for (_, context), document in asked)

    def _annotate_documents(
        self, documents: Iterable[tuple[Document, Context]], tasks: Sequence[str], *, confidences: bool, skip: int
    ) -> Iterator[tuple[Document, Context]]:
        for is_split, run in groupby(islice(documents, skip, None), key=_Split()):
            fill = self._fill_documents if is_split else self._split_documents
            yield from fill(run, tasks, confidences)

    def _annotate_sentences(
        self, sentences: Sequence[Sentence], tasks_of: Sequence[Sequence[str]], *, confidences: bool
    ) -> None:
        alike: dict[tuple[str, ...], list[Sentence]] = {}
        for sentence, tasks in zip(sentences, tasks_of, strict=True):
            alike.setdefault(tuple(tasks), []).append(sentence)
        for chosen, group in alike.items():
            if chosen:
                for sentence, answered in self._ask(SENTENCES, group, chosen, confidences=confidences):
                    fill_from_answer(sentence, answered)

    def _hidden(self, level: int | str | None) -> Hidden:
        raise _only_here("vectors")

    def _score_trees(self, sentences: Sequence[Sentence], task: str | None) -> list[TreeScore]:
        raise _only_here("scores of trees")

    def _judge(self, pairs: Iterable[tuple[str, str]], tasks: Sequence[str]) -> Iterator[Judgement]:
        return (judgement for _, judgement in self._ask(PAIRS, pairs, tasks))

    def _ask(
        self, kind: Kind[Item, Answer], items: Iterable[Item], tasks: Sequence[str], *, confidences: bool = False
    ) -> Iterator[tuple[Item, Answer]]:
        return ask_all(
            self.connection,
            kind,
            items,
            tasks,
            confidences=confidences,
            limits=self.model.limits,
            in_flight=min(self.in_flight, length_hint(items, self.in_flight) or 1),
        )

    def _split_documents(
        self, documents: Iterable[tuple[Document, Context]], tasks: Sequence[str], confidences: bool
    ) -> Iterator[tuple[Document, Context]]:
        """Ask for the texts of a stream of documents that are not split yet."""
        texts = ((document.text, (document, context)) for document, context in documents)
        for answered, (document, context) in self._annotate_texts(texts, tasks, confidences=confidences):
            document.sentences = answered.sentences
            yield document, context

    def _fill_documents(
        self, documents: Iterable[tuple[Document, Context]], tasks: Sequence[str], confidences: bool
    ) -> Iterator[tuple[Document, Context]]:
        """Ask for the sentences of a stream of documents; a document comes out once its last sentence is filled."""
        if not tasks:
            yield from documents
            return
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
                fill_from_answer(sentence, answered)
                filled += 1
            while waiting and len(waiting[0][0].sentences) <= filled:
                filled -= len(waiting[0][0].sentences)
                yield waiting.popleft()
        if not isinstance(fault, StopIteration):
            raise fault


class _Split:
    """Tells whether a document is split into sentences already; one of white space is as the one before it was."""

    def __init__(self) -> None:
        self._latest = False

    def __call__(self, item: tuple[Document, Any]) -> bool:
        if item[0].text.strip():
            self._latest = bool(item[0].sentences)
        return self._latest


def _only_here(what: str) -> ServiceError:
    """Say that a service does not give something, and what to do."""
    return ServiceError(f"a service gives no {what}: load the model in this process, as in jmt.load(name)")


def _check_numbers(timeout: float, retries: int, in_flight: int) -> None:
    """Refuse settings that cannot mean anything."""
    if not 0 < timeout < float("inf"):
        raise ConfigError(f"timeout is {timeout}; it has to be above 0 seconds, and not endless")
    if retries < 0:
        raise ConfigError(f"retries is {retries}; it has to be 0 or more")
    if not 1 <= in_flight <= 256:
        raise ConfigError(f"in_flight is {in_flight}; it has to be from 1 to 256")
