"""Which task is next, and which examples are in a batch: functions of the seed and the epoch alone."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from jmt.cascade.symbols.examples import TaskExamples
from jmt.network.batches.batching import length_band
from jmt.training.batches.supply import BatchSupply
from jmt.training.batches.task import TrainingTask, group_tasks
from jmt.training.progress import Progress
from jmt.training.schedules import Schedule, Step, build_schedule
from jmt.training.settings.schedule import SamplingSettings
from jmt.training.settings.training import TrainingSettings

TASKS = ["xpos", "chunk", "dep", "relatedness", "entailment"]
BATCHES = {"xpos": 3, "chunk": 1, "dep": 2, "relatedness": 1, "entailment": 2}


def alone(tasks: Iterable[str]) -> dict[str, list[str]]:
    """Groups of one task each."""
    return {task: [task] for task in tasks}


def training_task(count: int = 53) -> TrainingTask:
    inputs = [["word"] * (1 + number * 7 % 11) for number in range(count)]
    examples = TaskExamples("xpos", "tagger", inputs, [["NN"] * len(words) for words in inputs])
    return TrainingTask("xpos", examples, batch_size=5, clip_norm=1.0)


def test_tasks_are_passed_from_the_bottom_up_each_with_all_of_its_batches():
    steps = build_schedule(TrainingSettings(), alone(TASKS), seed=1).steps(3, BATCHES, {})

    expected = ["xpos"] * 3 + ["chunk"] + ["dep"] * 2 + ["relatedness"] + ["entailment"] * 2
    assert steps == [((task,), task) for task in expected]


def test_random_order_shuffles_whole_passes_anew_for_every_epoch():
    schedule = build_schedule(TrainingSettings(order="random"), alone(TASKS), seed=1)
    orders = [list(dict.fromkeys(step.of_pass for step in schedule.steps(epoch, BATCHES, {}))) for epoch in range(1, 9)]

    assert len({tuple(order) for order in orders}) > 3
    for epoch in range(1, 9):
        steps = schedule.steps(epoch, BATCHES, {})
        assert Counter(step.groups[0] for step in steps) == BATCHES
        assert sum(before != after for before, after in pairwise(steps)) == len(TASKS) - 1
        assert steps == build_schedule(TrainingSettings(order="random"), alone(TASKS), seed=1).steps(epoch, BATCHES, {})


def test_an_epoch_s_batches_hold_every_example_once():
    task = training_task()
    batches = task.batches(seed=1, epoch=1)

    assert sorted(index for batch in batches for index in batch) == list(range(53))
    assert len(batches) == task.batch_count == 11
    assert sorted(map(len, batches)) == [3] + [5] * 10


def test_batches_depend_on_seed_and_epoch_and_on_nothing_else():
    first, again = training_task().batches(1, 1), training_task().batches(1, 1)

    assert first == again
    assert first != training_task().batches(1, 2)
    assert first != training_task().batches(2, 1)


def test_batches_are_alike_in_length():
    task = training_task(500)
    spread = [
        max(lengths) - min(lengths) for batch in task.batches(1, 1) if (lengths := [task.lengths[i] for i in batch])
    ]

    assert sum(spread) / len(spread) < 2


def test_batches_of_so_many_tokens_are_as_many_in_every_epoch_and_hold_every_example_once():
    task = dataclasses.replace(training_task(500), batch_tokens=64)
    epochs = [task.batches(1, epoch) for epoch in range(1, 4)]

    for batches in epochs:
        assert len(batches) == task.batch_count
        assert sorted(index for batch in batches for index in batch) == list(range(500))
        assert all(len(batch) * max(task.lengths[index] for index in batch) <= 64 for batch in batches)
    assert epochs[0] != epochs[1]
    assert epochs[0] == task.batches(1, 1)
    assert len({frozenset(batch) for batches in epochs for batch in batches}) > 2 * task.batch_count  # new company
    assert task.batch_count < 1.3 * sum(task.lengths) / 64


def test_a_sentence_longer_than_the_budget_is_a_batch_of_its_own():
    inputs = [["word"] * length for length in (3, 100, 3, 3)]
    examples = TaskExamples("xpos", "tagger", inputs, [["NN"] * len(words) for words in inputs])
    task = TrainingTask("xpos", examples, batch_size=25, clip_norm=1.0, batch_tokens=10)

    assert sorted(sorted(batch) for batch in task.batches(1, 1)) == [[0, 2, 3], [1]]


def test_a_band_is_less_than_an_eighth_wide():
    for length in range(1, 3000):
        assert length <= length_band(length) <= length * 1.125


def test_of_pairs_all_first_sentences_come_before_all_second_ones():
    pairs = [(["a", str(number)], ["b", str(number)]) for number in range(4)]
    task = TrainingTask("entailment", TaskExamples("entailment", "pair_classifier", pairs, ["x"] * 4), 2, 3.0)

    assert task.sentences([2, 0], 1, 1) == [["a", "2"], ["a", "0"], ["b", "2"], ["b", "0"]]


def test_an_epoch_goes_over_a_corpus_as_often_as_its_passes_say():
    examples = TaskExamples("xpos", "tagger", [[str(number)] for number in range(30)], [["x"]] * 30)
    whole = TrainingTask("xpos", examples, 3, 3.0)
    half, twice = dataclasses.replace(whole, passes=0.5), dataclasses.replace(whole, passes=2.0)
    assert [task.step_count for task in (whole, half, twice)] == [10, 5, 20]
    assert dataclasses.replace(whole, passes=0.001).step_count == 1

    schedule = build_schedule(TrainingSettings(schedule="sampled"), alone(["xpos"]), seed=1)
    seen: Counter[int] = Counter()
    for epoch in (1, 2):  # what the first half left out, the second one brings
        supply = BatchSupply(
            {"xpos": half}, schedule.steps(epoch, {"xpos": half.step_count}, {}), 1, {"xpos": 5 * (epoch - 1)}
        )
        for _ in range(half.step_count):
            seen.update(supply.next()["xpos"][0])
    assert seen == Counter(range(30))
    other = dataclasses.replace(half, name="upos")
    assert group_tasks([whole, other], apart=False) == {"xpos": ["xpos"], "upos": ["upos"]}


def sampled(by: str, temperature: float = 2.0):
    sampling = SamplingSettings(by=by, temperature=temperature)
    return build_schedule(TrainingSettings(schedule="sampled", sampling=sampling), alone(["big", "small"]), seed=1)


def test_corpora_are_drawn_as_often_as_their_shares_say():
    batches = {"big": 90, "small": 10}
    for schedule, expected in (
        (sampled("proportional"), {"big": 90, "small": 10}),
        (sampled("uniform"), {"big": 50, "small": 50}),
        (sampled("temperature"), {"big": 75, "small": 25}),  # sqrt(90) : sqrt(10) is 3 : 1
        (sampled("temperature", 1.0), {"big": 90, "small": 10}),
    ):
        steps = schedule.steps(4, batches, {})
        assert Counter(step.groups[0] for step in steps) == expected
        assert steps == schedule.steps(4, batches, {})
        assert steps != schedule.steps(5, batches, {})
        assert len(set(steps[:20])) == 2  # mixed, not one after the other


def test_a_joint_step_has_a_batch_of_every_corpus():
    schedule = build_schedule(TrainingSettings(schedule="joint"), alone(["big", "small"]), seed=1)

    assert schedule.steps(1, {"big": 4, "small": 2}, {}) == [(("big", "small"), "all")] * 4


def test_over_the_epochs_every_example_is_seen_equally_often_and_a_skip_changes_nothing():
    task = training_task()
    seen = Counter()
    for epoch in range(1, 12):  # 11 epochs of 8 steps are 8 rounds of 11 batches
        steps = [Step(("xpos",), "all")] * 8
        supply, late = (BatchSupply({"xpos": task}, steps, 1, {"xpos": 8 * (epoch - 1)}) for _ in range(2))
        dealt = [supply.next() for _ in steps]
        late.skip(5)
        assert [late.next() for _ in range(3)] == dealt[5:]
        seen.update(index for drawn in dealt for index in drawn["xpos"][0])
    assert set(seen.values()) == {8}
    assert len(seen) == 53


def test_tasks_on_the_same_sentences_are_one_group_unless_each_has_a_pass_of_its_own():
    first, other = training_task(), training_task()
    second = TrainingTask("upos", first.train, batch_size=5, clip_norm=1.0)
    third = TrainingTask("chunk", other.train, batch_size=5, clip_norm=1.0)

    assert group_tasks([first, second, third], apart=False) == {"xpos": ["xpos", "upos"], "chunk": ["chunk"]}
    assert group_tasks([first, second, third], apart=True) == {"xpos": ["xpos"], "upos": ["upos"], "chunk": ["chunk"]}


def test_replay_mixes_a_share_of_other_tasks_into_every_pass_the_same_number_in_every_epoch():
    batches = {"xpos": 40, "chunk": 20, "dep": 10}
    for order in ("cascade", "random"):
        settings = TrainingSettings(order=order, replay=0.25, sampling=SamplingSettings(by="uniform"))
        schedule = build_schedule(settings, alone(list(batches)), seed=1)
        for epoch in (1, 2):
            steps = schedule.steps(epoch, batches, {})
            of_xpos = Counter(step.groups[0] for step in steps if step.of_pass == "xpos")
            assert of_xpos == {"xpos": 40, "chunk": 5, "dep": 5}
            assert steps == schedule.steps(epoch, batches, {})
            assert len({step.of_pass for step in steps}) == 3
            assert sum(before.of_pass != after.of_pass for before, after in pairwise(steps)) == 2


def drawn(schedule: Schedule, epoch: int, batches: dict[str, int]) -> Counter[str]:
    return Counter(step.groups[0] for step in schedule.steps(epoch, batches, {}))


def test_a_cap_keeps_a_huge_corpus_from_drowning_the_others():
    sampling = SamplingSettings(cap=30)
    schedule = build_schedule(TrainingSettings(schedule="sampled", sampling=sampling), alone(["big", "small"]), seed=1)
    assert drawn(schedule, 1, {"big": 90, "small": 10}) == {"big": 75, "small": 25}


def test_annealed_shares_go_from_proportional_to_those_of_the_temperature():
    settings = TrainingSettings(
        schedule="sampled", epochs=5, sampling=SamplingSettings(by="annealed", temperature=float("inf"))
    )
    schedule = build_schedule(settings, alone(["big", "small"]), seed=1)
    shares = [drawn(schedule, epoch, {"big": 90, "small": 10})["big"] for epoch in range(1, 6)]
    assert shares[0] == 90
    assert shares[-1] == 50
    assert shares == sorted(shares, reverse=True)
    assert shares[2] == 75  # half way: the square root


def test_ratios_say_how_often_a_corpus_is_drawn_whatever_its_size():
    settings = TrainingSettings(schedule="sampled", sampling=SamplingSettings(by="ratio", ratios={"upos": 3.0}))
    schedule = build_schedule(settings, {"xpos": ["xpos", "upos"], "chunk": ["chunk"]}, seed=1)
    assert drawn(schedule, 1, {"xpos": 10, "chunk": 90}) == {"xpos": 75, "chunk": 25}


def test_a_curriculum_begins_with_what_has_been_learned_best_once_that_is_known():
    schedule = build_schedule(TrainingSettings(order="curriculum"), alone(["a", "b", "c"]), seed=1)

    def order(left: dict[str, float]) -> list[str]:
        return [step.of_pass for step in schedule.steps(3, {"a": 1, "b": 1, "c": 1}, left)]

    assert order({}) == ["a", "b", "c"]
    assert order({"a": 0.9, "b": 0.2, "c": 0.5}) == ["b", "c", "a"]


def test_of_groups_each_step_has_all_corpora_of_one():
    settings = TrainingSettings(schedule="grouped", groups=(("xpos", "dep"), ("chunk",)))
    groups = {"xpos": ["xpos", "upos"], "dep": ["dep"], "chunk": ["chunk"]}
    steps = build_schedule(settings, groups, seed=1).steps(1, {"xpos": 4, "dep": 6, "chunk": 3}, {})
    assert Counter(step.groups for step in steps) == {("xpos", "dep"): 6, ("chunk",): 3}
    assert steps != sorted(steps)


def test_tasks_on_the_same_sentences_but_in_different_groups_have_batches_of_their_own():
    first = training_task()
    second = dataclasses.replace(first, name="upos")
    assert group_tasks([first, second], apart=False, sets=[("xpos",), ("upos",)]) == {
        "xpos": ["xpos"],
        "upos": ["upos"],
    }
    assert group_tasks([first, second], apart=False, sets=[("xpos", "upos")]) == {"xpos": ["xpos", "upos"]}


def test_phases_follow_each_other_and_count_their_own_epochs():
    settings = TrainingSettings.model_validate(
        {
            "phase": [
                {"epochs": 2, "order": "random"},
                {"epochs": 3, "schedule": "sampled", "sampling": {"by": "annealed"}},
                {"epochs": 1, "schedule": "joint"},
            ]
        }
    )
    assert settings.epochs == 6
    assert settings.schedules == {"successive", "sampled", "joint"}
    schedule = build_schedule(settings, alone(TASKS), seed=1)
    batches = dict.fromkeys(TASKS, 4)
    alone_random = build_schedule(TrainingSettings(order="random"), alone(TASKS), seed=1)
    assert schedule.steps(2, batches, {}) == alone_random.steps(2, batches, {})
    sampled_alone = TrainingSettings(schedule="sampled", epochs=3, sampling=SamplingSettings(by="annealed"))
    expected = build_schedule(sampled_alone, alone(TASKS), seed=1)
    assert [schedule.steps(epoch + 2, batches, {}) for epoch in (1, 2, 3)] == [
        expected.steps(epoch, batches, {}) for epoch in (1, 2, 3)
    ]
    assert schedule.steps(6, batches, {}) == [(tuple(TASKS), "all")] * 4


def test_what_is_left_of_a_loss_is_the_last_epoch_s_share_of_the_first_and_known_from_the_third_on():
    progress = Progress()
    left = []
    for losses in ([8.0, 4.0], [4.0, 2.0], [1.0, 2.0]):
        for loss in losses:
            progress.count({"xpos": loss, "dep": 1.0}, 2, 9)
        left.append(progress.left)
        progress.end_epoch({})
    assert left == [{}, {}, {"xpos": 0.5, "dep": 1.0}]
    assert progress.left == {"xpos": 0.25, "dep": 1.0}
