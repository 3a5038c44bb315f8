"""What a client sends, and how it treats streams; the service is a function."""

from __future__ import annotations

import inspect
import pydoc
import threading
import time
from collections.abc import Iterator
from itertools import count, islice
from typing import Any

import httpx2
import pytest

import jmt
from jmt.annotate import Annotator
from jmt.annotate.annotating import Annotating
from jmt.cascade.kinds import KINDS
from jmt.client.questions import fill_from_answer
from jmt.document import Document, Judgement, Sentence, Token
from jmt.errors import InputError
from jmt.formats.conllu import read_conllu
from tests.unit.client.fake_service import MODEL, FakeService, body_of, right


def public(kind: type) -> dict[str, Any]:
    """Methods and properties that are not private, and the call itself, those that are inherited among them."""
    return {name: getattr(kind, name) for name in dir(kind) if name == "__call__" or not name.startswith("_")}


ONLY_OF_A_CLIENT = {"close", "model"}


def test_every_method_of_the_annotator_is_one_of_the_client_with_the_same_signature_and_the_same_words():
    annotator, client = public(Annotator), public(jmt.Client)

    assert client.keys() - annotator.keys() == ONLY_OF_A_CLIENT
    assert annotator.keys() <= client.keys()
    for name, method in annotator.items():
        if isinstance(method, property):
            assert isinstance(client[name], property)
        else:
            assert inspect.signature(client[name]) == inspect.signature(method), name
        described = inspect.getdoc(method) if callable(method) else inspect.getdoc(getattr(Annotating, name))
        assert described, name
    assert (inspect.getdoc(jmt.Client.pipe) or "").startswith("Annotate a stream of texts")
    assert "Annotate a stream of texts" in pydoc.render_doc(jmt.Client.pipe, renderer=pydoc.plaintext)


def test_what_is_public_stands_in_the_base_and_nothing_else_of_an_annotator_does():
    assert public(Annotator).keys() == public(Annotating).keys()
    for kind in (Annotator, jmt.Client):
        told_again = [name for name, own in vars(kind).items() if name in public(Annotating) and own.__doc__]
        assert told_again == [], "a docstring of its own would part from the other's"


def test_every_kind_about_pairs_is_known_as_one_by_its_name():
    assert {name for name in KINDS if name.startswith("pair_")} == {
        name for name, kind in KINDS.items() if kind.about_pairs
    }


def test_nothing_is_asked_before_the_first_call_and_the_model_only_once():
    service = FakeService()
    models: list[str] = []
    http = httpx2.Client(transport=httpx2.MockTransport(lambda r: models.append(r.url.path) or service(r)))
    client = jmt.Client("http://there:8000", http=http)
    assert models == []
    client("a")
    client("b")
    assert models == ["/v1/model", "/v1/annotate", "/v1/annotate"]


def test_tasks_are_sent_once_each_lowest_first_and_all_where_none_are_named():
    service = FakeService()
    client = service.client()
    client("a")
    client("a", tasks=["dep", "xpos", "dep"])
    client.compare("a", "b")

    assert [body_of(request)["tasks"] for request in service.requests] == [
        ["xpos", "dep"],
        ["xpos", "dep"],
        ["relatedness"],
    ]


def test_the_tasks_of_the_client_are_those_of_every_call_that_names_none():
    client = FakeService().client(tasks=["dep"])

    assert (client.token_tasks, client.pair_tasks) == (["dep"], [])
    with pytest.raises(InputError, match="no task about pairs is among the chosen ones; name one of relatedness"):
        client.compare("a", "b")
    assert client.compare("a", "b", tasks=["relatedness"]).relatedness == 3.0


def test_an_unknown_task_is_refused_at_once_as_the_annotator_does():
    client = FakeService().client()

    for call in (lambda: client.pipe(["a"], tasks=["ner"]), lambda: client.pipe_pairs([], tasks=["xpos"])):
        with pytest.raises(InputError, match=r"no task `.*` to run here; this model has"):
            call()


def test_a_model_without_tasks_of_a_kind_says_so():
    tasks = [task for task in MODEL["tasks"] if task["name"] != "relatedness"]  # type: ignore[attr-defined]

    with pytest.raises(InputError, match="this model has no task about pairs, only xpos, dep"):
        FakeService(tasks=tasks).client().compare("a", "b")


def test_confidences_are_asked_for_only_where_they_are_wanted():
    service = FakeService()
    service.client()("a")
    service.client()("a", confidences=True)

    assert "confidences" not in body_of(service.requests[0])
    assert body_of(service.requests[1])["confidences"] is True


