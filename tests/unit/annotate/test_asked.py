"""What is no stream of texts, pairs or sentences is refused in one line, by an annotator and by a client alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import jmt
from jmt.annotate import Annotator
from jmt.document import Document, Sentence, Token
from jmt.errors import InputError
from jmt.network.engine import TorchEngine
from jmt.segmentation import RuleSegmenter
from tests.assets.tiny_model import tiny_model
from tests.unit.client.fake_service import FakeService

Ask = Callable[[Any], object]


@pytest.fixture(scope="module", params=["annotator", "client"])
def annotator(request: pytest.FixtureRequest) -> Any:
    return (
        Annotator(TorchEngine(tiny_model()), RuleSegmenter("en"))
        if request.param == "annotator"
        else FakeService().client()
    )


class Table:
    """As much of a data frame as matters: gone through, it yields the names of its columns."""

    columns = ("first", "second")

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)


@pytest.mark.parametrize("found", ["ab", b"ab", Path("ab"), {"a": "b"}, Table(), None, 7, Document("a", [])])
@pytest.mark.parametrize(
    "method", ["pipe", "segment_each", "pipe_pairs", "compare_many", "annotate_tokens", "pipe_documents"]
)
def test_one_thing_is_not_taken_for_many(method: str, found: Any, annotator: Any):
    """At the call itself, before anything is asked for."""
    name = "pipe_pairs" if method == "compare_many" else method

    with pytest.raises(InputError, match=rf"^{name} takes many .*, found {type(found).__name__}: .*; for .*: \w+\("):
        getattr(annotator, method)(found)


@pytest.mark.parametrize(
    ("found", "way_out"),
    [
        (["a", "b"], r"many texts go to pipe\(texts\), sentences of words to annotate_tokens"),
        (("a", "b"), r"pipe\(texts\)"),
        ((text for text in "ab"), r"pipe\(texts\)"),
        (None, r"a missing value: .*dropna"),
        (math.nan, r"a missing value: .*fillna"),
        (np.float32("nan"), "a missing value"),
        (type("NAType", (), {})(), "a missing value"),
        (3, r"convert it with str\(\)"),
        (Decimal("1.5"), r"convert it with str\(\)"),
        (b"a", r"decode it first"),
        (Path("a"), r"read it first"),
        ({"text": "a"}, r"convert it"),
    ],
)
def test_what_is_no_text_is_refused_with_a_way_out(found: Any, way_out: str, annotator: Any):
    with pytest.raises(InputError, match=rf"^a text is a string, found \w+: .*; .*{way_out}"):
        annotator(found)
    for ask in (annotator.segment, annotator.annotate_conllu) if isinstance(annotator, Annotator) else ():
        with pytest.raises(InputError, match=rf"^a text is a string, found \w+: .*; .*{way_out}"):
            ask(found)
    stream = annotator.pipe(["A cat.", "A dog.", found])
    assert [next(stream).text, next(stream).text] == ["A cat.", "A dog."]
    with pytest.raises(InputError, match=rf"^text 3: a text is a string, found \w+: .*; .*{way_out}"):
        next(stream)


@pytest.mark.parametrize("item", ["ab", ("a",), ("a", 1, 2), {"a": 1, "b": 2}, {"a", "b"}, 7, None])
def test_with_as_tuples_only_a_text_and_its_context_will_do(item: Any, annotator: Any):
    with pytest.raises(InputError, match=r"^item 2: with as_tuples=True each is \(text, context\), found "):
        list(annotator.pipe([("A cat.", 1), item], as_tuples=True))


@pytest.mark.parametrize("item", ["ab", ("a", 1), Document("a", []), None])
def test_a_stream_of_documents_holds_documents_with_their_contexts(item: Any, annotator: Any):
    with pytest.raises(InputError, match=r"^item 1: pipe_documents takes \(document, context\), found "):
        list(annotator.pipe_documents([item]))


@pytest.mark.parametrize("pair", ["ab", b"ab", ("a",), ("a", None), ("a", math.nan), {"a": 1, "b": 2}, {"a", "b"}, 7])
def test_a_pair_is_two_strings_in_an_order(pair: Any, annotator: Any):
    with pytest.raises(InputError, match=r"pair 2: two strings are expected, as in \(first, second\), found "):
        annotator.compare_many([("A cat.", "A dog."), pair])


def test_a_pair_may_be_a_list_or_a_row_of_a_table(annotator: Any):
    pair = ("A cat.", "A dog.")

    assert [annotator.compare_many([form]) for form in (list(pair), np.array(pair, dtype=object))] == [
        annotator.compare_many([pair])
    ] * 2


@pytest.mark.parametrize("sentence", ["words", b"words", {"a": 1}, None, 3])
def test_a_sentence_is_a_list_of_words(sentence: Any, annotator: Any):
    with pytest.raises(InputError, match=r"sentence 2: a list of words is expected, found .*\(\[words\]\)"):
        annotator.annotate_tokens([["A", "cat"], sentence])


@pytest.mark.parametrize("found", [["x"], "x", None, [["A", "cat"]], Table(), iter([])])
def test_only_sentences_of_documents_are_annotated_as_such(found: Any, annotator: Any):
    with pytest.raises(InputError, match=r"found .*annotate_tokens|put them in one first"):
        annotator.annotate_sentences(found)
    with pytest.raises(InputError, match=r"found .*annotate_tokens|put them in one first"):
        annotator.annotate_each(found, [["dep"]])


def test_one_sentence_is_put_in_a_list_first(annotator: Any):
    with pytest.raises(InputError, match="annotate_sentences takes many sentences, found one; put it in a list"):
        annotator.annotate_sentences(Sentence([Token(1, "x")], "x"))
    with pytest.raises(InputError, match="annotate_each takes many sentences, found one; put it in a list"):
        annotator.annotate_each(Sentence([Token(1, "x")], "x"), [["dep"]])


@pytest.mark.parametrize("found", [None, 3, "", b"en_jmt_sm", ["en_jmt_sm"]])
def test_a_model_is_named_by_a_string_or_a_path(found: Any):
    with pytest.raises(InputError, match=r'jmt.load\("en_jmt_sm"\); found'):
        jmt.load(found)


@pytest.mark.parametrize("found", ["x", 0, -1, 4096.0, None])
def test_a_batch_has_a_whole_number_of_tokens(found: Any, tiny_checkpoint: Path):
    with pytest.raises(InputError, match="batch_tokens is a whole number above 0, found"):
        jmt.load(tiny_checkpoint, batch_tokens=found)


def test_the_tasks_that_are_needed_for_an_unknown_one_are_not_told():
    annotator = Annotator(TorchEngine(tiny_model()), RuleSegmenter("en"))

    assert annotator.run_for("dep") == annotator.run_for(["dep"])
    with pytest.raises(InputError, match=r"no task `foo` to run here; this model has xpos"):
        annotator.run_for(["foo"])


def test_the_name_of_one_task_may_stand_alone(annotator: Any):
    whole = annotator.annotate_tokens([["cat"]], tasks=["xpos"])

    assert annotator.annotate_tokens([["cat"]], tasks="xpos") == whole
    again = annotator.annotate_tokens([["cat"]], tasks=[])
    annotator.annotate_each(again.sentences, ["xpos"])
    assert again == whole
    assert [document.tokens[0].labels for document in annotator.pipe(["cat"], tasks="xpos")] == [whole.tokens[0].labels]


@pytest.mark.parametrize("tasks", [3, [None], [["xpos"]], b"xpos"])
def test_what_names_no_task_is_refused(tasks: Any, annotator: Any):
    with pytest.raises(InputError, match=r"^tasks are given by their names, as in tasks=\[.*found \w+: "):
        annotator("A cat.", tasks=tasks)


def test_a_very_long_mistake_is_shown_in_short(annotator: Any):
    with pytest.raises(InputError) as caught:
        annotator(["a long text " * 100] * 100_000)

    assert len(str(caught.value)) < 400
