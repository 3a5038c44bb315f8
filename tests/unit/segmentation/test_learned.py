"""A learned segmenter: labels to tokens, where its borders must lie, its traits and its arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import pytest
import torch

from jmt.errors import InputError
from jmt.segmentation.assembly import Assembly
from jmt.segmentation.atoms import Spacing
from jmt.segmentation.convolutions import Block, Convolutions
from jmt.segmentation.labels import BORDERS, AtomLabel, read_label, tokens_of, write_label
from jmt.segmentation.reading import read_atoms
from jmt.segmentation.segmenter import SurfaceToken, words_of
from jmt.segmentation.stretches import WHITE, parted
from jmt.segmentation.traits import MOST_TRAITS, traits_of
from tests.assets.hostile_texts import hostile_text
from tests.assets.tiny_segmenter import tiny_segmenter


@pytest.mark.parametrize(
    ("form", "expansion", "tokens"),
    [
        ("du", "= all du de+le", [("du", 5, 7, ("de", "le"))]),
        ("gonna", "/ cut *+2", [("gon", 5, 8, ()), ("na", 8, 10, ())]),
        ("dog", "", [("dog", 5, 8, ())]),
        ("dog", "= all du de+le", [("dog", 5, 8, ())]),
        ("dog", "= cut *", [("dog", 5, 8, ())]),
        ("dog", "/ cut *", [("dog", 5, 8, ())]),
        ("darlo", "/ end 2 e +lo", [("darlo", 5, 10, ())]),
        ("1 000", "/ cut 1+*", [("1 000", 5, 10, ())]),
    ],
)
def test_an_expansion_never_makes_other_text_of_tokens(form: str, expansion: str, tokens: list[tuple[object, ...]]):
    assert tokens_of(form, 5, expansion) == tokens


def test_labels_become_sentences_of_tokens():
    atoms = [atom for part in read_atoms(["Du 1 000 gonna ."]) for atom in part]
    labels = ["S = all du de+le", "T", "I", "T / cut *+2", "S"]
    assembly = Assembly()

    assert [*assembly.add(atoms, map(read_label, labels)), *assembly.end()] == [
        [
            SurfaceToken("Du", 0, 2, ("De", "le")),
            SurfaceToken("1 000", 3, 8),
            SurfaceToken("gon", 9, 12),
            SurfaceToken("na", 12, 14),
        ],
        [SurfaceToken(".", 15, 16)],
    ]


def test_the_expansion_of_a_token_is_the_one_said_where_it_ends():
    atoms = [atom for part in read_atoms(["do n't"]) for atom in part]
    assembly = Assembly()
    sentences = [*assembly.add(atoms, [(2, "= cut 1+*"), (0, ""), (0, ""), (0, "")]), *assembly.end()]

    assert sentences == [[SurfaceToken("do n't", 0, 6)]]


def sizes_of(text: str, label: tuple[int, str]) -> list[int]:
    """How many words the sentences have that follow from one label for every atom."""
    atoms = [atom for part in read_atoms([text]) for atom in part]
    assembly = Assembly()
    sentences = [*assembly.add(atoms, [label] * len(atoms)), *assembly.end()]
    assert all(token.text == text[token.start : token.end] for sentence in sentences for token in sentence)
    return [len(words_of(sentence)) for sentence in sentences]


def test_a_sentence_that_does_not_end_is_cut_by_its_words():
    assert sizes_of("a " * 7000, (1, "")) == [6000, 1000]
    assert sizes_of("ab " * 7000, (1, "= cut *+1")) == [6000, 6000, 2000]
    assert sizes_of("ab " * 7000, (1, "/ cut *+1")) == [6000, 6000, 2000]
    assert sizes_of("ab " * 100, (1, f"= all ab a{'+b' * 80}")) == [75 * 81, 25 * 81]


def test_a_sentence_of_long_words_is_cut_by_their_letters(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jmt.segmentation.assembly._MOST_CODE_POINTS", 10_000)

    assert sizes_of("." * 25_000, (0, "")) == [10, 10, 5]
    assert sizes_of("ab " * 200, (1, f"= all ab a+{'b' * 99}")) == [200, 200]


def test_a_token_that_does_not_end_is_cut_behind_a_thousand_letters():
    assembly = Assembly()
    atoms = [atom for part in read_atoms(["." * 2500]) for atom in part]
    found = [*assembly.add(atoms, [(0, "")] * len(atoms)), *assembly.end()]

    assert [(token.start, token.end) for token in found[0]] == [(0, 1001), (1001, 2002), (2002, 2500)]


@pytest.mark.parametrize("label", [AtomLabel(0, ""), AtomLabel(1, "= cut *+3"), AtomLabel(2, "/ end 2  +lo")])
def test_a_label_is_read_as_it_was_written(label: AtomLabel):
    assert read_label(write_label(label)) == label


@pytest.mark.parametrize("spacing", Spacing)
def test_an_atom_of_a_stretch_is_read_as_it_was_written(spacing: Spacing):
    assert parted(WHITE[spacing] + "don") == (spacing, "don")


def test_traits_are_few_and_in_the_table():
    for number in range(300):
        for part in read_atoms([hostile_text(number)]):
            for atom in part:
                traits = traits_of(atom.form, 50)
                assert 2 <= len(traits) <= MOST_TRAITS
                assert all(0 < trait < 50 for trait in traits)


def test_traits_stay_as_they_are_since_trained_weights_stand_in_their_rows():
    names = {
        "Houses": ["whouses", "sXxx", "l6", "ph", "qs", "pho", "qes", "phou", "qses", "quses"],
        "McDonald's": ["wmcdonald's", "sXxXxxox", "l10", "pm", "qs", "pmc", "q's", "pmcd", "qd's", "qld's"],
        "Dogs": ["wdogs", "sXxx", "l4", "pd", "qs", "pdo", "qgs", "pdog", "qogs"],
        "1234567890123": ["w1234567890123", "s99", "l12", "p1", "q3", "p12", "q23", "p123", "q123", "q0123"],
        "aB1.aB1.aB1": ["wab1.ab1.ab1", "sxX9oxX9o", "l11", "pa", "q1", "pab", "qb1", "pab1", "qab1", "q.ab1"],
        "A": ["wa", "eA"],
        "a": ["wa", "ea"],
    }
    rows = 2**20
    for form, expected in names.items():
        assert traits_of(form, rows) == [1 + crc32(name.encode()) % (rows - 1) for name in expected], form


@pytest.mark.parametrize("size", [3, 16])
def test_blocks_of_atoms_are_labelled_as_the_whole_is(size: int, monkeypatch: pytest.MonkeyPatch):
    segmenters = [tiny_segmenter(seed).trained() for seed in range(3)]
    texts = ["".join(hostile_text(number * 3 + part) for part in range(3)) for number in range(15)]
    monkeypatch.setattr("jmt.segmentation.learned._BLOCK", 10**6)
    expected = [segmenter.segment(text) for segmenter in segmenters for text in texts]
    monkeypatch.setattr("jmt.segmentation.learned._BLOCK", size)

    assert [segmenter.segment(text) for segmenter in segmenters for text in texts] == expected


@pytest.mark.parametrize("size", [3, 40, 1024])
def test_texts_that_are_split_together_do_not_see_each_other(size: int, monkeypatch: pytest.MonkeyPatch):
    segmenters = [tiny_segmenter(seed).trained() for seed in range(3)]
    texts = [
        "",
        "a",
        *("".join(hostile_text(number * 3 + part) for part in range(3)) for number in range(15)),
        " ",
        "b",
    ]
    monkeypatch.setattr("jmt.segmentation.learned._BLOCK", size)

    for segmenter in segmenters:
        assert segmenter.segment_each(texts) == [segmenter.segment(text) for text in texts]
        assert segmenter.segment_each([]) == []


def test_however_many_texts_are_split_together_few_atoms_are_scored_at_once(monkeypatch: pytest.MonkeyPatch):
    scored: list[int] = []
    score = Convolutions.scores

    def counted(self: Convolutions, blocks: Sequence[Block]) -> np.ndarray:
        scored.append(sum(len(forms) for forms, _ in blocks))
        return score(self, blocks)

    monkeypatch.setattr("jmt.segmentation.learned._BLOCK", 10)
    monkeypatch.setattr(Convolutions, "scores", counted)
    tiny_segmenter().trained().segment_each(["a b c ."] * 30)

    assert scored == [12] * 10


def test_scores_are_those_of_the_equations():
    """Against the sums of the module's docstring, atom by atom in float64."""
    network = tiny_segmenter()
    weights = {name: weight.numpy().astype(np.float64) for name, weight in network.state_dict().items()}
    atoms = [atom for part in read_atoms(["Don't go; 3.5 more\n(or less)  du"]) for atom in part]
    spacings = [*(int(atom.spacing) for atom in atoms), int(Spacing.PARAGRAPH)]
    dilations = network.config.dilations

    entered = []
    for place, atom in enumerate(atoms):
        summed = weights["traits.weight"][traits_of(atom.form, network.config.trait_rows)].sum(axis=0)
        around = [weights["spacings.weight"][spacings[place]], weights["spacings.weight"][spacings[place + 1]]]
        entered.append(
            np.maximum(weights["enter.weight"] @ np.concatenate([summed, *around]) + weights["enter.bias"], 0)
        )
    hidden = entered
    for number, dilation in enumerate(dilations):
        kernel, bias = weights[f"layers.{number}.weight"], weights[f"layers.{number}.bias"]
        hidden = [
            row
            + np.maximum(
                bias
                + sum(
                    kernel[:, :, tap] @ hidden[place + (tap - 1) * dilation]
                    for tap in range(3)
                    if 0 <= place + (tap - 1) * dilation < len(hidden)
                ),
                0,
            )
            for place, row in enumerate(hidden)
        ]
    pairs = zip(hidden, entered, strict=True)
    expected = [weights["leave.weight"] @ np.concatenate(pair) + weights["leave.bias"] for pair in pairs]

    found = Convolutions(weights, dilations).scores([([atom.form for atom in atoms], np.array(spacings))])
    assert found == pytest.approx(np.array(expected), abs=1e-4)