def test_every_way_to_annotate_hands_the_wish_for_confidences_on_and_gives_what_comes():
    def respond(request: httpx2.Request) -> httpx2.Response:
        answer = right(request).json()
        for token in (t for d in answer["documents"] for s in d["sentences"] for t in s["tokens"]):
            token["confidences"] = {"xpos": 0.75}
        return httpx2.Response(200, json=answer)

    service = FakeService(respond)
    client = service.client()
    empty = [client.annotate_tokens([["a"]]) for _ in range(3)]
    (sentence,) = empty[0].sentences
    sentence.tokens[0].confidences.clear()
    service.requests.clear()
    client.annotate_each([sentence], [["xpos"]], confidences=True)
    documents = [
        empty[0],
        client("a", confidences=True),
        *client.pipe(["a"], confidences=True),
        *(document for document, _ in client.pipe_documents([(empty[1], None)], confidences=True)),
        client.annotate_tokens([["a"]], confidences=True),
        client.annotate_conllu("1\ta" + "\t_" * 8 + "\n\n", confidences=True),
    ]

    assert [body_of(request).get("confidences") for request in service.requests] == [True] * 6
    assert [token.confidences for document in documents for token in document.tokens] == [{"xpos": 0.75}] * 6


@pytest.mark.parametrize("text", ["", "a\x00b", "😀 é", '"\\\n', "\u2028"])
def test_texts_arrive_as_they_are(text: str):
    service = FakeService()
    document = service.client()(text)

    assert body_of(service.requests[0])["texts"] == [text]
    assert document.text == text


@pytest.mark.parametrize("bad", [3, None, "half \ud800"])
def test_what_is_no_text_is_refused_when_its_turn_comes_and_never_sent(bad: Any):
    service = FakeService()
    found: list[Document] = []
    with pytest.raises(InputError, match=r"a text is a string|text 5 holds half of a surrogate pair"):
        found.extend(service.client().pipe(["a", "b", "c", "d", bad, "e"]))

    assert [document.text for document in found] == ["a", "b", "c", "d"]


def test_a_stream_keeps_its_order_and_its_contexts():
    texts = [f"text {number}" for number in range(100)]

    found = list(FakeService().client().pipe(zip(texts, count()), as_tuples=True))

    assert [(document.text, context) for document, context in found] == list(zip(texts, range(100), strict=True))


def test_no_more_requests_are_under_way_than_allowed_and_they_do_run_at_once():
    lock, now, most = threading.Lock(), 0, 0

    def respond(request: httpx2.Request) -> httpx2.Response:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with lock:
            now -= 1
        return right(request)

    assert len(list(FakeService(respond).client(in_flight=3).pipe(["text"] * 300))) == 300
    assert most == 3


def test_an_endless_stream_is_read_a_few_requests_ahead_only():
    read = count()

    def endless() -> Iterator[str]:
        for number in read:
            yield f"text {number}"

    list(islice(FakeService().client(in_flight=2).pipe(endless()), 500))

    assert next(read) < 500 + 4 * 32


def test_a_request_stays_within_the_limits_that_the_service_names():
    service = FakeService(limits={"max_body_bytes": 300, "max_texts": 5, "max_request_tokens": 60})
    texts = [("é" * (number % 9) + " ") * 3 for number in range(80)]

    assert [document.text for document in service.client().pipe(texts)] == texts
    sent = [body_of(request)["texts"] for request in service.requests]
    assert max(map(len, sent)) <= 5
    assert all(sum(map(len, texts)) <= 60 for texts in sent)
    assert max(len(request.content) for request in service.requests) <= 300
    assert max(map(len, sent)) > 1


def test_a_request_holds_no_more_texts_than_the_service_allows():
    service = FakeService(limits={"max_body_bytes": 2_000_000, "max_texts": 5, "max_request_tokens": 16_384})
    list(service.client(in_flight=1).pipe(["text"] * 30))

    assert [len(body_of(request)["texts"]) for request in service.requests] == [1, 2, 4, 5, 5, 5, 5, 3]


def test_a_request_holds_at_most_32_texts_and_16_kilobytes_though_the_service_would_take_more():
    service = FakeService(limits={"max_body_bytes": 2_000_000, "max_texts": 128, "max_request_tokens": 100_000})
    client = service.client(in_flight=1)
    list(client.pipe(["text"] * 140))
    assert [len(body_of(request)["texts"]) for request in service.requests] == [1, 2, 4, 8, 16, 32, 32, 32, 13]
    service.requests.clear()
    list(client.pipe(["x" * 1_000] * 100))

    assert 14_000 < max(len(request.content) for request in service.requests) < 16_384 + 100


def test_the_defaults_are_those_of_the_documentation_and_the_timeout_goes_with_every_request():
    parameters = inspect.signature(jmt.Client).parameters
    defaults = {name: parameters[name].default for name in ("api_key", "tasks", "timeout", "retries", "in_flight")}
    assert defaults == {"api_key": None, "tasks": None, "timeout": 60, "retries": 5, "in_flight": 4}
    service = FakeService()
    for timeout in (7, 60):
        service.client(timeout=timeout)("a")

    sent = [request.extensions["timeout"] for request in service.requests]
    assert [(one["read"], one["write"], one["connect"]) for one in sent] == [(7, 7, 7), (60, 60, 10)]


