"""Pairs as they are varied in training: each rate does what it says, gold stays right, and a seed says it all."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from jmt.cascade.symbols.examples import TaskExamples, Words
from jmt.training.batches.task import TrainingTask, group_tasks
from jmt.training.settings.variations import PairVariations

SECOND = ["Somebody", "is", "not", "sleeping", "."]
FIRST = ["The", "small", "dogs", "do", "n't", "bark"]


def classes(count: int = 200) -> TaskExamples:
    """Pairs that no two of which are alike, half of them contradictions."""
    pairs = [([*FIRST, str(number)], [*SECOND]) for number in range(count)]
    return TaskExamples("entailment", "pair_classifier", pairs, ["CONTRADICTION", "neutral"] * (count // 2))


def grades(count: int = 200) -> TaskExamples:
    return replace(classes(count), task="relatedness", kind="pair_regressor", gold=[2.0, 4.0] * (count // 2))


def task_of(examples: TaskExamples, variations: PairVariations, batch_size: int = 20) -> TrainingTask:
    itself = 5.0 if examples.task == "relatedness" else "ENTAILMENT"
    return TrainingTask(examples.task, examples, batch_size, 3.0, variations=variations, itself_gold=itself)


def epoch(task: TrainingTask, number: int = 1, seed: int = 1) -> list[tuple[Words, Words, object]]:
    """Every pair of an epoch with its gold."""
    found: list[tuple[Words, Words, object]] = []
    for indices in task.batches(seed, number):
        rows = task.sentences(indices, seed, number)
        found += zip(rows[: len(indices)], rows[len(indices) :], task.gold(indices), strict=True)
    return found


def plain(pairs: list[tuple[Words, Words, object]]) -> list[tuple[tuple[str, ...], tuple[str, ...], object]]:
    return [(tuple(first), tuple(second), gold) for first, second, gold in pairs]


def test_a_sentence_and_itself_come_on_top_of_the_pairs_with_their_gold():
    for examples, gold in ((classes(), "ENTAILMENT"), (grades(), 5.0)):
        task = task_of(examples, PairVariations(itself=0.25))
        drawn = plain(epoch(task))

        itself = [pair for pair in drawn if pair[0] == pair[1]]
        assert len(itself) == 50
        assert {said for *_, said in itself} == {gold}
        usual = [pair for pair in drawn if pair[0] != pair[1]]
        wanted = [(tuple(a), tuple(b), said) for (a, b), said in zip(examples.inputs, examples.gold, strict=True)]
        assert Counter(usual) == Counter(wanted)
        assert task.batch_count == 13


def test_all_sentences_come_beside_themselves_equally_often():
    task = task_of(classes(40), PairVariations(itself=0.5))
    seen = Counter(
        tuple(first) for number in range(1, 5) for first, second, _ in epoch(task, number) if first == second
    )

    assert len(seen) == 41  # 40 first sentences, and a second one that all pairs have
    assert max(seen.values()) - min(seen.values()) <= 1
    assert seen.total() == 80


def test_what_is_varied_is_another_in_every_epoch_and_the_same_with_the_same_seed():
    task = task_of(
        grades(), PairVariations(itself=0.2, swap=0.3, final_stop=0.3, case=0.3, contractions=0.3, typos=0.3)
    )

    assert epoch(task) == epoch(task)
    assert plain(epoch(task)) != plain(epoch(task, 2))
    assert plain(epoch(task)) != plain(epoch(task, 1, seed=2))
    first, second = (task.sentences(range(20), 1, number) for number in (1, 2))
    assert first != second  # the same pairs, written in other ways
    again = task_of(grades(), task.variations or PairVariations())
    assert epoch(task, 3) == epoch(again, 3)  # whatever was drawn before: so a run that is resumed sees the same


def test_the_examples_themselves_stay_as_they_are():
    examples = classes()
    before = [(list(first), list(second)) for first, second in examples.inputs]
    epoch(task_of(examples, PairVariations(itself=0.2, final_stop=1, case=1, contractions=1, typos=1)))

    assert list(examples.inputs) == before


def test_the_sentences_of_graded_pairs_change_places_as_often_as_is_said():
    drawn = epoch(task_of(grades(), PairVariations(swap=0.3)))

    turned = [pair for pair in drawn if pair[0] == SECOND]
    assert 30 < len(turned) < 90
    assert all(second[: len(FIRST)] == FIRST for _, second, _ in turned)
    assert {said for *_, said in turned} == {2.0, 4.0}


def test_of_classes_only_those_that_are_symmetric_change_places():
    drawn = epoch(task_of(classes(), PairVariations(swap=1, symmetric_labels=("CONTRADICTION",))))

    assert {said for first, _, said in drawn if first == SECOND} == {"CONTRADICTION"}
    assert {said for first, _, said in drawn if first != SECOND} == {"neutral"}


def rewritten(variations: PairVariations) -> list[Words]:
    return [first[:-1] for first, *_ in epoch(task_of(classes(), variations))]


def test_a_final_full_stop_is_added_where_there_is_none():
    drawn = epoch(task_of(classes(), PairVariations(final_stop=0.5)))

    assert 60 < sum(first[-1] == "." for first, *_ in drawn) < 140
    assert {tuple(second) for _, second, _ in drawn} == {tuple(SECOND)}  # never two of them


def test_letters_become_small_mostly_and_capital_seldom():
    counts = Counter(map(tuple, rewritten(PairVariations(case=0.5))))

    small, large = tuple(word.lower() for word in FIRST), tuple(word.upper() for word in FIRST)
    assert set(counts) == {tuple(FIRST), small, large}
    assert counts[tuple(FIRST)] > counts[small] > counts[large] > 0


def test_contractions_are_opened_half_of_the_time():
    counts = Counter(map(tuple, rewritten(PairVariations(contractions=1.0))))

    assert set(counts) == {tuple(FIRST), ("The", "small", "dogs", "do", "not", "bark")}
    assert 60 < counts[tuple(FIRST)] < 140


def test_a_slip_touches_one_word_of_four_letters_or_more():
    drawn = rewritten(PairVariations(typos=1.0))

    for words in drawn:
        changed = [place for place, (old, new) in enumerate(zip(FIRST, words, strict=True)) if old != new]
        assert len(changed) == 1
        assert changed[0] in (1, 2, 5)
    assert len({tuple(words) for words in drawn}) > 10


def test_tasks_that_vary_alike_learn_from_the_same_batches_and_others_do_not():
    one, two = classes(), grades()
    two = replace(two, inputs=one.inputs)
    alike = [
        task_of(one, PairVariations(itself=0.1, itself_label="ENTAILMENT")),
        task_of(two, PairVariations(itself=0.1)),
    ]
    unlike = [alike[0], task_of(two, PairVariations(itself=0.1, swap=0.5))]

    assert group_tasks(alike, apart=False) == {"entailment": ["entailment", "relatedness"]}
    assert len(group_tasks(unlike, apart=False)) == 2


def test_a_sentence_beside_itself_is_of_the_corpus_that_it_is_from():
    examples = replace(classes(40), parts=(("one", 10), ("other", 30)))
    task = task_of(examples, PairVariations(itself=1.0))

    further = [index for batch in task.batches(1, 1) for index in batch if index >= 40]
    sentences = task.sentences(further, 1, 1)[: len(further)]
    for corpus, words in zip(task.corpora(further), sentences, strict=True):
        assert words == SECOND or (corpus == "one") == (int(words[-1]) < 10)


def test_batches_of_a_budget_hold_the_further_pairs_as_well():
    task = replace(task_of(classes(), PairVariations(itself=0.5)), batch_tokens=100)
    drawn = epoch(task)

    assert sum(first == second for first, second, _ in drawn) == pytest.approx(100, abs=8)
    assert all(sum(map(len, task.sentences(batch, 1, 1))) <= 100 for batch in task.batches(1, 1))


@pytest.mark.parametrize("rate", [-0.1, 1.1])
def test_a_rate_is_a_share(rate: float):
    with pytest.raises(ValueError, match="swap"):
        PairVariations(swap=rate)
