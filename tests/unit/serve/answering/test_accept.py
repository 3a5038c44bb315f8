"""The form of an answer is the one that the client would rather have."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import jmt.serve.answering.accept as accept
from jmt.formats.conllu import read_conllu
from jmt.serve.answering.problems import Problem
from tests.unit.serve.fake import FakeAnnotator
from tests.unit.serve.served import problem_of, served

BOTH = (accept.JSON, accept.CONLLU)


@pytest.mark.parametrize(
    ("header", "form"),
    [
        (None, accept.JSON),
        ("", accept.JSON),
        ("*/*", accept.JSON),
        ("text/x-conllu", accept.CONLLU),
        ("TEXT/X-CONLLU; charset=utf-8", accept.CONLLU),
        ("text/*", accept.CONLLU),
        ("application/*, text/*", accept.JSON),
        ("application/json;q=0.5, text/x-conllu;q=0.6", accept.CONLLU),
        ("application/json;q=0.5, text/x-conllu;q=0.4", accept.JSON),
        ("text/x-conllu;q=0.2, */*;q=0.1", accept.CONLLU),
        ("application/json;q=0, */*", accept.CONLLU),
        ("text/html, application/xhtml+xml, */*;q=0.8", accept.JSON),
        ("text/x-conllu;q=nonsense", accept.CONLLU),
    ],
)
def test_the_best_form_is_chosen(header: str | None, form: str):
    assert accept.choose_form(header, BOTH) == form


@pytest.mark.parametrize("header", ["image/png", "text/html", "application/json;q=0", "*/*;q=0", ",", ";;;"])
def test_a_form_that_we_do_not_write_is_refused_with_those_we_do(header: str):
    with pytest.raises(Problem, match="application/json or text/x-conllu"):
        accept.choose_form(header, BOTH)


def test_annotations_come_as_conllu_where_that_is_asked_for():
    texts = ["A cat sleeps. Dogs bark!", "", "So?"]
    with served() as client:
        body = {"texts": texts, "tasks": ["dep"]}
        answer = client.post("/v1/annotate", json=body, headers={"Accept": "text/x-conllu"})
        same = client.post("/v1/annotate", json=body).json()

    assert answer.headers["content-type"] == "text/x-conllu; charset=utf-8"
    assert answer.headers["x-jmt-model"] == "fake@sha256:0"
    assert (answer.headers["x-jmt-tasks"], answer.headers["x-jmt-ran"]) == ("dep", "xpos,chunk,dep")
    assert [line for line in answer.text.splitlines() if line.startswith("# newdoc")] == [
        "# newdoc id = 1",
        "# newdoc id = 3",  # the second text has no sentence
    ]
    assert [sentence.sent_id for sentence in read_conllu(answer.text)] == ["1-1", "1-2", "3-1"]
    read = [[(token.text, token.head) for token in sentence.tokens] for sentence in read_conllu(answer.text)]
    sentences = [sentence for document in same["documents"] for sentence in document["sentences"]]
    assert read == [[(token["text"], token["head"]) for token in sentence["tokens"]] for sentence in sentences]


def test_judgements_have_no_other_form_than_json():
    with served() as client:
        body = {"pairs": [{"first": "a", "second": "b"}]}
        problem_of(client.post("/v1/compare", json=body, headers={"Accept": "text/x-conllu"}), 406, "not_acceptable")


@pytest.mark.parametrize("form", BOTH)
def test_the_header_says_where_the_time_went_in_either_form(form: str):
    annotator = FakeAnnotator()
    with served(annotator) as client, ThreadPoolExecutor(2) as pool:
        annotator.may_run.clear()
        first = pool.submit(client.post, "/v1/annotate", json={"texts": ["a"]}, headers={"Accept": form})
        while not client.app.service.batcher.running_seconds:  # type: ignore[attr-defined]
            time.sleep(0.001)
        second = pool.submit(client.post, "/v1/annotate", json={"texts": ["a"]}, headers={"Accept": form})
        time.sleep(0.4)
        annotator.may_run.set()
        answers = [first.result(10), second.result(10)]

    times = [dict(part.strip().split(";dur=") for part in a.headers["server-timing"].split(",")) for a in answers]
    assert [list(one) for one in times] == [["parse", "queue", "infer"]] * 2
    assert float(times[0]["infer"]) > 300 > float(times[0]["queue"])  # the first ran all the time
    assert float(times[1]["queue"]) > 300 > float(times[1]["infer"])  # the second waited for it
    assert [answer.headers["vary"] for answer in answers] == ["Accept"] * 2  # for caches between
