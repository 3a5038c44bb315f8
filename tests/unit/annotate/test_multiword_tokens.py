"""What annotating makes of tokens that stand for several words, and of tasks that say lemmas, features and tags."""

from __future__ import annotations

import json

import pytest

from jmt.annotate import Annotator
from jmt.annotate.filling import column_fillers, fill_sentence
from jmt.annotate.reading import line_by_line
from jmt.annotate.writing import write_tree
from jmt.cascade.symbols.values import Tagged
from jmt.cascade.task_config import ParserConfig, TaggerConfig
from jmt.document import Document, Sentence, Token
from jmt.formats.conllu import read_conllu
from jmt.network.engine import TorchEngine
from tests.assets.fused_words import FusedSegmenter
from tests.assets.tiny_model import tiny_model

TEXT = "Il vient du port. I don't."
TASKS = ["lemma", "feats"]


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(
        TorchEngine(tiny_model(["xpos", "chunk", "dep"])), FusedSegmenter(), name="tiny", revision="sha256:0"
    )


def described(document: Document) -> Document:
    """Write a lemma and features into every word, as tasks of these names do."""
    for sentence in document.sentences:
        lemmas = [token.text.lower() for token in sentence.tokens]
        features = ["_" if not token.text.isalpha() else "Case=Nom" for token in sentence.tokens]
        fill_sentence(sentence, {"lemma": Tagged(lemmas), "feats": Tagged(features)})
    return document


def test_the_words_of_a_multiword_token_are_annotated_and_know_where_it_stands(annotator: Annotator):
    document = annotator(TEXT)

    first, second = document.sentences
    assert [token.text for token in first.tokens] == ["Il", "vient", "de", "le", "port", "."]
    assert [(token.start, token.end) for token in first.tokens[2:4]] == [(9, 11), (9, 11)]
    assert [(token.text, token.start, token.end) for token in second.tokens[1:3]] == [("do", 20, 22), ("n't", 22, 25)]
    assert [(r.first, r.last, r.text, r.start, r.end) for s in document.sentences for r in s.multiword_tokens] == [
        (3, 4, "du", 9, 11),
        (2, 3, "don't", 20, 25),
    ]
    assert all(token.xpos and token.head is not None for token in document.tokens)


def test_conllu_has_ranges_with_the_space_that_follows_them_and_columns_of_lemmas_and_features(annotator: Annotator):
    written = described(annotator.segment("Aux amis du roi. I don't.")).to_conllu()

    assert written == (
        "# newdoc\n"
        "# sent_id = 1\n"
        "# text = Aux amis du roi.\n"
        "1\tAux\taux\t_\t_\tCase=Nom\t_\t_\t_\t_\n"
        "2\tamis\tamis\t_\t_\tCase=Nom\t_\t_\t_\t_\n"
        "3-4\tdu\t_\t_\t_\t_\t_\t_\t_\t_\n"
        "3\tde\tde\t_\t_\tCase=Nom\t_\t_\t_\t_\n"
        "4\tle\tle\t_\t_\tCase=Nom\t_\t_\t_\t_\n"
        "5\troi\troi\t_\t_\tCase=Nom\t_\t_\t_\tSpaceAfter=No\n"
        "6\t.\t.\t_\t_\t_\t_\t_\t_\t_\n"
        "\n"
        "# sent_id = 2\n"
        "# text = I don't.\n"
        "1\tI\ti\t_\t_\tCase=Nom\t_\t_\t_\t_\n"
        "2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n"
        "2\tdo\tdo\t_\t_\tCase=Nom\t_\t_\t_\t_\n"
        "3\tn't\tn't\t_\t_\t_\t_\t_\t_\t_\n"
        "4\t.\t.\t_\t_\t_\t_\t_\t_\t_\n"
        "\n"
    )


def test_where_line_ends_end_sentences_multiword_tokens_of_later_lines_stand_where_they_are(annotator: Annotator):
    text = "Il vient\ndu port"
    document = line_by_line(annotator.segment)(text)

    (range_,) = document.sentences[1].multiword_tokens
    assert text[range_.start : range_.end] == "du"
    assert {(token.start, token.end) for token in document.sentences[1].tokens[:2]} == {(range_.start, range_.end)}


def test_the_text_of_a_sentence_on_several_lines_is_put_together_from_what_is_written(annotator: Annotator):
    (sentence,) = read_conllu(annotator.segment("Il vient\ndu port.").to_conllu())

    assert sentence.comment("text") == "Il vient du port."


