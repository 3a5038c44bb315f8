"""What the endpoints answer, over a fake annotator."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import jmt
from jmt.document import Document, Judgement
from jmt.serve.asking.strict_json import check_body
from jmt.serve.contract.requests import StrictModel
from jmt.serve.settings import Settings
from jmt.serve.watching.logs import JsonLines, PlainLines
from tests.unit.serve.fake import FakeAnnotator
from tests.unit.serve.schema_check import conforms
from tests.unit.serve.served import problem_of, send, served, wait_until_ready

SCHEMA = json.loads((Path(jmt.__file__).parent / "document" / "schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with served() as started:
        yield started


def test_texts_become_documents_in_their_order(client: TestClient):
    texts = ["A cat sleeps. Dogs bark!", "", "  \n", "Ünïcode 😀 here."]

    answer = client.post("/v1/annotate", json={"texts": texts}).json()

    assert [document["text"] for document in answer["documents"]] == texts
    assert [len(document["sentences"]) for document in answer["documents"]] == [2, 0, 0, 1]
    assert answer["usage"] == {"texts": 4, "sentences": 3, "tokens": 11}
    for document in answer["documents"]:
        for sentence in document["sentences"]:
            for token in sentence["tokens"]:
                assert document["text"][token["start"] : token["end"]] == token["text"]
                assert token["xpos"] == f"L{len(token['text'])}"


def test_tokenised_sentences_become_documents_of_one_sentence_with_their_tokens_kept(client: TestClient):
    sentences = [["New York", "is", "big"], ["Don't", "."]]

    answer = client.post("/v1/annotate", json={"tokens": sentences}).json()

    assert [[t["text"] for t in d["sentences"][0]["tokens"]] for d in answer["documents"]] == sentences
    assert [document["text"] for document in answer["documents"]] == ["New York is big", "Don't ."]
    assert answer["documents"][0]["sentences"][0]["tokens"][1]["start"] == 9


def test_confidences_come_where_they_are_asked_for_and_conllu_has_no_place_for_them(client: TestClient):
    sure = {"texts": ["A cat."], "confidences": True}
    asked, plain = (
        client.post("/v1/annotate", json=body).json()["documents"][0]["sentences"][0]["tokens"][0]
        for body in (sure, {"texts": ["A cat."]})
    )
    refused = client.post("/v1/annotate", json=sure, headers={"Accept": "text/x-conllu"})

    assert asked["confidences"] == {"xpos": 0.75, "chunk": 0.75, "dep": 0.75}
    assert "confidences" not in plain
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/confidences"


@pytest.mark.parametrize("value", ["true", 1, None])
def test_the_wish_for_confidences_is_true_or_false_and_nothing_is_taken_for_it(client: TestClient, value: object):
    problem = problem_of(
        client.post("/v1/annotate", json={"texts": ["a"], "confidences": value}), 422, "invalid_request"
    )

    assert [error["pointer"] for error in problem["errors"]] == ["/confidences"]


def test_only_the_tasks_asked_for_are_answered_and_those_that_had_to_run_are_named(client: TestClient):
    answer = client.post("/v1/annotate", json={"texts": ["A cat."], "tasks": ["chunk", "chunk"]}).json()

    assert answer["tasks"] == ["chunk"]
    assert answer["ran"] == ["xpos", "chunk"]
    sentence = answer["documents"][0]["sentences"][0]
    assert [set(token) for token in sentence["tokens"]] == [{"id", "text", "start", "end", "chunk"}] * 3
    assert set(sentence["spans"]) == {"chunk"}


def test_no_tasks_at_all_gives_sentences_and_words_alone_and_the_model_is_not_asked():
    annotator = FakeAnnotator()
    with served(annotator) as client:
        annotator.batches.clear()
        answer = send(client, {"texts": ["One two. Three.", ""], "tasks": []}).json()

    assert (answer["tasks"], answer["ran"], annotator.batches) == ([], [], [])
    assert answer["documents"] == [annotator.segment(text).to_dict() for text in ("One two. Three.", "")]
    assert answer["usage"] == {"texts": 2, "sentences": 2, "tokens": 5}


def test_a_model_without_tasks_about_sentences_splits_texts_all_the_same():
    annotator = FakeAnnotator()
    annotator.token_tasks = []
    with served(annotator) as client:
        assert len(send(client, {"texts": ["One two."], "tasks": []}).json()["documents"][0]["sentences"]) == 1
        problem_of(send(client, {"texts": ["One two."]}), 422, "unknown_task")


def test_a_model_that_splits_texts_and_nothing_else_is_asked_for_no_tasks():
    annotator = FakeAnnotator()
    annotator.token_tasks, annotator.pair_tasks = [], []
    with served(annotator) as client:
        answer = send(client, {"texts": ["One two. Three."]}).json()
        assert (answer["tasks"], len(answer["documents"][0]["sentences"])) == ([], 2)
        problem_of(send(client, {"texts": ["One two."], "tasks": ["xpos"]}), 422, "unknown_task")
        problem_of(send(client, {"pairs": [{"first": "a", "second": "b"}]}, "/v1/compare"), 422, "unknown_task")
        assert client.get("/v1/model").json()["segmenter"] == "fake"


def test_tasks_are_answered_in_the_order_of_the_cascade(client: TestClient):
    answer = client.post("/v1/annotate", json={"texts": ["A cat."], "tasks": ["dep", "xpos"]}).json()

    assert answer["tasks"] == ["xpos", "dep"]


def test_pairs_become_judgements_in_their_order(client: TestClient):
    pairs = [{"first": f"{'x' * number}.", "second": "y."} for number in range(1, 6)]

    answer = client.post("/v1/compare", json={"pairs": pairs}).json()

    assert [(j["first"], j["second"]) for j in answer["judgements"]] == [(p["first"], p["second"]) for p in pairs]
    assert [judgement["relatedness"] for judgement in answer["judgements"]] == [1, 2, 3, 4, 5]
    assert answer["usage"] == {"pairs": 5, "sentences": 10, "tokens": 20}


def test_one_pair_task_may_be_asked_for_alone(client: TestClient):
    body = {"pairs": [{"first": "a", "second": "b"}], "tasks": ["entailment"]}

    answer = client.post("/v1/compare", json=body).json()

    assert answer["tasks"] == ["entailment"]
    assert "relatedness" in answer["ran"]
    assert set(answer["judgements"][0]) == {"first", "second", "entailment", "probabilities"}


def test_answers_are_the_one_schema_of_the_project(client: TestClient):
    documents = client.post("/v1/annotate", json={"texts": ["A cat sleeps. So?"]}).json()["documents"]
    judgements = client.post("/v1/compare", json={"pairs": [{"first": "a", "second": "b"}]}).json()["judgements"]

    assert conforms(documents[0], SCHEMA["$defs"]["Document"], SCHEMA) == []
    assert conforms(judgements[0], SCHEMA["$defs"]["Judgement"], SCHEMA) == []
    assert Document.from_dict(documents[0]).to_dict() == documents[0]
    assert Judgement.from_dict(judgements[0]).to_dict() == judgements[0]


@pytest.mark.parametrize("path", ["/v1/annotate", "/v1/compare", "/v1/model", "/livez", "/readyz"])
def test_answers_are_what_openapi_says(client: TestClient, path: str):
    described = client.get("/openapi.json").json()
    bodies = {"/v1/annotate": {"texts": ["A cat."]}, "/v1/compare": {"pairs": [{"first": "a", "second": "b"}]}}
    answer = client.post(path, json=bodies[path]) if path in bodies else client.get(path)
    operation = described["paths"][path]["post" if path in bodies else "get"]

    assert (
        conforms(answer.json(), operation["responses"]["200"]["content"]["application/json"]["schema"], described) == []
    )


@pytest.mark.parametrize("path", ["/v1/annotate", "/v1/compare"])
def test_problems_are_what_openapi_says(client: TestClient, path: str):
    described = client.get("/openapi.json").json()
    answer = client.post(path, json={})
    schema = described["paths"][path]["post"]["responses"]["422"]["content"]["application/problem+json"]["schema"]

    assert conforms(answer.json(), schema, described) == []


def test_the_model_tells_its_tasks_and_limits(client: TestClient):
    answer = client.get("/v1/model").json()

    assert [task["name"] for task in answer["tasks"]] == ["xpos", "chunk", "dep", "relatedness", "entailment"]
    assert answer["limits"] == Settings().limits()
    assert answer["version"] == jmt.__version__


def test_the_service_is_alive_but_not_ready_until_the_model_is_warm():
    annotator = FakeAnnotator()
    annotator.may_run.clear()
    from jmt.serve.app import create_app

    with TestClient(create_app(annotator, Settings())) as client:
        assert client.get("/livez").status_code == 200
        problem = client.get("/readyz")
        problem_of(problem, 503, "not_ready")
        assert problem.headers["retry-after"] == "1"
        problem_of(client.post("/v1/annotate", json={"texts": ["a"]}), 503, "not_ready")
        annotator.may_run.set()
        wait_until_ready(client)
        assert client.post("/v1/annotate", json={"texts": ["a"]}).status_code == 200


def test_a_service_whose_warm_up_fails_is_never_ready():
    class Broken(FakeAnnotator):
        def compare_many(self, pairs, tasks):
            raise RuntimeError("no memory")

    from jmt.serve.app import create_app

    reasons: list[str] = []
    fatal = threading.Event()
    app = create_app(Broken(), Settings(), on_fatal=lambda reason: (reasons.append(reason), fatal.set()))
    with TestClient(app) as client:
        assert fatal.wait(10)
        problem_of(client.get("/readyz"), 503, "not_ready")
    assert reasons == ["the model failed on the largest batch allowed, see --max-batch-tokens"]


@pytest.mark.parametrize(
    ("sent", "is_kept"),
    [("a" * 64, True), ("A-z_0.9", True), ("a" * 65, False), ("a b", False), ("a\tb", False), ("", False)],
)
def test_a_plain_id_of_a_request_is_kept_and_any_other_is_replaced(client: TestClient, sent: str, is_kept: bool):
    given = client.get("/livez", headers={"X-Request-ID": sent}).headers["x-request-id"]

    assert (given == sent) == is_kept
    assert is_kept or re.fullmatch("[0-9a-f]{32}", given)


def test_the_model_runs_on_the_inference_thread_only():
    annotator = FakeAnnotator()
    with served(annotator) as client:
        client.post("/v1/annotate", json={"texts": ["a"]})
        client.post("/v1/compare", json={"pairs": [{"first": "a", "second": "b"}]})
    assert annotator.threads == {"jmt-inference"}


@pytest.mark.parametrize(
    ("body", "is_beside"),
    [
        ({"tokens": [["a"]]}, False),
        ({"tokens": [["word"] * 30] * 30}, True),
        ({"texts": ["A cat sleeps. " * 400]}, True),
        ({"wrong": ["a"] * 2_000}, True),
    ],
    ids=["small", "words", "text", "wrong"],
)
def test_a_large_body_is_checked_beside_the_event_loop(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, body: dict[str, object], is_beside: bool
):
    """Nobody else waits meanwhile: to say what is wrong at the end of two megabytes takes half a second."""
    seen: list[str] = []

    def check_and_note(content: bytes, model: type[StrictModel]) -> StrictModel:
        seen.append(threading.current_thread().name)
        return check_body(content, model)

    monkeypatch.setattr("jmt.serve.service.check_body", check_and_note)
    answer = client.post("/v1/annotate", json=body)

    assert answer.status_code == (422 if "wrong" in body else 200)
    assert [name.startswith("jmt-prepare") for name in seen] == [is_beside]


def test_concurrent_requests_share_batches_and_get_their_own_answers():
    annotator = FakeAnnotator()
    with served(annotator) as client, ThreadPoolExecutor(16) as pool:
        annotator.batches.clear()
        annotator.may_run.clear()

        def ask(number: int) -> tuple[int, list[str]]:
            answer = client.post("/v1/annotate", json={"texts": [f"word{number} and {'x' * number}."]})
            return answer.status_code, [t["text"] for t in answer.json()["documents"][0]["sentences"][0]["tokens"]]

        asked = [pool.submit(ask, number) for number in range(1, 17)]
        deadline = 500
        while client.app.service.batcher.waiting_tokens < 60 and deadline:  # 15 of 16 wait, the first runs
            deadline -= 1
            client.get("/livez")
        annotator.may_run.set()
        for number, answer in enumerate(asked, start=1):
            assert answer.result(10) == (200, [f"word{number}", "and", "x" * number, "."])
    assert sum(annotator.batches) == 16
    assert len(annotator.batches) <= 4


def test_an_item_that_the_model_fails_on_is_named_and_others_are_answered(client: TestClient):
    with ThreadPoolExecutor(8) as pool:
        good = [pool.submit(client.post, "/v1/annotate", json={"texts": [f"fine {n}."] * 3}) for n in range(20)]
        bad = pool.submit(client.post, "/v1/annotate", json={"texts": ["fine.", "a poison here."]})
        problem = problem_of(bad.result(), 500, "internal_error")

    assert [error["pointer"] for error in problem["errors"]] == ["/texts/1"]
    assert "poison" not in json.dumps(problem)
    assert [answer.result().status_code for answer in good] == [200] * 20


def test_a_score_that_is_no_number_is_a_failure_and_never_null(client: TestClient):
    pairs = [{"first": "a", "second": "b"}, {"first": "nan", "second": "b"}]

    problem = problem_of(client.post("/v1/compare", json={"pairs": pairs}), 500, "non_finite")

    assert [error["pointer"] for error in problem["errors"]] == ["/pairs/1"]


def test_what_the_model_fails_on_is_not_written_to_the_log(client: TestClient, caplog: pytest.LogCaptureFixture):
    answer = client.post("/v1/annotate", json={"texts": ["secret poison word."]}, headers={"X-Request-ID": "mine-1"})

    assert answer.headers["x-request-id"] == "mine-1"
    (fault,) = [record.facts for record in caplog.records if record.msg == "fault"]
    assert (fault["request_id"], fault["error"]) == ("mine-1", "ValueError")
    lines = [form.format(record) for record in caplog.records for form in (JsonLines(), PlainLines())]
    assert "secret" not in "".join(lines)


def test_a_model_without_pair_tasks_annotates_and_refuses_to_compare():
    class TokensOnly(FakeAnnotator):
        pair_tasks = ()

    with served(TokensOnly()) as client:
        assert client.post("/v1/annotate", json={"texts": ["a"]}).status_code == 200
        problem_of(client.post("/v1/compare", json={"pairs": [{"first": "a", "second": "b"}]}), 422, "unknown_task")


def test_what_ran_is_what_all_the_tasks_asked_for_need():
    with served() as client:
        for tasks, ran in ((["xpos", "dep"], ["xpos", "chunk", "dep"]), (["xpos"], ["xpos"])):
            assert client.post("/v1/annotate", json={"texts": ["a."], "tasks": tasks}).json()["ran"] == ran


@pytest.mark.parametrize("word", ["a\0b", "b\tc", "c\n", " zq", "a\u2028b", "\u00a0zq", "a\x1b[31m"])
def test_a_word_that_no_format_can_write_is_refused_with_its_place(client: TestClient, word: str):
    """As in the shell and in Python; raw text may hold all of it, and its words hold none."""
    problem = problem_of(client.post("/v1/annotate", json={"tokens": [["x"], ["y", word]]}), 422, "invalid_request")

    assert problem["errors"][0]["pointer"] == "/tokens/1/1"
    assert word not in json.dumps(problem, ensure_ascii=False)
    answer = client.post("/v1/annotate", json={"texts": [f"y {word}"]}, headers={"Accept": "text/x-conllu"}).text
    assert not set("\0\x1b\u2028") & set(answer)
    assert all(row.count("\t") == 9 for row in answer.splitlines() if row and row[0] != "#")
