"""A pipeline of spaCy whose tokens are a model's: it says what the annotator says."""

from __future__ import annotations

from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import pytest

import jmt
from jmt.errors import CheckpointError, ConfigError

spacy = pytest.importorskip("spacy")

TEXTS = ["  She didn't read.\n\nHe can't\tgo there.He did. ", "", "\n", "\ufeffA \x00 b."]


@pytest.fixture(scope="module")
def nlp() -> Any:
    from jmt.integrations.spacy import pipeline

    return pipeline("en_jmt_sm", config={"device": "cpu"})


@pytest.mark.parametrize("text", TEXTS)
def test_it_says_what_the_annotator_says(nlp: Any, text: str):
    document = jmt.load("en_jmt_sm", device="cpu")(text)

    assert nlp(text)._.jmt == document
    assert nlp(text).to_json() == document.to_spacy(nlp.vocab).to_json()


def test_a_stored_pipeline_is_loaded_by_spacy_alone(nlp: Any, tmp_path: Path):
    nlp.to_disk(tmp_path)

    assert spacy.load(tmp_path)(TEXTS[0]).to_json() == nlp(TEXTS[0]).to_json()


def test_a_pickled_tokenizer_splits_the_same(nlp: Any):
    copy = ForkingPickler.loads(ForkingPickler.dumps(nlp.tokenizer))

    assert [token.text for token in copy(TEXTS[0])] == [token.text for token in nlp.make_doc(TEXTS[0])]


def test_the_tokenizer_goes_without_the_component(nlp: Any):
    tokens = {"@tokenizers": "jmt.Tokenizer.v1", "model": "en_jmt_sm", "segmenter": "rules"}

    alone = spacy.blank("en", config={"nlp": {"tokenizer": tokens}})

    assert [token.text for token in alone("He can't.")] == ["He", "ca", "n't", "."]
    assert not alone("He can't.").has_annotation("TAG")


def test_words_that_share_their_letters_are_words_of_the_document_and_their_token_is_remembered(
    nlp: Any, monkeypatch: pytest.MonkeyPatch
):
    from jmt.segmentation import SurfaceToken

    sentence = [SurfaceToken("du", 0, 2, ("de", "le")), SurfaceToken("pain", 3, 7)]
    monkeypatch.setattr(nlp.tokenizer, "_segmenter", type("Fixed", (), {"segment": lambda self, text: [sentence]})())

    doc = nlp("du pain")

    assert [token.text for token in doc] == ["de", "le", "pain"]
    (range_,) = doc._.jmt.sentences[0].multiword_tokens
    assert (range_.text, range_.first, range_.last) == ("du", 1, 2)
    assert [(span.text, span.label_) for span in doc.spans["multiword_tokens"]] == [("de le", "du")]


def test_a_model_that_is_not_there_is_named():
    from jmt.integrations.spacy import pipeline

    with pytest.raises(CheckpointError, match="en_jmt_xl"):
        pipeline("en_jmt_xl")


def test_a_language_that_spacy_does_not_know_is_one_of_all(monkeypatch: pytest.MonkeyPatch):
    from jmt.integrations.spacy import pipelines

    config = pipelines.read_config(pipelines.find_checkpoint("en_jmt_sm"))
    monkeypatch.setattr(pipelines, "read_config", lambda folder: config.model_copy(update={"language": "qq"}))

    assert pipelines.pipeline("en_jmt_sm", config={"device": "cpu"}).lang == "xx"


def test_the_package_names_what_it_offers():
    from jmt.integrations import spacy as offered

    with pytest.raises(AttributeError, match="it offers pipeline"):
        offered.pipelin  # noqa: B018


def test_a_pipeline_of_one_model_is_not_given_another():
    from jmt.integrations.spacy import pipeline

    with pytest.raises(
        ConfigError, match=r"pipeline\('en_jmt_sm'\) has config\['model'\] = 'en_jmt_md': name one model"
    ):
        pipeline("en_jmt_sm", config={"model": "en_jmt_md"})