def test_json_has_multiword_tokens_lemmas_and_features(annotator: Annotator):
    entry = json.loads(json.dumps(described(annotator.segment(TEXT)).to_dict()))

    assert entry["sentences"][0]["multiword_tokens"] == [{"first": 3, "last": 4, "text": "du", "start": 9, "end": 11}]
    assert entry["sentences"][0]["tokens"][2] == {
        "id": 3, "text": "de", "start": 9, "end": 11, "lemma": "de", "feats": "Case=Nom",
    }  # fmt: skip
    assert Document.from_dict(entry) == described(annotator.segment(TEXT))
    assert "multiword_tokens" not in annotator.segment("Il vient.").to_dict()["sentences"][0]


def test_a_lemma_and_features_are_what_a_task_or_else_the_input_says():
    (sentence,) = read_conllu("1\tIl\til\t_\t_\tNumber=Sing\t_\t_\t_\t_\n2\tva\t_" + "\t_" * 7 + "\n\n")
    first, second = sentence.tokens
    assert (first.lemma, first.feats, second.lemma, second.feats) == ("il", "Number=Sing", None, None)

    fill_sentence(sentence, {"lemma": Tagged(["lui", "aller"]), "feats": Tagged(["_", "Tense=Pres"])})

    assert (first.lemma, first.feats, second.lemma, second.feats) == ("lui", "_", "aller", "Tense=Pres")
    rows = [row.split("\t") for row in sentence.to_conllu().splitlines() if row]
    assert [(row[2], row[5], row[9]) for row in rows] == [("lui", "_", "_"), ("aller", "Tense=Pres", "_")]


def test_a_lemma_of_a_form_that_runs_over_a_line_end_stays_on_its_line():
    document = Document("a\nb", [Sentence([Token(1, "a\nb", 0, 3, {"lemma": "a\nb"})], "a\nb", 0, 3)])

    assert document.to_conllu().splitlines()[3].split("\t")[1:3] == ["a b", "a b"]


def tagger(column: str, level: int = 1) -> TaggerConfig:
    return TaggerConfig(level=level, column=column)


def test_a_task_fills_the_column_that_it_learned_from_whatever_its_name():
    model = tiny_model(["xpos", "dep"])
    tasks = {"tag": model.config.tasks["xpos"], "dep": model.config.tasks["dep"]}
    sentence = Sentence([Token(1, "cat", labels={"xpos": "given"})])

    fill_sentence(sentence, {"tag": Tagged(["NN"])}, columns=column_fillers(tasks))

    (token,) = sentence.tokens
    assert (token.xpos, token.labels["tag"]) == ("NN", "NN")
    assert sentence.to_conllu().splitlines()[1].split("\t")[4] == "NN"


def test_of_several_tasks_for_a_column_the_one_of_its_name_fills_it_else_the_lowest():
    both = {"ptb": tagger("xpos"), "xpos": tagger("xpos", 2), "dep": ParserConfig(level=3)}
    others = {"ptb": tagger("xpos"), "fine": tagger("xpos", 2), "ner": tagger("ner"), "lemmas": tagger("lemma")}

    assert column_fillers(both) == {}
    assert column_fillers(others) == {"ptb": "xpos", "lemmas": "lemma"}


def test_the_drawing_of_a_tree_says_what_is_written_beside_its_words_and_their_lemmas(annotator: Annotator):
    document = described(annotator.segment("Vite du pain"))
    document.sentences[0].write_tree([0, 1, 2, 2], ["root", "a", "b", "c"])

    assert write_tree(document, {}) == (
        "    ╭─● Vite        vite  root  Case=Nom\n"
        "╭─┬─┴─▶ de    ╭ du  de    a     Case=Nom\n"
        "│ ╰───▶ le    ╰     le    b     Case=Nom\n"
        "╰─────▶ pain        pain  c     Case=Nom\n"
        "\n"
    )


def test_a_doc_of_spacy_has_lemmas_features_and_multiword_tokens_as_spans(annotator: Annotator):
    pytest.importorskip("spacy")
    doc = described(annotator.segment("  Il vient du port.\n\nI don't.")).to_spacy()

    assert doc.text == "  Il vient de le port.\n\nI don't."
    assert [(span.text, span.label_) for span in doc.spans["multiword_tokens"]] == (
        [("de le", "du"), ("don't", "don't")]
    )
    words = [token for token in doc if not token.is_space]
    assert [word.lemma_ for word in words[:3]] == ["il", "vient", "de"]
    assert words[0].morph.get("Case") == ["Nom"]
    assert str(words[5].morph) == ""
