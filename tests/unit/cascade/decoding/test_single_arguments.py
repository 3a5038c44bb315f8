"""No governor has two subjects or two objects; among relations that keep this, the best ones together are chosen."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from jmt.cascade.decoding.parsing import ParserDecoder
from jmt.cascade.decoding.single_arguments import SingleArguments
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.task_config import ParserConfig

LABELS = ["advmod", "csubj", "nsubj", "nsubj:outer", "nsubj:pass", "obj", "obl"]
SUBJECTS, OBJECTS = {"csubj", "nsubj", "nsubj:pass"}, {"obj"}


def is_allowed(relations: tuple[int, ...]) -> bool:
    names = [LABELS[relation] for relation in relations]
    return all(sum(name in group for name in names) < 2 for group in (SUBJECTS, OBJECTS))


def best_by_trying_all(logits: np.ndarray) -> list[int]:
    """Of the dependents of one governor."""
    every = itertools.product(range(len(LABELS)), repeat=len(logits))
    allowed = [relations for relations in every if is_allowed(relations)]
    return list(max(allowed, key=lambda relations: logits[np.arange(len(logits)), relations].sum()))


@pytest.mark.parametrize("dependents", [1, 2, 3, 4])
def test_dependents_of_one_governor_get_the_best_relations_of_all_that_are_allowed(dependents: int) -> None:
    generator = np.random.default_rng(dependents)
    settler, governors = SingleArguments(LABELS), np.zeros(dependents, dtype=np.int64)
    conflicts = 0
    for _ in range(60):
        logits = generator.normal(size=(dependents, len(LABELS))).astype(np.float32)
        logits[:, [1, 2, 4, 5]] += 1.5  # so that many would be subjects and objects
        best = logits.argmax(-1)
        found = settler.settle(best, logits, governors)
        assert found.tolist() == best_by_trying_all(logits)
        conflicts += not is_allowed(tuple(best.tolist()))
    assert conflicts > 20 or dependents == 1


def test_each_governor_of_a_batch_is_settled_as_if_it_were_alone() -> None:
    generator = np.random.default_rng(0)
    governors = generator.integers(0, 6, size=24)
    logits = generator.normal(size=(24, len(LABELS)))
    logits[:, [2, 5]] += 1.5
    found = SingleArguments(LABELS).settle(logits.argmax(-1), logits, governors)
    for governor in range(6):
        own = governors == governor
        alone = SingleArguments(LABELS).settle(logits[own].argmax(-1), logits[own], np.zeros(own.sum(), np.int64))
        assert found[own].tolist() == alone.tolist()


def test_words_without_conflict_keep_their_best_relations_as_they_stand() -> None:
    logits = np.eye(len(LABELS))[[0, 2, 5, 6, 6, 3]]
    best = logits.argmax(-1)
    assert SingleArguments(LABELS).settle(best, logits, np.zeros(6, dtype=np.int64)) is best


def test_relations_of_another_scheme_may_stand_twice() -> None:
    logits = np.eye(3)[[1, 1, 2, 2]]
    best = logits.argmax(-1)
    assert SingleArguments(["ADV", "SBJ", "OBJ"]).settle(best, logits, np.zeros(4, dtype=np.int64)) is best


def test_where_there_is_no_other_relation_all_words_keep_their_best_one() -> None:
    logits = np.array([[0.0, 1.0], [0.0, 2.0]])
    best = logits.argmax(-1)
    assert SingleArguments(["csubj", "nsubj"]).settle(best, logits, np.zeros(2, dtype=np.int64)).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("arguments", "expected"), [("single", ["obl", "root", "nsubj"]), ("any", ["nsubj", "root", "nsubj"])]
)
def test_the_key_arguments_says_whether_a_verb_may_have_two_subjects(arguments: str, expected: list[str]) -> None:
    labels = LabelSet(["nsubj", "obl", "root"])
    decoder = ParserDecoder(ParserConfig.model_validate({"level": 1, "arguments": arguments}), labels)
    logits = np.array([[2.0, 1.5, 9.0], [3.0, 0.0, 0.0], [2.0, 0.0, 0.0]])
    found = decoder.best_deprels(logits, np.array([2, 0, 2]), np.array([3]))
    assert [labels.labels[relation] for relation in found] == expected


def test_governors_of_different_sentences_share_no_argument() -> None:
    labels = LabelSet(["nsubj", "obl", "root"])
    decoder = ParserDecoder(ParserConfig(level=1), labels)
    # The last word of the first sentence has a subject, and the two words of the others each have one.
    head_ids, lengths = np.array([2, 0, 2, 0, 0, 1]), np.array([2, 2, 0, 2])
    logits = np.tile([2.0, 1.0, 0.0], (6, 1))
    found = decoder.best_deprels(logits, head_ids, lengths)
    assert [labels.labels[relation] for relation in found] == ["nsubj", "root", "nsubj", "root", "root", "nsubj"]


def test_without_the_relation_root_the_first_word_is_no_dependent_of_the_last_word_before_it() -> None:
    labels = LabelSet(["nsubj", "obl"])
    decoder = ParserDecoder(ParserConfig(level=1), labels)
    # By their places in the batch the governors are 2, root | root: a root that counts as a word would be that 2.
    head_ids, lengths = np.array([2, 0, 0]), np.array([2, 1])
    found = decoder.best_deprels(np.tile([2.0, 1.0], (3, 1)), head_ids, lengths)
    assert found.tolist() == [0, 0, 0]


def test_where_a_dependent_can_be_nothing_but_a_subject_all_keep_their_best() -> None:
    logits = np.full((2, len(LABELS)), -1.0)
    logits[0] = -np.inf
    logits[:, LABELS.index("nsubj")] = 1.0, 2.0
    best = logits.argmax(-1)

    assert SingleArguments(LABELS).settle(best, logits, np.zeros(2, np.int64)).tolist() == best.tolist()
