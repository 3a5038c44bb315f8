"""What annotating raw text gives, as CoNLL-U."""

from __future__ import annotations

import time

import pytest

from jmt.document import Document, Sentence, Token
from jmt.document.conllu import misc_entry, write_sentence
from jmt.formats.conllu import lay_out_document, read_conllu


def document_of(text: str, *sentences: str) -> Document:
    """Find the words of each sentence, given between spaces, in the text."""
    cursor, built = 0, []
    for words in sentences:
        tokens = []
        for word in words.split(" "):
            start = text.index(word, cursor)
            cursor = start + len(word)
            tokens.append(Token(len(tokens) + 1, word, start, cursor))
        start, end = tokens[0].start, tokens[-1].end
        built.append(Sentence(tokens, text[start:end], start, end))
    return Document(text, built)


def misc_column(conllu: str) -> list[str]:
    return [line.split("\t")[9] for line in conllu.splitlines() if "\t" in line]


def comments(conllu: str) -> list[str]:
    return [line for line in conllu.split("\n") if line.startswith("#")]


def texts(conllu: str) -> list[str]:
    return [line.removeprefix("# text = ") for line in conllu.split("\n") if line.startswith("# text = ")]


def test_a_raw_text_becomes_ten_columns_with_its_text_and_spacing():
    document = document_of("He left.So did I", "He left .", "So did I")
    first = document.sentences[0].tokens
    for token, upos, xpos, chunk, head, deprel in zip(
        first, ["PRON", "VERB", "PUNCT"], ["PRP", "VBD", "."], ["B-NP", "B-VP", "O"], [2, 0, 2],
        ["nsubj", "root", "punct"], strict=True,
    ):  # fmt: skip
        token.labels = {"xpos": xpos, "upos": upos, "chunk": chunk}
        token.head, token.deprel = head, deprel

    assert document.to_conllu() == (
        "# newdoc\n"
        "# sent_id = 1\n"
        "# text = He left.\n"
        "1\tHe\t_\tPRON\tPRP\t_\t2\tnsubj\t_\tChunk=B-NP\n"
        "2\tleft\t_\tVERB\tVBD\t_\t0\troot\t_\tChunk=B-VP|SpaceAfter=No\n"
        "3\t.\t_\tPUNCT\t.\t_\t2\tpunct\t_\tChunk=O|SpaceAfter=No\n"
        "\n"
        "# sent_id = 2\n"
        "# text = So did I\n"
        "1\tSo\t_\t_\t_\t_\t_\t_\t_\t_\n"
        "2\tdid\t_\t_\t_\t_\t_\t_\t_\t_\n"
        "3\tI\t_\t_\t_\t_\t_\t_\t_\t_\n"
        "\n"
    )


def test_the_name_of_a_document_is_in_its_ids():
    document = document_of("Go! Stop!", "Go !", "Stop !")
    document.name = "my\nletter"

    assert comments(document.to_conllu()) == [
        "# newdoc id = my letter",
        "# sent_id = my_letter-1",
        "# text = Go!",
        "# sent_id = my_letter-2",
        "# text = Stop!",
    ]


def test_ids_of_its_own_stay():
    document = document_of("Go! Stop! Go!", "Go !", "Stop !", "Go !")
    document.sentences[0].comments = ["# newdoc id = own", "# note"]
    document.sentences[1].comments = ["# sent_id = mine"]

    written = document.to_conllu()

    assert [comment for comment in comments(written) if "text" not in comment] == [
        "# newdoc id = own",
        "# note",
        "# sent_id = 1",
        "# sent_id = mine",
        "# sent_id = 3",
    ]
    assert "".join(map(write_sentence, read_conllu(written))) == written


def test_a_sentence_without_words_takes_no_newdoc_along():
    document = document_of("Go!", "Go !")
    document.sentences.insert(0, Sentence([], ""))

    assert comments(document.to_conllu()) == ["# newdoc", "# sent_id = 2", "# text = Go!"]


def test_a_document_goes_through_json_with_the_ids_it_was_read_with():
    source = "# sent_id = b7\n# text = Go\n1\tGo" + "\t_" * 8 + "\n\n"
    document = lay_out_document(read_conllu(source))

    assert document.to_conllu() == source
    assert comments(Document.from_dict(document.to_dict()).to_conllu()) == ["# newdoc", "# sent_id = b7", "# text = Go"]


