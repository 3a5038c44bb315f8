"""Sentences read from CoNLL-U become a document whose offsets point at their words."""

from __future__ import annotations

import pytest

from jmt.formats.conllu import lay_out_document, read_conllu
from jmt.formats.conllu_layout import paragraphs


def word(position: int | str, form: str, misc: str = "_") -> str:
    return f"{position}\t{form}\t_\t_\t_\t_\t_\t_\t_\t{misc}\n"


def test_offsets_point_at_the_words_of_the_text_comment():
    source = (
        "# text = It's  \u201cred\u201d.\n"
        + word("1-2", "It's") + word(1, "It") + word(2, "'s")
        + word(3, "\u201c", "SpaceAfter=No") + word(4, "red", "SpaceAfter=No")
        + word(5, "\u201d", "SpaceAfter=No") + word(6, ".") + "\n"
        + "# text = Yes\n" + word(1, "Yes") + "\n"
    )  # fmt: skip

    document = lay_out_document(read_conllu(source))

    assert document.text == "It's  \u201cred\u201d. Yes"
    assert [document.text[token.start : token.end] for token in document.tokens] == [
        "It", "'s", "\u201c", "red", "\u201d", ".", "Yes",
    ]  # fmt: skip
    assert [(sentence.start, sentence.end) for sentence in document.sentences] == [(0, 12), (13, 16)]
    assert document.to_conllu() == source


def test_words_that_do_not_spell_their_multiword_token_share_all_of_it():
    document = lay_out_document(read_conllu(word("1-2", "du") + word(1, "de") + word(2, "le") + word(3, "pain") + "\n"))

    assert document.text == "du pain"
    assert [(token.start, token.end) for token in document.tokens] == [(0, 2), (0, 2), (3, 7)]


def test_a_text_comment_that_does_not_hold_the_forms_gives_way_to_them():
    source = "# text = something else\n" + word(1, "two cats") + word(2, "sat", "SpaceAfter=No") + word(3, ".") + "\n"

    document = lay_out_document(read_conllu(source))

    assert document.text == "two cats sat."
    assert [(token.start, token.end) for token in document.tokens] == [(0, 8), (9, 12), (12, 13)]
    assert document.to_conllu() == source


@pytest.mark.parametrize("text", ["cats never sat", "two cats sat", "cats sat down", "cats sat."])
def test_a_text_comment_with_more_than_the_forms_gives_way_to_them(text: str):
    source = f"# text = {text}\n" + word(1, "cats") + word(2, "sat") + "\n"
    document = lay_out_document(read_conllu(source))

    assert document.text == "cats sat"
    assert document.to_conllu() == source


def test_white_space_behind_the_last_form_is_text():
    (sentence,) = read_conllu("# text = cats sat\n" + word(1, "cats") + word(2, "sat") + "\n")
    sentence.text = "cats sat\u00a0 "

    assert lay_out_document([sentence]).text == "cats sat\u00a0 "


def test_a_space_at_the_end_of_a_form_belongs_to_it():
    document = lay_out_document(read_conllu(word(1, "a ") + "\n" + word(1, "b") + "\n"))

    assert document.text == "a  b"
    assert [(token.start, token.end) for token in document.tokens] == [(0, 2), (3, 4)]


def test_no_sentences_make_an_empty_document():
    assert lay_out_document([]).to_dict() == {"text": "", "sentences": []}


def test_every_offset_of_a_real_treebank_points_at_its_word(corpus):
    path = corpus("ewt/en_ewt-ud-dev.conllu")

    document = lay_out_document(read_conllu(path.read_text(encoding="utf-8")))

    assert all(document.text[token.start : token.end] == token.text for token in document.tokens)
    assert [sentence.text for sentence in document.sentences] == [
        sentence.comment("text") for sentence in document.sentences
    ]


@pytest.mark.parametrize("comment", ["# newpar", "# newdoc", "# newdoc id = x", "#newpar id=y", "# newpar id"])
def test_a_paragraph_begins_where_the_treebank_says(comment: str):
    source = "".join(
        f"{line}{word(1, form)}\n" for line, form in [("", "a"), ("", "b"), (f"{comment}\n", "c"), ("", "d")]
    )

    grouped = [[sentence.tokens[0].text for sentence in paragraph] for paragraph in paragraphs(read_conllu(source))]

    assert grouped == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize(
    "comment",
    ["# newpar_block = 2", "# newdocs", "# newdoc_id = x", "# text = newpar", "# newpar begins here = no", "#"],
)
def test_a_comment_that_begins_like_a_paragraph_is_none(comment: str):
    source = f"{word(1, 'a')}\n{comment}\n{word(1, 'b')}\n"

    assert len(paragraphs(read_conllu(source))) == 1


def test_a_treebank_without_sentences_has_no_paragraphs():
    assert paragraphs([]) == []
