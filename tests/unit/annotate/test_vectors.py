"""Vectors of texts and words: what they are of, and that no company changes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import jmt
from jmt.annotate import Annotator
from jmt.document import Document
from jmt.errors import InputError, ScoreError, ServiceError
from jmt.network.checkpoint import weights_of
from jmt.network.engine import TorchEngine
from jmt.runtime.engine import RuntimeEngine
from jmt.segmentation import RuleSegmenter
from tests.assets.tiny_model import tiny_model
from tests.assets.tiny_transformer import tiny_transformer
from tests.unit.client.fake_service import FakeService

TEXTS = ["A small cat sat.", "", "The dog ran home. She did not see them!", " \n\t", "A small cat sat.", "cat " * 300]


@pytest.fixture(scope="module", params=["torch", "runtime"])
def annotator(request: pytest.FixtureRequest) -> Annotator:
    model = tiny_model()
    engine: Any = TorchEngine(model) if request.param == "torch" else RuntimeEngine(model.cascade, weights_of(model))
    return Annotator(engine, RuleSegmenter("en"), batch_tokens=40)


def test_texts_have_a_vector_each_in_their_order_and_one_text_has_one(annotator: Annotator):
    vectors = annotator.encode(TEXTS)

    assert (vectors.shape, vectors.dtype) == ((6, 16), np.float32)
    assert annotator.encode(TEXTS[0]).shape == (16,)
    assert annotator.encode([]).shape == (0, 16)
    assert not vectors[[1, 3]].any()
    assert vectors[[0, 2, 5]].all()


@pytest.mark.parametrize("batch_size", [1, 2, 100])
@pytest.mark.parametrize("level", [1, 3, 5, "dep"])
def test_a_vector_is_the_same_alone_and_in_any_batch(annotator: Annotator, level: int | str, batch_size: int):
    vectors = annotator.encode(TEXTS, level=level, batch_size=batch_size)

    alone = np.stack([annotator.encode(text, level=level) for text in TEXTS])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)
    np.testing.assert_allclose(vectors[0], vectors[4], atol=1e-5)


def test_the_vector_of_a_text_is_the_mean_or_the_maximum_of_those_of_its_words(annotator: Annotator):
    document = annotator.segment(TEXTS[2])
    words = annotator.token_vectors(document, level=3)

    assert words.shape == (len(document.tokens), 16)
    np.testing.assert_allclose(annotator.encode(TEXTS[2], level=3), words.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(annotator.encode(TEXTS[2], level=3, pooling="max"), words.max(axis=0), atol=1e-5)


def test_normalized_vectors_have_the_length_one_but_those_without_words(annotator: Annotator):
    vectors = annotator.encode(TEXTS, normalize_embeddings=True)

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1, 0, 1, 1], atol=1e-5)
    np.testing.assert_allclose(
        vectors[0], annotator.encode(TEXTS[0]) / np.linalg.norm(annotator.encode(TEXTS[0])), atol=1e-5
    )


def test_levels_have_vectors_of_their_own_and_are_named_in_several_ways(annotator: Annotator):
    by_level = [annotator.encode(TEXTS[0], level=level) for level in range(1, 6)]

    assert all(np.abs(one - other).max() > 1e-3 for n, one in enumerate(by_level) for other in by_level[:n])
    for name in ("chunk", "level2"):
        np.testing.assert_array_equal(annotator.encode(TEXTS[0], level=name), by_level[1])
    np.testing.assert_array_equal(annotator.encode(TEXTS[0]), by_level[4])


@pytest.mark.parametrize("level", [0, 6, -1, True, "ner", "level6", 2.5])
def test_an_unknown_level_is_refused_with_those_that_there_are(annotator: Annotator, level: Any):
    with pytest.raises(InputError, match=r"no such level or task; choose 1 \(xpos\), 2 \(chunk\)"):
        annotator.encode("a", level=level)


@pytest.mark.parametrize(
    ("options", "fault"),
    [({"pooling": "min"}, "pooling 'min' is unknown; choose mean, max"), ({"batch_size": 0}, "batch_size is a whole")],
)
def test_other_options_that_mean_nothing_are_refused(annotator: Annotator, options: dict[str, Any], fault: str):
    with pytest.raises(InputError, match=fault):
        annotator.encode("a", **options)


def test_what_is_no_text_or_document_is_refused(annotator: Annotator):
    with pytest.raises(InputError, match="text 2: a text is a string, found int: 3"):
        annotator.encode(["a", 3])  # type: ignore[list-item]
    with pytest.raises(InputError, match="encode takes many texts"):
        annotator.encode({"a": 1})
    with pytest.raises(InputError, match=r"token_vectors takes a document, as from segment\(text\)"):
        annotator.token_vectors("a")  # type: ignore[arg-type]


def test_a_document_without_words_has_no_vectors(annotator: Annotator):
    assert annotator.token_vectors(Document("", [])).shape == (0, 16)


def test_a_level_where_pairs_are_read_together_has_none_of_single_sentences():
    model = tiny_transformer(pairs="together")
    annotator = Annotator(TorchEngine(model), RuleSegmenter("en"))
    pair_task = model.cascade.pair_tasks[0]

    with pytest.raises(InputError, match="reads two sentences together and has no vectors of one; choose 1"):
        annotator.encode("a", level=pair_task)
    assert annotator.encode("A cat sat.").any()


def test_where_tasks_do_not_share_a_level_one_of_them_is_named():
    changes = {"chunk": {"level": 1, "reads": []}}
    model = tiny_model(("xpos", "chunk"), changes=changes, sharing={"level1": {"kind": "experts"}})
    annotator = Annotator(TorchEngine(model), RuleSegmenter("en"))

    with pytest.raises(InputError, match="the tasks of level 1 do not share it: name one of xpos, chunk"):
        annotator.encode("a", level=1)
    own = [annotator.encode("A cat sat.", level=task) for task in ("xpos", "chunk")]
    assert own[0].shape == own[1].shape


def test_weights_that_are_no_numbers_are_refused():
    model = tiny_model()
    weights = weights_of(model)
    name = next(name for name in weights if name.startswith("encoder.levels.0") and "bias_ih" in name)
    engine = RuntimeEngine(model.cascade, {**weights, name: np.full_like(weights[name], np.nan)})

    with pytest.raises(ScoreError, match="task `xpos`: its vectors are no numbers"):
        Annotator(engine, RuleSegmenter("en")).encode("A cat.", level=1)


def test_a_service_gives_none_and_says_what_to_do():
    client: jmt.Client = FakeService().client()

    for ask in (
        lambda: client.encode("a"),
        lambda: client.token_vectors(Document("", [])),
        lambda: client.score_trees([]),
    ):
        with pytest.raises(
            ServiceError, match=r"a service gives no .*: load the model in this process, as in jmt\.load"
        ):
            ask()
