"""Where tasks stand and what they read of each other: which parameters a step of each moves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from jmt.cascade.config import ModelConfig
from jmt.network.model import JointModel
from jmt.runs.config import read_config
from jmt.runs.options import RunOptions
from jmt.runs.run import Run
from jmt.segmentation import RuleSegmenter
from jmt.training.events import EpochDone, StepDone
from jmt.training.trainer import Trainer
from tests.assets.tiny_model import TASKS, tiny_model
from tests.assets.tiny_transformer import tiny_transformer

pytestmark = pytest.mark.numbers

Build = Callable[..., Trainer]
FREE = {"successive_regularization": {"default": 0.0, "lower_classifiers": 0.0}}


def moved_by_passes(trainer: Trainer) -> dict[str, set[str]]:
    """By task the parts of the network that its pass in the first epoch moves: `level1`, `xpos`, `labels xpos`."""
    found: dict[str, set[str]] = {}
    before = {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}
    for event in trainer.events():
        if not isinstance(event, StepDone) or event.epoch > 1:
            break
        moved = [name for name, value in trainer.stepper.parameters.items() if not torch.equal(value, before[name])]
        found.setdefault(event.task, set()).update(map(part_of, moved))
        before = {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}
    return found


def part_of(name: str) -> str:
    parts = name.removeprefix("encoder.").split(".")
    if parts[0] == "levels":
        return f"level{int(parts[1]) + 1}"
    return {"heads": parts[1], "label_embeddings": f"labels {parts[1]}"}.get(parts[0], parts[0])


def test_on_one_level_every_task_trains_the_whole_trunk_and_forks_at_its_end(build_trainer: Build):
    flat: dict[str, dict[str, Any]] = {task: {"level": 3, "reads": []} for task in TASKS}
    trunk = {"words", "level1", "level2", "level3"}

    assert moved_by_passes(build_trainer(changes=flat, **FREE)) == {task: {*trunk, task} for task in TASKS}


def test_tasks_on_levels_of_their_own_train_what_lies_below_them_and_nothing_above(build_trainer: Build):
    alone: dict[str, dict[str, Any]] = {task: {"reads": []} for task in TASKS}
    levels = [f"level{number}" for number in range(1, 6)]

    assert moved_by_passes(build_trainer(changes=alone, **FREE)) == {
        task: {"words", *levels[: number + 1], task} for number, task in enumerate(TASKS)
    }


@pytest.mark.parametrize(
    ("gradient", "reached"),
    [
        ("flow", {"words", "level1", "xpos"}),
        ("stop", {"words", "level1"}),  # by the hidden states alone
        ("stop_input", {"words"}),  # by the shortcut
    ],
)
def test_what_a_task_reads_is_trained_by_it_as_far_as_the_edge_says(
    build_trainer: Build, gradient: str, reached: set[str]
):
    reads = [{"task": "xpos", "gradient": gradient}]
    trainer = build_trainer(tasks=("xpos", "chunk"), changes={"chunk": {"reads": reads}}, **FREE)

    assert moved_by_passes(trainer)["chunk"] == {"level2", "chunk", "labels xpos", *reached}


def test_what_reads_a_tree_trains_the_parser_and_how_its_trees_are_told(build_trainer: Build):
    reads = {task: {"reads": ["dep"] if task == "relatedness" else []} for task in TASKS}
    moved = moved_by_passes(build_trainer(changes=reads, **FREE))

    levels = {"level1", "level2", "level3", "level4"}
    assert moved["dep"] == {"words", "level1", "level2", "level3", "dep"}
    assert moved["relatedness"] == {"words", *levels, "relatedness", "dep", "labels dep"}


ALONE = ["task.cause.level=1", "task.cause.reads=[]"]
DIRECTIONS: dict[str, tuple[list[str], set[str], set[str]]] = {
    "emotions help causes": ([], set(), {"emotion", "labels emotion"}),
    "each by itself": (ALONE, set(), set()),
    "causes help emotions": (
        [*ALONE, "task.emotion.level=2", 'task.emotion.reads=["cause"]'],
        {"cause", "labels cause"},
        set(),
    ),
}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_emotions_and_causes_help_each_other_in_the_direction_that_is_configured(direction: str, tmp_path: Path):
    edits, by_emotion, by_cause = DIRECTIONS[direction]
    feelings, causes = ["anger", "joy", "fear"], ["since it rained", "as the wolf came", "when the boat sank"]
    documents = [
        f"{number} 3\n ({1 + number % 2}, 3),\n1,{feelings[number % 3] if number % 2 == 0 else 'null'},null,she cried\n"
        f"2,{feelings[number % 3] if number % 2 else 'null'},null,he sang\n3,null,null,{causes[number % 3]}\n"
        for number in range(6)
    ]
    (tmp_path / "own.txt").write_text("".join(documents), encoding="utf-8")
    sizes = ["encoder.hidden_size=6", "encoder.ngram_size=6", "encoder.label_size=4", "encoder.ngram_minimum=1"]
    settings = ["training.schedule=successive", "training.successive_regularization={default=0, lower_classifiers=0}"]
    corpus = [f'corpora.ecpe.{split}="{tmp_path}/own.txt"' for split in ("train", "dev")]
    batches = [f"task.{task}.batch_size=2" for task in ("emotion", "cause", "links")]
    config = read_config("emotion_causes", overrides=[*sizes, *settings, *corpus, *batches, *edits])
    moved = moved_by_passes(Run(config, RunOptions(tmp_path / "run"), RuleSegmenter("en")).trainer)

    heads = {"emotion", "cause", "links", "labels emotion", "labels cause"}
    assert moved["emotion"] & heads == {"emotion", *by_emotion}
    assert moved["cause"] & heads == {"cause", *by_cause}
    assert moved["links"] & heads == heads  # which reads both in any case


@pytest.mark.parametrize(("alpha", "learned"), [(0.0, "words"), (1e9, "unknown"), (1.0, "both")])
def test_of_words_that_are_dropped_in_training_the_unknown_one_learns(build_trainer: Build, alpha: float, learned: str):
    tables = tiny_model(("xpos",)).config.model_dump()
    config = ModelConfig.model_validate({**tables, "encoder": {**tables["encoder"], "word_dropout": alpha}})
    given = tiny_model(("xpos",))
    trainer = build_trainer(tasks=("xpos",), model=JointModel(config, given.lexicon, given.labels), epochs=4)
    table = trainer.model.encoder.words.words.weight
    before = table.detach().clone()
    list(trainer.events())

    moved = (table.detach() != before).any(dim=1)
    assert moved[0] == (learned != "words")
    assert bool(moved[1:].all() if learned == "words" else moved[1:].any()) == (learned != "unknown")
    assert len(moved) == len(given.lexicon.words) > 10


def test_layers_of_a_pretrained_encoder_begin_to_learn_one_by_one_from_the_top(build_trainer: Build):
    trainer = build_trainer(
        model=tiny_transformer(),
        schedule="joint",
        freezing={"epochs": 1, "gradual": True},
        epochs=5,
        optimizer={"learning_rate": 0.05},
    )
    moved: list[set[str]] = []
    before = {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}
    for event in trainer.events():
        if isinstance(event, EpochDone):
            after = {name: value.detach().clone() for name, value in trainer.stepper.parameters.items()}
            own = [
                name.split(".")[2:]
                for name in after
                if name.startswith("encoder.pretrained.") and not torch.equal(after[name], before[name])
            ]
            moved.append({parts[1] if parts[0] == "blocks" else parts[0] for parts in own})
            before = after

    assert moved == [set(), {"2"}, {"2", "1"}, {"2", "1", "0"}, {"2", "1", "0", "embeddings"}]
