"""A configuration that goes on from a model: what it inherits, what `jmt init --from` drafts, and what is refused."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from jmt.cascade.checkpoint import find_checkpoint
from jmt.cascade.checkpoint import read_config as read_model_config
from jmt.cascade.config import ModelConfig
from jmt.cascade.encoder_config import TransformerConfig
from jmt.cli.main import main
from jmt.errors import CheckpointError, ConfigError
from jmt.network import checkpoint
from jmt.network.model import JointModel
from jmt.runs.config import build_config, draft_config, read_config
from jmt.runs.splits import with_score_ranges
from tests.assets.tiny_model import TASKS, tiny_model
from tests.assets.tiny_transformer import tiny_transformer

READS = [{"task": "xpos", "gradient": "stop"}, "chunk"]
NAMED = ['corpora.mine.folder="trees"', 'corpora.my_pairs={reader="pairs", train="pairs.tsv"}']

MODELS: dict[str, JointModel] = {
    "bilstm": tiny_model(
        [*TASKS, "feats"],
        language="fr",
        changes={
            "xpos": {"classifier_size": 7, "column": "upos", "dropout": 0.0},
            "chunk": {"decoder": "crf", "input_dropout": 0.5},
            "dep": {"scorer": "biaffine", "arc_size": 5, "dropout": 0.2, "reads": READS},
            "relatedness": {"score_range": [1, 5], "interaction": "attention", "compare_size": 6, "reads": READS},
        },
    ),
    "transformer": tiny_transformer(pairs="together", mix=False),
    "split levels": tiny_model(
        sharing={
            "level2": {"kind": "cross_stitch", "same": 0.8},
            "level4": {"kind": "branches", "groups": [["relatedness", "entailment"]]},
        }
    ),
}


@pytest.fixture(params=MODELS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A model on disk that remembers what it has learned from."""
    card = {"corpora": dict.fromkeys(TASKS, "ewt"), "own_corpora": {}}
    checkpoint.save(MODELS[request.param], tmp_path / "model", card=card)
    return tmp_path / "model"


def written(place: Path, **asked: object) -> Path:
    file = place.parent / "draft.toml"
    file.write_text(draft_config(str(place), file="draft.toml", **asked), encoding="utf-8")  # type: ignore[arg-type]
    return file


def test_a_draft_is_the_very_cascade_with_or_without_the_model_beside_it(place: Path):
    file, model = written(place), read_model_config(place)

    for start_from in (None, str(place)):
        config = read_config(str(file), overrides=NAMED, start_from=start_from)
        assert config.model == model
        assert set(config.trained) == set(model.tasks)


def test_a_draft_says_what_each_task_has_learned_from_and_asks_for_corpora(place: Path):
    text = written(place).read_text(encoding="utf-8")
    corpora = {name: task["corpus"] for name, task in tomllib.loads(text)["task"].items()}

    assert text.count("# has learned from ewt") == len(TASKS)
    assert corpora["xpos"] == "mine"
    assert corpora["entailment"] == "my_pairs"


def test_a_corpus_that_is_not_named_is_refused_in_one_line_unless_no_task_wants_it(place: Path):
    file = str(written(place))
    with pytest.raises(ConfigError) as refusal:
        read_config(file)
    assert "corpora.mine, corpora.my_pairs: nothing says where this corpus is" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    with pytest.raises(ConfigError, match=r"corpora.my_pairs: nothing says.*it is wanted by relatedness, entailment:"):
        read_config(file, overrides=NAMED[:1])

    assert list(read_config(file, overrides=NAMED[:1], tasks=["xpos"], start_from=str(place)).trained) == ["xpos"]


def test_a_name_of_a_corpus_that_the_model_remembers_is_not_taken_again(place: Path):
    checkpoint.save(MODELS["bilstm"], place, card={"corpora": {"xpos": "mine"}, "own_corpora": {"mine": {}}})

    assert set(tomllib.loads(written(place).read_text(encoding="utf-8"))["corpora"]) == {"mine2", "my_pairs"}


def test_a_draft_may_be_of_some_tasks(place: Path):
    text = written(place, tasks=["xpos", "dep"]).read_text(encoding="utf-8")

    assert list(tomllib.loads(text)["task"]) == ["xpos", "dep"]
    assert "my_pairs" not in text
    with pytest.raises(ConfigError, match=r"has no task `ner`; it has xpos, .*; a new one is a table \[task.ner\]"):
        written(place, tasks=["ner"])


def test_what_is_left_out_is_as_it_is_in_the_model(place: Path):
    """A corpus is all that a task has to say."""
    tables = {"corpora": {"mine": {"folder": "trees"}}, "task": {"dep": {"corpus": "mine", "dropout": 0.4}}}
    file = place.parent / "short.toml"
    file.write_text('[corpora.mine]\nfolder = "trees"\n[task.dep]\ncorpus = "mine"\ndropout = 0.4\n', encoding="utf-8")
    config, model = read_config(str(file), start_from=str(place)), read_model_config(place)

    assert config.trained == {"dep": model.tasks["dep"].model_copy(update={"dropout": 0.4})}
    assert config.model.encoder == model.encoder
    assert config.model.language == model.language
    assert set(config.model.tasks) == set(model.tasks)
    with pytest.raises(ConfigError, match=r"task.dep.kind = None: known kinds are"):
        build_config(tables)


