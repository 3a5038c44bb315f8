"""A drawn tree can be read back: every arc leads from its governor to its word."""

from __future__ import annotations

import itertools

import pytest

from jmt.document import Chunk, Sentence, Token
from jmt.document.tree_drawing import (
    ASCII_LINES,
    DOWN,
    LEFT,
    RIGHT,
    UNICODE_LINES,
    UP,
    bracketed_words,
    display_width,
    draw_arcs,
    draw_sentence,
)
from jmt.safety.printable import printable

DIRECTIONS = {line: directions for directions, line in UNICODE_LINES.items()}


@pytest.fixture
def sentence() -> Sentence:
    rows = [
        ("The", "DT", "B-NP", 2, "det"),
        ("cat", "NN", "I-NP", 3, "nsubj"),
        ("sat", "VBD", "B-VP", 0, "root"),
        ("on", "IN", "B-PP", 6, "case"),
        ("the", "DT", "B-NP", 6, "det"),
        ("mat", "NN", "I-NP", 3, "obl"),
        (".", ".", "O", 3, "punct"),
    ]
    tokens = [
        Token(number, word, labels={"xpos": tag, "chunk": chunk}, head=head, deprel=deprel)
        for number, (word, tag, chunk, head, deprel) in enumerate(rows, start=1)
    ]
    spans = [Chunk("NP", 1, 2), Chunk("VP", 3, 3), Chunk("PP", 4, 4), Chunk("NP", 5, 6)]
    return Sentence(tokens, "The cat sat on the mat.", spans={"chunk": spans})


def test_a_sentence_is_drawn_with_its_chunks_and_its_tree(sentence):
    assert draw_sentence(sentence) == (
        "[NP The cat] [VP sat] [PP on] [NP the mat] .\n"
        "\n"
        "      ╭─▶ The  DT   B-NP  det\n"
        "    ╭─┴─▶ cat  NN   I-NP  nsubj\n"
        "╭─┬─┴───● sat  VBD  B-VP  root\n"
        "│ │ ╭───▶ on   IN   B-PP  case\n"
        "│ │ │ ╭─▶ the  DT   B-NP  det\n"
        "│ ╰─┴─┴─▶ mat  NN   I-NP  obl\n"
        "╰───────▶ .    .    O     punct\n"
    )


def test_a_sentence_may_be_drawn_in_ascii(sentence):
    drawn = draw_sentence(sentence, ascii_only=True)

    assert drawn.isascii()
    assert "+-+-+---* sat  VBD  B-VP  root\n" in drawn


def test_what_was_not_predicted_is_not_shown():
    tokens = [Token(1, "a", labels={"xpos": "DT"}), Token(2, "cat", labels={"xpos": "NN"})]

    assert draw_sentence(Sentence(tokens)) == "a    DT\ncat  NN\n"
    assert draw_sentence(Sentence([Token(1, "a", head=0, deprel="root")])) == "● a  root\n"
    assert draw_sentence(Sentence([])) == "\n"


def test_without_fine_tags_the_universal_ones_are_shown_and_whatever_spans_there_are():
    tokens = [Token(1, "Anna", labels={"upos": "PROPN", "ner": "B-PER"}), Token(2, "sat", labels={"upos": "VERB"})]

    drawn = draw_sentence(Sentence(tokens, spans={"ner": [Chunk("PER", 1, 1)]}))

    assert drawn == "[PER Anna] sat\n\nAnna  PROPN  B-PER\nsat   VERB\n"


def test_spans_of_several_tasks_are_told_apart_by_their_names(sentence):
    sentence.spans["ner"] = [Chunk("animal", 2, 2)]

    assert draw_sentence(sentence).splitlines()[:4] == [
        "chunk: [NP The cat] [VP sat] [PP on] [NP the mat] .",
        "",
        "ner: The [animal cat] sat on the mat .",
        "",
    ]


def test_labels_of_any_other_task_are_better_than_bare_words():
    tokens = [Token(1, "bank", labels={"sense": "river", "case": "nom"})]

    assert draw_sentence(Sentence(tokens)) == "bank  river  nom\n"
    tokens[0].labels["upos"] = "NOUN"
    assert draw_sentence(Sentence(tokens)) == "bank  NOUN\n"


def test_a_span_of_one_word_is_bracketed_alone():
    assert bracketed_words([Token(1, "a"), Token(2, "b")], [Chunk("X", 2, 2)]) == "a [X b]"


def all_trees(count: int):
    """Every assignment of heads with one root in which every word reaches it."""
    for heads in itertools.product(range(count + 1), repeat=count):
        if heads.count(0) == 1 and all(depth(heads, word) <= count for word in range(1, count + 1)):
            yield heads


def depth(heads: tuple[int, ...], word: int) -> int:
    steps = 0
    while word and steps <= len(heads):
        word, steps = heads[word - 1], steps + 1
    return steps


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_lines_join_in_every_drawing_and_arrows_stand_at_the_words(count):
    for heads in all_trees(count):
        drawn = draw_arcs(heads)

        assert [line[-2] for line in drawn] == ["●" if head == 0 else "▶" for head in heads]
        assert len({len(line) for line in drawn}) == 1
        cells = [[DIRECTIONS[line] for line in row[:-2]] for row in drawn]
        for y, row in enumerate(cells):
            for x, cell in enumerate(row):
                below = cells[y + 1][x] if y + 1 < count else 0
                assert bool(cell & DOWN) == bool(below & UP), (heads, drawn)
                if x + 1 < len(row):
                    assert bool(cell & RIGHT) == bool(row[x + 1] & LEFT), (heads, drawn)
        # One vertical line per arc: its corners are where a line down begins and where a line up ends.
        assert sum(bool(c & DOWN) and not c & UP for row in cells for c in row) == count - 1


def test_a_non_projective_tree_and_words_without_heads_are_drawn():
    assert len(draw_arcs([3, 4, 0, 3])) == 4
    assert draw_arcs([None, None]) == ["", ""]
    assert [line[-2] for line in draw_arcs([2, None, 0])] == ["▶", "─", "●"]


def test_every_line_has_a_form_in_ascii():
    assert ASCII_LINES.keys() == UNICODE_LINES.keys()
    assert all(line.isascii() for line in ASCII_LINES.values())


def test_words_of_any_script_keep_the_columns_aligned():
    tokens = [
        Token(i, word, head=0 if i == 1 else 1, deprel="x") for i, word in enumerate(["日本", "e\u0301", "a👍"], 1)
    ]

    lines = draw_sentence(Sentence(tokens)).splitlines()

    assert len({display_width(line) for line in lines}) == 1


def test_control_characters_never_reach_the_terminal():
    token = Token(1, "a\x1b[2Jb\u202ec", head=0, deprel="\x07", labels={"xpos": "\x9b", "chunk": "B-\r"})
    drawn = draw_sentence(Sentence([token], spans={"chunk": [Chunk("\r", 1, 1)]}))

    assert printable(drawn) == drawn
    assert r"a\x1b[2Jb\u202ec" in drawn


def test_a_sentence_of_five_thousand_words_is_drawn():
    assert len(draw_arcs(range(5_000))) == 5_000