def test_documents_that_are_split_already_come_back_filled_in_order_the_empty_ones_too():
    client = FakeService().client()
    documents = [client.annotate_tokens([["a"]] * number) for number in (0, 2, 0, 0, 70, 1, 0)]
    for document in documents:
        for token in document.tokens:
            token.labels.clear()

    found = list(client.pipe_documents(zip(documents, "abcdefg", strict=True)))

    assert [context for _, context in found] == list("abcdefg")
    assert all(one is other for (one, _), other in zip(found, documents, strict=True))
    assert {token.xpos for document in documents for token in document.tokens} == {"DT"}


def test_documents_that_are_not_split_yet_are_sent_as_texts_among_others_in_order():
    service = FakeService()
    client = service.client()
    split = [client.annotate_tokens([["a", "b"]]) for _ in range(3)]
    raw = [Document(text, []) for text in ("c d", " ", "e", "f")]
    raw[0].name = "one"
    documents = [split[0], raw[0], raw[1], raw[2], split[1], Document("", []), split[2], raw[3]]
    service.requests.clear()

    found = list(client.pipe_documents((document, number) for number, document in enumerate(documents)))

    assert [context for _, context in found] == list(range(8))
    assert all(document is other for (document, _), other in zip(found, documents, strict=True))
    assert [[token.text for token in document.tokens] for document in documents] == (
        [["a", "b"], ["c", "d"], [], ["e"], ["a", "b"], [], ["a", "b"], ["f"]]
    )
    sent = [body_of(request) for request in service.requests]
    assert [text for body in sent for text in body.get("texts", ())] == ["c d", " ", "e", "f"]
    assert raw[0].name == "one"


def test_a_text_is_split_by_the_service_and_no_task_is_asked_for():
    service = FakeService(language="xx-no-rules")
    client = service.client()

    assert [token.text for token in client.segment("a bc").tokens] == ["a", "bc"]
    assert client.tokenize("a bc") == ["a", "bc"]
    assert client.segmenter.name_and_version == "fake@sha256:0"
    assert [body_of(request) for request in service.requests] == [{"texts": ["a bc"], "tasks": []}] * 2


def test_documents_before_a_fault_come_out_first():
    client = FakeService().client()

    def source() -> Iterator[tuple[Document, int]]:
        yield client.annotate_tokens([["a"]] * 3), 1
        yield Document("", []), 2
        raise OSError("the file ends")

    found: list[tuple[Document, int]] = []
    with pytest.raises(OSError, match="the file ends"):
        found.extend(client.pipe_documents(source()))
    assert [context for _, context in found] == [1, 2]


def test_many_threads_share_one_client():
    service = FakeService()
    client = service.client()
    wrong: list[str] = []

    def work(name: str) -> None:
        for number in range(20):
            text = f"{name} {number}"
            if client(text).text != text or client.compare(text, "b") != Judgement(text, "b", 3.0):
                wrong.append(text)

    threads = [threading.Thread(target=work, args=(str(name),)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert len(service.requests) == 8 * 20 * 2


def test_closing_leaves_an_http_client_of_ones_own_open():
    http = httpx2.Client(transport=httpx2.MockTransport(FakeService()))
    with jmt.Client("http://there", http=http) as client:
        client("a")
    assert not http.is_closed

    with jmt.Client("http://there") as client:
        pass
    with pytest.raises(InputError, match="closed"):
        client("a")


def test_a_new_tree_takes_the_enhanced_graph_away_over_http_too():
    row = "{}\tx\t_\t_\t_\t_\t{}\tdep\t{}\t_\n"
    (given,) = read_conllu(row.format(1, 2, "2:dep") + row.format(2, 0, "0:root") + "2.1\ty" + "\t_" * 6 + "\t1:x\t_\n")
    answered = Sentence([Token(1, "x", labels={"xpos": "NN"}), Token(2, "x")])
    fill_from_answer(given, answered)
    assert [token.deps for token in given.tokens] == ["2:dep", "0:root"]

    for token, head in zip(answered.tokens, (0, 1), strict=True):
        token.head, token.deprel = head, "dep"
    fill_from_answer(given, answered)
    assert {token.deps for token in given.tokens} | {given.empty_nodes[0].columns[7]} == {"_"}


def test_what_the_service_says_of_a_sentence_is_written_into_it():
    given = Sentence([Token(1, "x")], labels={"genre": "blog", "tone": "calm"}, scores={"ease": 1.0})
    said = {"labels": {"genre": "letter"}, "scores": {"ease": 2.5}, "probabilities": {"genre": {"letter": 1.0}}}
    entry = {"text": "x", "sentences": [{"tokens": [{"id": 1, "text": "x"}], "spans": {}, **said}]}

    fill_from_answer(given, Document.from_dict(entry).sentences[0])
    assert given.labels == {"genre": "letter", "tone": "calm"}  # what no task predicts stays as it was
    assert given.scores == {"ease": 2.5}
    assert given.probabilities == {"genre": {"letter": 1.0}}