def test_one_sentence_alone_is_written_by_itself():
    sentence = document_of("Go!", "Go !").sentences[0]

    assert misc_column(sentence.to_conllu()) == ["SpaceAfter=No", "_"]


def test_comments_that_are_known_come_first():
    sentence = document_of("Go!", "Go !").sentences[0]
    sentence.comments = ["# sent_id = 7"]

    assert sentence.to_conllu().startswith("# sent_id = 7\n# text = Go!\n1\tGo\t")


def test_tokens_without_offsets_are_set_apart_by_spaces():
    sentence = Sentence([Token(1, "two cats"), Token(2, "sat")], "two cats sat")

    assert texts(write_sentence(sentence)) == ["two cats sat"]
    assert misc_column(write_sentence(sentence)) == ["_", "_"]


@pytest.mark.parametrize("gap", ["\n", "  ", "\t", "\r\n", " \u2028", "\u00a0", "\x85", "\x0b"])
def test_the_text_of_a_sentence_stays_on_one_line_and_agrees_with_its_forms(gap):
    document = document_of(f"a{gap}bc.", "a b c .")

    assert texts(document.to_conllu()) == ["a bc."]
    assert misc_column(document.to_conllu()) == ["_", "SpaceAfter=No", "SpaceAfter=No", "_"]


@pytest.mark.parametrize("form", ["a\tb", "a\nb", "a\rb", "a\r\nb", "a\x85b", "a\u2028b", "a\x1cb"])
def test_a_form_never_breaks_its_line(form):
    written = write_sentence(Sentence([Token(1, form), Token(2, "c")], form + " c"))

    (sentence,) = read_conllu(written)
    assert [token.text.split() for token in sentence.tokens] == [["a", "b"], ["c"]]
    assert len(written.splitlines()) == 4


@pytest.mark.parametrize("form", ["\u200b", "\u202e", "👩\u200d👩\u200d👧", "e\u0301", "\ufeff", "\ue000", "_"])
def test_a_strange_form_is_written_as_it_is(form):
    (sentence,) = read_conllu(write_sentence(Sentence([Token(1, "x"), Token(2, form)], f"x {form}")))

    assert sentence.tokens[1].text == form


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b", "\x1f", "\x7f", "\x9f"])
def test_a_control_character_is_never_written_raw(control: str):
    written = write_sentence(Sentence([Token(1, f"a{control}b"), Token(2, "c")], f"a{control}b c"))

    assert control not in written
    assert [token.text for token in next(read_conllu(written)).tokens] == ["a\ufffdb", "c"]
    assert texts(written) == ["a\ufffdb c"]


def test_an_empty_form_becomes_an_underscore():
    (sentence,) = read_conllu(write_sentence(Sentence([Token(1, "")], "")))

    assert sentence.tokens[0].text == "_"


def test_labels_without_a_column_go_to_misc_under_the_name_of_their_task():
    token = Token(1, "Ada", labels={"ner": "B-person", "feats": "Number=Sing", "lemma": "Ada", "my_task": "a b|c"})

    row = write_sentence(Sentence([token], "Ada")).splitlines()[1].split("\t")

    assert (row[2], row[5], row[9]) == ("Ada", "Number=Sing", "Ner=B-person|My_task=a\\sb\\pc")
    assert misc_entry("chunk", "I-NP") == "Chunk=I-NP"


def test_a_sentence_without_tokens_is_not_written():
    assert Document("  ", [Sentence([], "")]).to_conllu() == ""
    assert Document("", []).to_conllu() == ""


def test_writing_costs_little_beside_annotating():
    """6,000 words a second leave 167 microseconds for a word; building, CoNLL-U and JSON together take a few."""
    words = ["word", "is", "here", "."] * 10
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        for _ in range(50):
            tokens = [
                Token(i, word, 5 * i, 5 * i + len(word), {"upos": "X", "xpos": "Y", "chunk": "B-NP"}, i - 1, "dep")
                for i, word in enumerate(words, start=1)
            ]
            document = Document("", [Sentence(tokens, "word is here .", 0, 14)])
            document.to_conllu()
            document.to_dict()
        best = min(best, time.process_time() - began)

    assert best / (50 * len(words)) < 15e-6  # measured: 3.5e-6
