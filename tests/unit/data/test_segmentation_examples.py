"""What a treebank says of its raw text is said by labels of atoms, and said back whole."""

from __future__ import annotations

import pytest

from jmt.data.segmentation_examples import segmentation_examples
from jmt.evaluation.segmentation import score_segmentation
from jmt.formats.conllu import read_conllu
from jmt.segmentation import Segmenter, SurfaceToken
from jmt.segmentation.assembly import Assembly
from jmt.segmentation.labels import read_label
from jmt.segmentation.reading import read_atoms
from tests.assets.tiny_segmenter import tiny_segmenter


def row(number: str, form: str, misc: str = "_") -> str:
    head = "_" if "-" in number else "0" if number == "1" else "1"
    return "\t".join([number, form, *["_"] * 4, head, "_" if head == "_" else "dep", "_", misc])


TREEBANK = "\n".join(
    [
        "# newpar", "# text = Gonna vai ao Porto.",
        row("1", "Gon", "SpaceAfter=No"), row("2", "na"), row("3", "vai"), row("4-5", "ao"),
        row("4", "a"), row("5", "o"),
        row("6", "Porto", "SpaceAfter=No"), row("7", "."), "",
        "# text = 1 000 cats don't",
        row("1", "1 000"), row("2", "cats"), row("3", "do", "SpaceAfter=No"), row("4", "n't"), "",
        "# newpar", "# text = Dizê-lo!",
        row("1-2", "Dizê-lo", "SpaceAfter=No"), row("1", "Dizer"), row("2", "o"), row("3", "!"), "", "",
    ]
)  # fmt: skip


def tokens_of(text: str, labels: list[str]) -> list[list[SurfaceToken]]:
    atoms = [atom for part in read_atoms([text]) for atom in part]
    assembly = Assembly()
    return [*assembly.add(atoms, map(read_label, labels)), *assembly.end()]


def test_the_labels_of_a_paragraph_say_its_tokens_words_and_sentences():
    examples = segmentation_examples("s", read_conllu(TREEBANK))

    assert [[str(item) for item in row] for row in examples.inputs] == [
        ["\n\nGonna", " vai", " ao", " Porto", ".", " 1", " 000", " cats", " don", "'", "t"],
        ["\n\nDizê", "-", "lo", "!"],
    ]
    found = [
        tokens_of("".join(map(str, items)), list(map(str, labels)))
        for items, labels in zip(examples.inputs, examples.gold, strict=True)
    ]
    assert [[[(token.text, token.words) for token in sentence] for sentence in part] for part in found] == [
        [
            [("Gon", ()), ("na", ()), ("vai", ()), ("ao", ("a", "o")), ("Porto", ()), (".", ())],
            [("1 000", ()), ("cats", ()), ("do", ()), ("n't", ())],
        ],
        [[("Dizê-lo", ("Dizer", "o")), ("!", ())]],
    ]


def test_the_way_that_most_tokens_share_is_taken():
    """`don't` ends in three letters or begins with two; `wouldn't` ends in three, too."""
    rows = [
        row("1", "do", "SpaceAfter=No"),
        row("2", "n't"),
        row("3", "would", "SpaceAfter=No"),
        row("4", "n't"),
        "",
        "",
    ]
    examples = segmentation_examples("s", read_conllu("\n".join(["# text = don't wouldn't", *rows])))

    assert list(examples.gold[0]) == ["S", "I", "I / cut *+3", "T", "I", "I / cut *+3"]


@pytest.mark.parametrize(
    ("fused", "words", "gold"),
    [
        ("ab\x01", ["a", "b\x01"], ["S", "T"]),
        ("\x01ab", ["\x01a", "b"], ["I", "S"]),
        ("\x7f", ["\x7f", "b"], ["S"]),
    ],
)
def test_a_control_character_at_an_end_of_a_token_is_no_part_of_what_is_learned(
    fused: str, words: list[str], gold: list[str]
):
    rows = [row("1-2", fused), *(row(str(place), word) for place, word in enumerate(words, start=1)), row("3", "c")]
    examples = segmentation_examples("s", read_conllu("\n".join(rows) + "\n\n"))

    assert list(examples.gold[0]) == gold


def test_a_sentence_that_ends_inside_of_an_atom_says_where_it_begins():
    lines = [row("1", "Go"), row("2-3", "du", "SpaceAfter=No"), row("2", "de"), row("3", "le"), "", row("1", "ab")]
    examples = segmentation_examples("s", read_conllu("\n".join([*lines, row("2", "c"), "", ""])))

    assert examples.inputs == [["\n\nGo", " duab", " c"]]
    assert examples.gold == [["S", "T", "S"]]


class Fixed(Segmenter):
    """A segmenter that says what it was told."""

    name_and_version = "fixed"

    def __init__(self, sentences: list[list[SurfaceToken]]) -> None:
        self.sentences = sentences

    def segment(self, text: str) -> list[list[SurfaceToken]]:
        return self.sentences

    def tokenize(self, text: str) -> list[str]:
        return [token.text for sentence in self.sentences for token in sentence]


class Last(Fixed):
    """A segmenter that says so of a text that begins with `c`, and nothing of any other."""

    def segment(self, text: str) -> list[list[SurfaceToken]]:
        return self.sentences if text.strip().startswith("c") else []


def test_a_token_of_one_paragraph_is_none_of_another():
    lines = [row("1", "a"), row("2", "b"), "", "# newpar", row("1", "c"), "", ""]
    examples = segmentation_examples("s", read_conllu("\n".join(lines)))

    assert score_segmentation(Last([[SurfaceToken("b", 4, 5)]]), examples).scores["f1"] == 0
    assert score_segmentation(Last([[SurfaceToken("c", 2, 3)]]), examples).scores["tokens"] == pytest.approx(
        2 * 1 / (3 + 1)
    )


def test_scores_count_tokens_words_and_sentences():
    examples = segmentation_examples("s", read_conllu(TREEBANK.partition("# newpar\n# text = Diz")[0] + "\n"))
    gold = tokens_of("".join(map(str, examples.inputs[0])), list(map(str, examples.gold[0])))
    assert score_segmentation(Fixed(gold), examples).scores == {
        "f1": 1,
        "tokens": 1,
        "words": 1,
        "sentences": 1,
        "count": 11,
    }

    one = [SurfaceToken(token.text, token.start, token.end) for sentence in gold for token in sentence]
    scores = score_segmentation(Fixed([one]), examples).scores
    assert scores["tokens"] == 1
    assert scores["words"] == pytest.approx(2 * 9 / (11 + 10))
    assert scores["sentences"] == 0
    assert score_segmentation(Fixed([]), examples).scores["f1"] == 0
    loud = [[token._replace(words=tuple(word.upper() for word in token.words)) for token in part] for part in gold]
    assert score_segmentation(Fixed(loud), examples).scores["words"] == 1
    other = [[token._replace(words=token.words and ("a", "x")) for token in part] for part in gold]
    assert score_segmentation(Fixed(other), examples).scores["words"] == pytest.approx(10 / 11)
    assert 0 <= score_segmentation(tiny_segmenter().trained(), examples).scores["f1"] < 1