@pytest.mark.parametrize("tasks", [["dep"], ["xpos", "dep"], ["entailment"]])
def test_tasks_of_the_model_keep_level_and_reads_where_only_some_are_trained(place: Path, tasks: list[str]):
    config, model = (
        read_config(str(written(place)), overrides=NAMED, tasks=tasks, start_from=str(place)),
        (read_model_config(place)),
    )

    assert list(config.trained) == tasks
    assert config.model == model
    if not model.sharing:
        closed = read_config(str(written(place)), overrides=NAMED, tasks=["dep"])
        assert closed.model.tasks["dep"].level == 1


def test_a_new_task_may_stand_between_or_on_top_and_read_what_only_the_model_has(place: Path):
    if "stitches" in dict(checkpoint.load(place).encoder.named_children()):
        pytest.skip("levels that are split among their tasks take no new ones")
    file = place.parent / "new.toml"
    table = '[task.{}]\nkind = "tagger"\nlevel = {}\ncorpus = "ewt"\ncolumn = "upos"\nreads = [{}]\n'
    body = read_model_config(place).encoder
    taps = f"[encoder]\ntaps = {[*body.taps, 3]}\n" if isinstance(body, TransformerConfig) else ""
    file.write_text(
        taps + table.format("ner", 2, '"xpos"') + table.format("sense", 6, '"xpos", "chunk"'), encoding="utf-8"
    )
    config = read_config(str(file), start_from=str(place))

    assert list(config.trained) == ["ner", "sense"]
    assert {name: config.model.tasks[name].level for name in ("ner", "dep", "sense")} == {
        "ner": 2,
        "dep": 3,
        "sense": 6,
    }


def test_init_from_a_model_writes_the_file_and_init_of_a_model_says_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    assert main(["init", "--from", "en_jmt_sm"]) == 0
    assert main(["init", "tuned", "--from", "en_jmt_sm", "--tasks", "upos,dep"]) == 0
    assert "train with `jmt train tuned.toml --from en_jmt_sm`" in capsys.readouterr().err
    assert main(["init", "en_jmt_sm"]) == 2
    assert "`jmt init --from en_jmt_sm`" in capsys.readouterr().err
    assert main(["init"]) == 2
    assert main(["init", "demo", "--tasks", "xpos"]) == 2

    assert sorted(path.name for path in tmp_path.iterdir()) == ["from-en_jmt_sm.toml", "tuned.toml"]
    model = read_model_config(find_checkpoint("en_jmt_sm"))
    config = read_config("from-en_jmt_sm.toml", overrides=NAMED, start_from="en_jmt_sm")
    assert config.model == model
    assert isinstance(config.inherited, ModelConfig)


def test_grades_of_another_range_than_the_model_has_are_refused(place: Path):
    model = MODELS["bilstm"]
    checkpoint.save(model, place, card={"corpora": {}})
    config = read_config(
        str(written(place, tasks=["relatedness"])), overrides=['task.relatedness.corpus="stsb"'], start_from=str(place)
    )
    with pytest.raises(
        ConfigError, match=r"the corpus stsb has grades from 0 to 5, the model to start from has 1 to 5"
    ):
        with_score_ranges(config)


@pytest.mark.parametrize("name", ["two\n[evil]\nx = 1", "bell \x07", "\x7f", "half \ud800", "{model}", 'a" ]'])
def test_a_stranger_cannot_write_tables_into_a_draft(place: Path, name: str):
    checkpoint.save(MODELS["bilstm"], place, card={"corpora": {"xpos": name, "dep": name}, "own_corpora": {name: {}}})

    text = written(place).read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == {"language", "seed", "corpora", "encoder", "task", "training"}
    assert read_config(str(written(place)), overrides=NAMED).model == read_model_config(place)


@pytest.mark.parametrize(
    ("key", "value"),
    [("corpora", []), ("corpora", None), ("corpora", {"xpos": ["ewt"]}), ("own_corpora", 5), ("own_corpora", {"a": 1})],
)
def test_a_card_with_corpora_that_are_none_is_refused_in_one_line(place: Path, key: str, value: object):
    card = place / "card.json"
    card.write_text(json.dumps({key: value}), encoding="utf-8")

    with pytest.raises(CheckpointError, match=rf"card.json: {key}: an object is expected"):
        draft_config(str(place), file="draft.toml")


def test_grades_between_the_whole_numbers_of_the_model_fit_it(place: Path):
    checkpoint.save(MODELS["bilstm"], place, card={"corpora": {}})
    file = written(place)
    for told in ("[1, 5]", "[1.5, 4.5]"):
        corpus = f'corpora.my_pairs={{reader="pairs", train="pairs.tsv", score_range={told}}}'
        config = read_config(str(file), overrides=[NAMED[0], corpus], start_from=str(place))
        assert with_score_ranges(config).model.tasks["relatedness"].score_range == (1, 5)  # type: ignore[union-attr]
