"""The component `jmt` in a pipeline of spaCy: it obeys what spaCy's own components obey."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import pytest

import jmt
from jmt.errors import CheckpointError, InputError

spacy = pytest.importorskip("spacy")

MODEL = {"model": "en_jmt_sm", "device": "cpu"}
TEXTS = ["She reads a book. It is old.", "", "  \n", "He can't sleep."]


@pytest.fixture(scope="module")
def nlp() -> Any:
    """A pipeline that no test changes."""
    made = spacy.blank("en")
    made.add_pipe("jmt", config=MODEL)
    return made


@pytest.fixture
def grown(nlp: Any) -> Iterator[Any]:
    """A pipeline with the same component, to be changed."""
    made = spacy.blank("en")
    made.add_pipe("jmt", source=nlp)
    yield made
    nlp.get_pipe("jmt").set_error_handler(spacy.util.raise_error)


@pytest.fixture
def at_most(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the longest sentence that can be annotated be shorter."""
    return lambda words: monkeypatch.setattr("jmt.annotate.annotator._LONGEST_SENTENCE", words)


def test_what_the_model_says_stands_where_spacy_keeps_it(nlp: Any):
    doc = nlp("She reads a book. It is old.")

    assert [token.tag_ for token in doc] == ["PRP", "VBZ", "DT", "NN", ".", "PRP", "VBZ", "JJ", "."]
    assert [token.pos_ for token in doc][:4] == ["PRON", "VERB", "DET", "NOUN"]
    assert [token.dep_ for token in doc][:4] == ["nsubj", "ROOT", "det", "obj"]
    assert [token.head.text for token in doc][:4] == ["reads", "reads", "book", "reads"]
    assert [sentence.text for sentence in doc.sents] == ["She reads a book.", "It is old."]
    assert [(span.text, span.label_) for span in doc.spans["chunks"]][:3] == [
        *(("She", "NP"), ("reads", "VP"), ("a book", "NP")),
    ]


def test_the_document_of_the_project_is_there_with_all_that_spacy_has_no_place_for(grown: Any):
    sure = spacy.blank("en")
    sure.add_pipe("jmt", config={**MODEL, "tasks": ["chunk"], "confidences": True})

    document = sure("She reads.")._.jmt

    assert isinstance(document, jmt.Document)
    assert [token.chunk for token in document.tokens] == ["B-NP", "B-VP", "O"]
    assert 0.5 < document.tokens[0].confidences["chunk"] <= 1
    assert [(token.start, token.end) for token in document.tokens] == [(0, 3), (4, 9), (9, 10)]
    assert grown("She reads.")._.jmt.tokens[0].confidences == {}


def test_on_tokens_that_are_the_models_own_it_says_what_the_annotator_says(nlp: Any):
    text = "She reads a book."

    assert nlp(text)._.jmt == jmt.load("en_jmt_sm", device="cpu")(text)


def test_white_space_is_treated_as_spacy_does(nlp: Any):
    doc = nlp("  She reads.\n\nIt sleeps.")

    assert [token.tag_ for token in doc if token.is_space] == ["_SP", "_SP"]
    assert [token.pos_ for token in doc if token.is_space] == ["SPACE", "SPACE"]
    assert [sentence.text for sentence in doc.sents] == ["  She reads.\n\n", "It sleeps."]
    assert len(doc._.jmt.tokens) == 6


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00", "\ufeff"])
def test_a_text_without_words_passes(nlp: Any, text: str):
    doc = nlp(text)

    assert doc.text == text
    assert len(list(doc.sents)) == len(doc)
    assert doc._.jmt.sentences == []


def test_sentences_that_an_earlier_component_set_stay(grown: Any):
    grown.add_pipe("sentencizer", first=True, config={"punct_chars": [","]})

    assert [sentence.text for sentence in grown("Go, he said. Stay.").sents] == ["Go,", "he said. Stay."]


def test_where_an_earlier_component_left_it_open_the_model_says_where_sentences_begin(nlp: Any):
    doc = nlp.make_doc("She reads. It sleeps. He goes now")
    doc[3].is_sent_start = False
    doc[8].is_sent_start = True

    assert [sentence.text for sentence in nlp(doc).sents] == ["She reads. It sleeps.", "He goes", "now"]


