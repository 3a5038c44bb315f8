"""An exported folder stands alone: graphs, weights, vocabulary, labels, a sample and a README."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from jmt.cascade.decoding.crf import FORBIDDEN, forbid
from jmt.cascade.decoding.rules import label_rules
from jmt.cascade.symbols.batch import WordBatches
from jmt.cascade.symbols.lexicon import Lexicon
from jmt.errors import CheckpointError, InputError
from jmt.integrations.onnx.exporting import export_model
from jmt.integrations.onnx.sample import Sampler
from jmt.network import checkpoint
from jmt.network.model import JointModel
from jmt.runtime.weights import words_of_corpus
from tests.assets.graphs import assert_close, computed, opened
from tests.assets.tiny_model import LABELS, SENTENCES, tiny_model
from tests.assets.tiny_transformer import tiny_transformer
from tests.unit.runtime.test_agreement import ALL_TASKS, CHANGES

CARD = {"name": "tiny\x1b[31m\n| one", "licences": {"sick": "CC BY-NC-SA 3.0"}}


def stored(folder: Path, model: JointModel) -> Path:
    checkpoint.save(model, folder / "model", card=CARD)
    return folder / "model"


@pytest.fixture(scope="module")
def model() -> JointModel:
    return tiny_model(tuple(ALL_TASKS), changes=CHANGES["the others"])


@pytest.fixture(scope="module")
def folder(model: JointModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("exported")
    return export_model(stored(place, model), place / "graphs")


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_it_holds_all_that_is_needed_and_nothing_else(folder: Path):
    assert {path.name for path in folder.iterdir()} == {
        *("annotate.onnx", "compare.onnx", "relations.onnx", "weights.data", "manifest.json"),
        *("vocabulary.json", "labels.json", "sample.json", "README.md"),
    }


def test_a_transformer_brings_its_tokenizer_and_levels_are_there_where_asked_for(tmp_path: Path):
    model = stored(tmp_path, tiny_transformer())
    names = {path.name for path in export_model(model, tmp_path / "graphs", levels=True).iterdir()}

    assert {"tokenizer.json", "words.onnx", *(f"level{number}.onnx" for number in range(1, 6))} <= names


def test_weights_are_stored_once_for_all_graphs_in_float32(tmp_path: Path):
    model = tiny_model(tuple(ALL_TASKS), changes=CHANGES["the paper's"])  # relations are scored twice by large arrays
    folder = export_model(stored(tmp_path, model), tmp_path / "graphs")
    content, places = (folder / "weights.data").read_bytes(), set()
    for path in folder.glob("*.onnx"):
        for tensor in onnx.load(path, load_external_data=False).graph.initializer:
            if tensor.data_location == onnx.TensorProto.EXTERNAL:
                place = {entry.key: entry.value for entry in tensor.external_data}
                places.add((int(place["offset"]), int(place["length"]), tuple(tensor.dims)))
    arrays = [(shape, content[offset : offset + length]) for offset, length, shape in places]

    assert len(arrays) > 20
    assert len(set(arrays)) == len(arrays)
    assert len(content) < sum(parameter.numel() for parameter in model.parameters()) * 4


def test_every_large_array_is_in_the_file_of_weights(folder: Path):
    size = (folder / "weights.data").stat().st_size
    for path in folder.glob("*.onnx"):
        for tensor in onnx.load(path, load_external_data=False).graph.initializer:
            if tensor.data_location == onnx.TensorProto.EXTERNAL:
                place = {entry.key: entry.value for entry in tensor.external_data}
                assert place["location"] == "weights.data"
                assert int(place["offset"]) % 64 == 0
                assert int(place["offset"]) + int(place["length"]) <= size
            else:
                assert len(tensor.raw_data) < 1024


def test_the_same_model_gives_the_same_bytes_and_an_export_may_be_replaced(folder: Path):
    before = read(folder, "manifest.json")
    export_model(folder.parent / "model", folder)

    assert read(folder, "manifest.json") == before


def test_the_sample_is_what_the_graphs_compute(folder: Path):
    samples = read(folder, "sample.json")
    assert samples.keys() == {"annotate", "compare"}
    for name, sample in samples.items():
        known = read(folder, "vocabulary.json")["words"]
        assert [sum(word in known for word in sentence) for sentence in sample["sentences"]] == [7, 2]
        given = {port: np.array(array, np.int64) for port, array in sample["inputs"].items()}
        numbers = {port: np.array(array, np.float32) for port, array in sample["outputs"].items()}
        expected = {port: np.where(np.isnan(array), -np.inf, array) for port, array in numbers.items()}
        found = computed(opened(folder / f"{name}.onnx"), given)
        if name == "annotate":
            found |= computed(opened(folder / "relations.onnx"), {**given, **found})
        assert found.keys() == expected.keys()
        assert_close(found, expected, given["lengths"])


def test_the_vocabulary_has_symbols_in_the_order_of_their_rows(folder: Path, model: JointModel):
    vocabulary, lexicon = read(folder, "vocabulary.json"), model.lexicon

    assert [lexicon.words[word] for word in vocabulary["words"]] == list(range(1, len(lexicon.words)))
    assert [lexicon.ngrams[ngram] for ngram in vocabulary["ngrams"]] == list(range(1, len(lexicon.ngrams)))
    assert vocabulary["ngram_lengths"] == [2, 3, 4]


def test_labels_have_what_decoding_needs(folder: Path, model: JointModel):
    labels = read(folder, "labels.json")
    weights = checkpoint.weights_of(model)
    own = [weights[f"heads.chunk.output.{name}"] for name in ("transitions", "start", "end")]
    expected = forbid(label_rules(LABELS["chunk"], "iobes"), *own)

    assert {task: about["labels"] for task, about in labels.items()} == {task: LABELS[task] for task in ALL_TASKS}
    for name, scores in zip(("transitions", "start", "end"), expected, strict=True):
        np.testing.assert_array_equal(np.float32(labels["chunk"][name]), scores)
    assert "transitions" not in labels["xpos"]
    assert labels["dep"]["tree"] == "eisner"
    assert labels["dep"]["arguments"] == "single"
    assert labels["entailment"]["reads"] == ["xpos", "feats", "lemma", "links", "relatedness"]


def test_spans_without_a_crf_have_the_rules_of_their_code_for_transitions(tmp_path: Path):
    about = read(export_model(stored(tmp_path, tiny_model()), tmp_path / "graphs"), "labels.json")["chunk"]
    begin, outside = about["labels"].index("B-NP"), about["labels"].index("O")

    assert about["transitions"][begin][outside] == about["end"][begin] == FORBIDDEN
    assert about["transitions"][outside][begin] == about["end"][outside] == 0


def test_the_readme_names_every_array_the_model_and_its_terms(folder: Path):
    text = (folder / "README.md").read_text(encoding="utf-8")

    assert text.startswith("# tiny [31m | one as ONNX graphs\n")
    for name in ("annotate", "compare", "relations"):
        graph = onnx.load(folder / f"{name}.onnx", load_external_data=False).graph
        for port in (*graph.input, *graph.output):
            assert f"| `{port.name}` |" in text
    assert "CC-BY-NC-SA-4.0" in text
    assert "sick is non-commercial" in text


def test_licence_and_notice_go_along(tmp_path: Path):
    from jmt.models.places import find_model

    folder = export_model("en_jmt_sm", tmp_path / "graphs")
    for name in ("LICENSE", "NOTICE"):
        assert (folder / name).read_bytes() == (Path(find_model("en_jmt_sm")) / name).read_bytes()


def test_a_corpus_that_has_a_vector_is_chosen_when_graphs_are_written(tmp_path: Path):
    model = tiny_model(corpus_vectors=["gum"])
    place, weights = stored(tmp_path, model), checkpoint.weights_of(model)
    batches = WordBatches.of(model.config.encoder, model.lexicon, None)
    found = {}
    for corpus in ("", "gum"):
        inputs, expected = Sampler(model.cascade, words_of_corpus(weights, 1) if corpus else weights, batches).arrays(
            SENTENCES, ["xpos"]
        )
        folder = export_model(place, tmp_path / f"graphs {corpus}", corpus=corpus)
        found[corpus] = computed(opened(folder / "annotate.onnx"), inputs)["xpos.scores"]
        assert_close({"xpos.scores": found[corpus]}, expected, inputs["lengths"])

    assert np.abs(found[""] - found["gum"]).max() > 0.01
    with pytest.raises(InputError, match="gum"):
        export_model(place, tmp_path / "others", corpus="ewt")


def test_a_model_of_pairs_alone_has_no_graph_for_single_sentences(tmp_path: Path):
    folder = export_model(stored(tmp_path, tiny_model(["relatedness"])), tmp_path / "graphs")

    assert {path.name for path in folder.glob("*.onnx")} == {"compare.onnx"}
    assert "annotate.onnx" not in (folder / "README.md").read_text(encoding="utf-8")


def test_what_only_torch_computes_is_refused(tmp_path: Path):
    place = stored(tmp_path, tiny_model(sharing={"level1": {"kind": "experts"}}))
    with pytest.raises(InputError, match="levels that tasks do not share"):
        export_model(place, tmp_path / "graphs")

    assert not (tmp_path / "graphs").exists()


def test_a_folder_of_something_else_is_never_replaced(folder: Path, tmp_path: Path):
    model = folder.parent / "model"
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    for place in (tmp_path / "mine", model):
        before = sorted(place.iterdir())
        with pytest.raises(InputError, match="is there already and is no export"):
            export_model(model, place)
        assert sorted(place.iterdir()) == before


def test_the_current_folder_is_not_replaced_under_the_feet_of_its_user(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    export_model(folder.parent / "model", tmp_path / "graphs")
    monkeypatch.chdir(tmp_path / "graphs")
    for place in (Path("."), tmp_path / "graphs"):
        with pytest.raises(InputError, match="is the current folder"):
            export_model(folder.parent / "model", place)
    assert Path("annotate.onnx").exists()


def test_an_export_with_a_file_of_someone_else_is_not_replaced(tmp_path: Path):
    model = stored(tmp_path, tiny_model())
    graphs = export_model(model, tmp_path / "graphs")
    (graphs / "mine.py").write_text("keep me")

    with pytest.raises(InputError, match="holds what is no part of this export"):
        export_model(model, graphs)

    assert (graphs / "mine.py").read_text() == "keep me"
    (graphs / "mine.py").unlink()
    export_model(model, graphs)


def test_weights_that_are_not_those_of_the_manifest_are_no_graphs(tmp_path: Path):
    place = stored(tmp_path, tiny_model())
    content = bytearray((place / "model.safetensors").read_bytes())
    content[-1] ^= 1
    (place / "model.safetensors").write_bytes(content)
    with pytest.raises(CheckpointError):
        export_model(place, tmp_path / "graphs")

    assert not (tmp_path / "graphs").exists()


def test_a_model_whose_words_are_clauses_says_so_again_when_it_is_loaded_and_is_not_exported(tmp_path: Path):
    plain = tiny_model(["xpos"])
    encoder = plain.config.encoder.model_copy(update={"ngrams_of": "words"})
    lexicon = Lexicon(plain.lexicon.words, plain.lexicon.ngrams, plain.lexicon.ngram_sizes, "words")
    model = JointModel(plain.config.model_copy(update={"encoder": encoder}), lexicon, plain.labels)
    checkpoint.save(model, tmp_path / "model")

    assert checkpoint.load(tmp_path / "model").lexicon.unit == "words"
    with pytest.raises(InputError, match="its words are clauses"):
        export_model(tmp_path / "model", tmp_path / "out")


@pytest.mark.parametrize(("orders", "told"), [("given", False), ("both", True)])
def test_the_readme_says_where_a_grade_is_that_of_both_orders(orders: str, told: bool, tmp_path: Path):
    model = tiny_model(changes={"relatedness": {"orders": orders, "grade_temperature": 0.6 if told else 1.0}})
    text = (export_model(stored(tmp_path, model), tmp_path / "graphs") / "README.md").read_text(encoding="utf-8")
    assert ("jmt gives the mean of the grades of both orders" in text) == told
    assert ("Divide the scores by 0.6 before." in text) == told