def test_no_border_is_missing_between_lines_and_none_is_inside_of_a_long_run():
    segmenter = tiny_segmenter(3).trained()
    text = "a\nb  c\td " + "x" * 300 + "\n\ny"
    found = [sentence[0].start for sentence in segmenter.segment(text)]
    tokens = [token.text for sentence in segmenter.segment(text) for token in sentence]

    assert len(text) - 1 in found
    assert not any("b" in token and len(token) > 1 for token in tokens)
    assert sum("x" in token for token in tokens) <= 3


def test_every_border_and_expansion_is_chosen_by_some_weights():
    """Otherwise what random weights prove would be little."""
    tokens = [
        token
        for seed in range(4)
        for number in range(300)
        for sentence in tiny_segmenter(seed).trained().segment(hostile_text(number))
        for token in sentence
    ]

    assert any(token.words for token in tokens)
    assert any(" " in token.text for token in tokens)
    assert len(BORDERS) == 3


@pytest.mark.parametrize("pieces", [["a\ud800"], ["a ", "\udc00 b"], ["\ud83d", "\ude00"]])
def test_half_a_surrogate_pair_is_refused(pieces: list[str]):
    with pytest.raises(InputError, match="half of a surrogate pair"):
        list(tiny_segmenter().trained().stream(pieces))


def test_what_is_trained_differs_by_its_revision():
    name = tiny_segmenter(1).trained().name_and_version
    assert tiny_segmenter(1).trained().name_and_version == name
    assert tiny_segmenter(2).trained().name_and_version != name

    network = tiny_segmenter(1)
    for parameter in network.parameters():
        changed = tiny_segmenter(1)
        next(other for other in changed.parameters() if torch.equal(other, parameter)).data[-1] += 1
        assert changed.trained().name_and_version != name