def test_a_sentence_that_would_begin_inside_of_a_token_begins_after_it(nlp: Any):
    from spacy.tokens import Doc

    doc = Doc(nlp.vocab, words=["He", "slept", ". She", "reads", "."], spaces=[True, False, True, False, False])

    assert [sentence.text for sentence in nlp(doc).sents] == ["He slept. She", "reads."]


def test_a_text_without_an_end_of_a_sentence_is_cut(nlp: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.integrations.spacy.reading.LONGEST_SENTENCE", 4)

    assert [len(sentence) for sentence in nlp("a b c d e f g h i").sents] == [4, 4, 1]


def test_a_stream_gives_what_single_calls_give(nlp: Any):
    numbered = [(text, number) for number, text in enumerate(TEXTS)]
    streamed = list(nlp.pipe(numbered, as_tuples=True, batch_size=3))

    assert [number for _, number in streamed] == [0, 1, 2, 3]
    assert [doc.to_json() for doc, _ in streamed] == [nlp(text).to_json() for text in TEXTS]


def test_several_processes_give_what_one_gives(nlp: Any):
    docs = list(nlp.pipe(TEXTS, n_process=2, batch_size=1))

    assert [doc.to_json() for doc in docs] == [nlp(text).to_json() for text in TEXTS]
    assert [doc._.jmt for doc in docs] == [nlp(text)._.jmt for text in TEXTS]


def test_a_copy_by_pickle_says_the_same_as_spawned_processes_need_it(nlp: Any):
    copy = ForkingPickler.loads(ForkingPickler.dumps(nlp.get_pipe("jmt")))

    assert copy.name == "jmt"
    assert copy(nlp.make_doc(TEXTS[0])).to_json() == nlp(TEXTS[0]).to_json()


def test_a_document_that_fails_goes_to_the_error_handler_and_no_other(grown: Any, at_most: Callable[[int], None]):
    grown.add_pipe("sentencizer", first=True)
    failed: list[tuple[str, list[str], str]] = []
    grown.set_error_handler(lambda name, proc, docs, error: failed.append((name, [d.text for d in docs], str(error))))
    at_most(4)

    docs = list(grown.pipe(["He goes.", "This is far too long.", "She goes."]))

    assert [doc.text for doc in docs] == ["He goes.", "She goes."]
    assert [doc[0].tag_ for doc in docs] == ["PRP", "PRP"]
    ((name, texts, message),) = failed
    assert (name, texts) == ("jmt", ["This is far too long."])
    assert "has 6 words; at most 4 can be annotated" in message


@pytest.mark.parametrize("batch_size", [1, 2])
def test_without_an_error_handler_a_failure_is_raised(grown: Any, at_most: Callable[[int], None], batch_size: int):
    grown.add_pipe("sentencizer", first=True)
    at_most(4)

    with pytest.raises(InputError, match="at most 4 can be annotated"):
        list(grown.pipe(["He goes.", "This is far too long."], batch_size=batch_size))
    with pytest.raises(InputError, match="at most 4 can be annotated"):
        grown("This is far too long.")


def test_the_document_survives_bytes_and_docbins(nlp: Any):
    from spacy.tokens import Doc, DocBin

    doc = nlp("She reads.")
    stored = DocBin(docs=[doc], store_user_data=True).to_bytes()

    assert Doc(nlp.vocab).from_bytes(doc.to_bytes())._.jmt == doc._.jmt
    (again,) = DocBin().from_bytes(stored).get_docs(nlp.vocab)
    assert again._.jmt == doc._.jmt


def test_a_stored_pipeline_names_its_model_and_holds_no_weights(nlp: Any, tmp_path: Path):
    nlp.to_disk(tmp_path)

    assert sum(path.stat().st_size for path in (tmp_path / "jmt").rglob("*") if path.is_file()) < 1000
    loaded = spacy.load(tmp_path)
    assert loaded.get_pipe_config("jmt")["model"] == "en_jmt_sm"
    assert loaded(TEXTS[0]).to_json() == nlp(TEXTS[0]).to_json()
    assert spacy.load(tmp_path, exclude=["jmt"]).pipe_names == []


def test_a_pipeline_goes_through_bytes(nlp: Any, grown: Any):
    assert grown.from_bytes(nlp.to_bytes())(TEXTS[0]).to_json() == nlp(TEXTS[0]).to_json()


def test_another_model_than_the_stored_one_is_noticed(nlp: Any, tmp_path: Path):
    nlp.to_disk(tmp_path)
    identity = tmp_path / "jmt" / "model.json"
    identity.write_text(identity.read_text(encoding="utf-8").replace("sha256:", "sha256:0"), encoding="utf-8")

    with pytest.warns(UserWarning, match="stored with the model en_jmt_sm .*what it says may differ"):
        spacy.load(tmp_path)


def test_it_can_be_disabled_and_selected(grown: Any):
    grown.add_pipe("sentencizer")

    with grown.select_pipes(disable="jmt"):
        assert not grown("She reads.").has_annotation("TAG")
    with grown.select_pipes(enable="jmt"):
        assert grown("She reads.").has_annotation("TAG")
    assert grown("She reads.", disable=["jmt"])._.jmt is None


def test_tokens_that_were_merged_are_words_and_may_be_split_afterwards(nlp: Any):
    doc = nlp.make_doc("She left New York.")
    with doc.retokenize() as retokenizer:
        retokenizer.merge(doc[2:4])

    doc = nlp(doc)

    assert [token.text for token in doc._.jmt.tokens] == ["She", "left", "New York", "."]
    with doc.retokenize() as retokenizer:
        retokenizer.split(doc[2], ["New", " York"], heads=[(doc[2], 1), doc[1]])
    assert [token.head.i for token in doc] == [1, 1, 3, 1, 1]


def test_it_says_what_it_sets_and_needs_nothing(nlp: Any):
    analysis = nlp.analyze_pipes(keys=["assigns", "requires"])

    assert analysis["problems"] == {"jmt": []}
    assert {"token.tag", "token.dep", "doc.sents", "doc._.jmt"} <= set(analysis["attrs"])


def test_what_no_task_says_stays_as_others_said_it(grown: Any):
    from spacy.tokens import Doc

    doc = Doc(grown.vocab, words=["She", "reads"], lemmas=["she", "read"], morphs=["Case=Nom", ""])

    doc = grown(doc)

    assert [token.lemma_ for token in doc] == ["she", "read"]
    assert doc[0].morph.get("Case") == ["Nom"]


def test_what_it_draws_is_drawn_by_displacy(nlp: Any):
    doc = nlp("She reads a book.")

    assert "nsubj" in spacy.displacy.render(doc, style="dep", jupyter=False)
    drawn = spacy.displacy.render(doc, style="span", options={"spans_key": "chunks"}, jupyter=False)
    assert "NP" in drawn


def test_it_is_scored_as_components_of_spacy_are(nlp: Any):
    from spacy.training import Example

    gold = {
        "tags": ["PRP", "VBZ", "."],
        "heads": [1, 1, 1],
        "deps": ["obj", "ROOT", "punct"],
        "lemmas": ["she", "read", "!"],
    }
    scores = nlp.evaluate([Example.from_dict(nlp.make_doc("She reads."), gold)])

    assert scores["tag_acc"] == 1.0
    assert (scores["dep_uas"], scores["dep_las"]) == (1.0, 0.5)
    assert scores["lemma_acc"] == pytest.approx(2 / 3)
    assert "ents_f" not in scores  # which it does not find


@pytest.mark.parametrize(
    ("config", "error", "message"),
    [
        ({"model": "en_jmt_xl"}, CheckpointError, "no installed model"),
        ({**MODEL, "tasks": ["sense"]}, InputError, "no task `sense`"),
        ({**MODEL, "tasks": ["entailment"]}, InputError, "no task about single sentences is among the chosen ones"),
        ({**MODEL, "device": "tpu"}, InputError, "tpu"),
        ({**MODEL, "sentences": True}, ValueError, "sentences"),
        ({**MODEL, "confidences": "perhaps"}, ValueError, "confidences"),
    ],
)
def test_a_configuration_that_means_nothing_is_refused(config: dict[str, Any], error: type[Exception], message: str):
    with pytest.raises(error, match=message):
        spacy.blank("en").add_pipe("jmt", config=config)


def test_a_pipeline_of_another_language_is_warned_of():
    spacy.blank("xx").add_pipe("jmt", config=MODEL)
    with pytest.warns(UserWarning, match="for language 'fr', the model en_jmt_sm for 'en'"):
        spacy.blank("fr").add_pipe("jmt", config=MODEL)
