"""Rare tokens are made of a treebank's own words, and their labels say what a reader would."""

from __future__ import annotations

import pytest

from jmt.cascade.symbols.examples import TaskExamples
from jmt.segmentation.assembly import Assembly
from jmt.segmentation.labels import read_label
from jmt.segmentation.reading import read_atoms
from jmt.segmentation.stretches import WHITE
from jmt.training.batches import rare_tokens
from jmt.training.batches.rare_tokens import with_rare_tokens

TEXT = "Then people reached Vienna approximately yesterday. Then they don't like harbours. Then it's over!"


def treebank(repeated: int = 40, text: str = TEXT) -> TaskExamples:
    """Return one paragraph: a text many times."""
    atoms = [atom for part in read_atoms([" ".join([text] * repeated)]) for atom in part]
    labels = []
    for place, atom in enumerate(atoms):
        before = atoms[place - 1].form if place else "."
        border = "S" if before in ".!" else "T" if atom.gap or atom.form in ".!" else "I"
        clitic = {"t": " = cut *+3", "s": " = cut *+2"}.get(atom.form, "") if before == "'" else ""
        labels.append(border + clitic)
    return TaskExamples("s", "segmenter", [[WHITE[atom.spacing] + atom.form for atom in atoms]], [labels])


def sentences_of(examples: TaskExamples) -> list[str]:
    """Return the sentences that the labels say, words between blanks."""
    items, labels = examples.inputs[0], examples.gold[0]
    atoms = [atom for part in read_atoms(["".join(map(str, items))]) for atom in part]
    assembly = Assembly()
    said = [*assembly.add(atoms, map(read_label, labels)), *assembly.end()]  # type: ignore[arg-type]
    return [" ".join(word for token in sentence for word in token.words or (token.text,)) for sentence in said]


def only(monkeypatch: pytest.MonkeyPatch, change: str, whole: TaskExamples | None = None) -> list[str]:
    """Return the sentences of a treebank after one kind of change wherever it fits, those that are new."""
    whole = whole or treebank()
    monkeypatch.setattr(rare_tokens, "_CHANGES", ((getattr(rare_tokens, change), 1.0),))
    return sorted({*sentences_of(with_rare_tokens(whole, 1.0, seed=1))} - {*sentences_of(whole)})


def test_rows_stay_what_reading_their_text_gives():
    changed = with_rare_tokens(treebank(), 1.0, seed=1)

    again = [atom for part in read_atoms(["".join(map(str, changed.inputs[0]))]) for atom in part]
    assert [WHITE[atom.spacing] + atom.form for atom in again] == changed.inputs[0] != treebank().inputs[0]
    assert len(changed.gold[0]) == len(changed.inputs[0])  # type: ignore[arg-type]


def test_hosts_are_one_token_and_end_no_sentence(monkeypatch: pytest.MonkeyPatch):
    found = only(monkeypatch, "_host")

    assert len(found) > 20
    assert all(sentence.startswith("Then ") and sentence[-1] in ".!" for sentence in found)
    assert any("Vienna." in sentence and ". " not in sentence for sentence in found)
    assert not any(".then" in sentence.lower() for sentence in found)  # with what begins sentences, one would end there


def test_a_word_that_is_part_of_a_token_is_no_host(monkeypatch: pytest.MonkeyPatch):
    found = only(monkeypatch, "_host", treebank(text="Then the wellbeing-known horse came."))

    assert len(found) > 20
    assert all("wellbeing-known" in sentence.split() for sentence in found)


def test_abbreviations_keep_their_full_stop_and_the_sentence_goes_on(monkeypatch: pytest.MonkeyPatch):
    found = only(monkeypatch, "_abbreviation")

    assert "Then people reached Vienna approx. yesterday ." in found
    assert all(sentence.endswith(" yesterday .") for sentence in found)


def test_a_word_of_the_treebank_is_no_abbreviation(monkeypatch: pytest.MonkeyPatch):
    found = only(monkeypatch, "_abbreviation", treebank(text="Then people peop peopl reached it."))

    assert any("reach." in sentence.split() for sentence in found)
    assert all("people" in sentence.split() for sentence in found)


def test_a_letter_before_a_full_stop_ends_a_sentence(monkeypatch: pytest.MonkeyPatch):
    found = only(monkeypatch, "_letter")

    assert len(found) > 10
    assert all(len(sentence.split()[-2]) == 1 and sentence.split()[-2].isupper() for sentence in found)


def test_before_a_name_a_letter_may_be_of_it(monkeypatch: pytest.MonkeyPatch):
    assert only(monkeypatch, "_letter", treebank(1, "Then we saw the plan. Zed came.")) == []


def test_a_hashtag_is_one_token(monkeypatch: pytest.MonkeyPatch):
    assert any("#Vienna" in sentence.split() for sentence in only(monkeypatch, "_hashtag"))


def test_a_sign_of_joy_belongs_to_the_sentence_before(monkeypatch: pytest.MonkeyPatch):
    found = only(monkeypatch, "_emoji")

    assert len(found) > 10
    assert all(sentence.startswith("Then ") and not sentence[-1].isascii() for sentence in found)


def test_a_clitic_without_its_apostrophe_is_a_word_all_the_same(monkeypatch: pytest.MonkeyPatch):
    assert only(monkeypatch, "_clitic") == ["Then it s over !", "Then they do nt like harbours ."]


def test_a_clitic_is_expanded_as_the_treebank_does_it(monkeypatch: pytest.MonkeyPatch):
    whole = treebank(text="Then it's over. Then its over.")
    own = whole.inputs[0].index(" its")
    whole.gold[0][own] = "T = cut 2+*"  # type: ignore[index]
    monkeypatch.setattr(rare_tokens, "_CHANGES", ((rare_tokens._clitic, 1.0),))
    changed = with_rare_tokens(whole, 1.0, seed=1)

    assert (
        [
            label
            for item, label in zip(changed.inputs[0], changed.gold[0], strict=True)
            if item == " its"  # type: ignore[arg-type]
        ][:2]
        == ["T = cut 2+*", "T = cut 2+*"]
    )


def test_half_a_share_is_fewer():
    usual = {*sentences_of(treebank(200))}

    def changed(share: float) -> int:
        return sum(sentence not in usual for sentence in sentences_of(with_rare_tokens(treebank(200), share, seed=1)))

    assert 0 < changed(0.25) < 0.6 * changed(1.0)


def test_they_follow_from_the_seed_and_are_few():
    whole = treebank(200)
    found = with_rare_tokens(whole, 1.0, seed=1)
    usual = {*sentences_of(whole)}
    changed = sum(sentence not in usual for sentence in sentences_of(found))

    assert found == with_rare_tokens(whole, 1.0, seed=1) != with_rare_tokens(whole, 1.0, seed=2)
    assert 0 < changed < 0.25 * 600
    assert with_rare_tokens(whole, 0.0, seed=1) is whole
