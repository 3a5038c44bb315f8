"""What an `Annotator` makes of text, words, CoNLL-U and pairs; numbers are those of an untrained model."""

from __future__ import annotations

import dataclasses

import pytest

from jmt.annotate import Annotator
from jmt.document import Document
from jmt.errors import CorpusError, InputError
from jmt.network.engine import TorchEngine
from jmt.segmentation import RuleSegmenter
from tests.assets.tiny_model import CLASS_IN_THE_MIDDLE, tiny_model

TEXT = "A small cat sat on the mat. She did not see them!"

CONLLU = """\
# sent_id = one
# text = Les amis du chat.
1	Les	le	DET	_	Number=Plur	2	det	_	_
2	amis	ami	NOUN	_	_	0	root	_	Key=1
3-4	du	_	_	_	_	_	_	_	_
3	de	de	ADP	_	_	5	case	_	_
4	le	le	DET	_	_	5	det	_	_
5	chat	chat	NOUN	_	_	2	nmod	2:nmod	SpaceAfter=No
5.1	vu	voir	VERB	_	_	_	_	2:conj	_
6	.	.	PUNCT	_	_	2	punct	_	_

"""


@pytest.fixture(scope="module")
def annotator() -> Annotator:
    return Annotator(TorchEngine(tiny_model()), RuleSegmenter("en"), name="tiny", revision="sha256:0")


def test_a_text_becomes_sentences_of_labelled_tokens_with_offsets(annotator: Annotator):
    document = annotator(TEXT)

    assert [sentence.text for sentence in document.sentences] == [
        "A small cat sat on the mat.",
        "She did not see them!",
    ]
    for token in document.tokens:
        assert TEXT[token.start : token.end] == token.text
        assert token.xpos
        assert token.chunk
        assert token.deprel
        assert token.labels.keys() == {"xpos", "chunk"}
    for sentence in document.sentences:
        assert [token.head for token in sentence.tokens].count(0) == 1


def test_spans_are_what_the_labels_of_the_span_task_say(annotator: Annotator):
    for sentence in annotator(TEXT).sentences:
        inside = {position for span in sentence.spans["chunk"] for position in range(span.first, span.last + 1)}
        starts = {(span.first, span.label) for span in sentence.spans["chunk"]}

        assert inside == {token.id for token in sentence.tokens if token.chunk != "O"}
        assert {(t.id, t.chunk[2:]) for t in sentence.tokens if t.chunk[0] == "B"} <= starts
        assert "xpos" not in sentence.spans


def test_confidences_come_where_they_are_asked_for(annotator: Annotator):
    asked = annotator(TEXT, confidences=True)

    assert all(token.confidences.keys() == {"xpos", "chunk", "dep"} for token in asked.tokens)
    assert all(0 <= value <= 1 for token in asked.tokens for value in token.confidences.values())
    assert not any(token.confidences for token in annotator(TEXT).tokens)


def test_what_is_said_of_a_sentence_stands_in_the_sentence():
    annotator = Annotator(
        TorchEngine(tiny_model(tuple(CLASS_IN_THE_MIDDLE), changes=CLASS_IN_THE_MIDDLE)), RuleSegmenter("en")
    )
    document = annotator(TEXT, tasks=["genre", "ease"], confidences=True)

    for sentence in document.sentences:
        assert sentence.labels.keys() == {"genre"}
        assert 0 <= sentence.scores["ease"] <= 3
        best = max(sentence.probabilities["genre"], key=sentence.probabilities["genre"].__getitem__)
        assert sentence.labels["genre"] == best
        assert sum(sentence.probabilities["genre"].values()) == pytest.approx(1)
        assert all(token.labels == token.confidences == {} for token in sentence.tokens)
    assert not any(sentence.probabilities for sentence in annotator(TEXT).sentences)
    assert [task["name"] for task in annotator.describe()["tasks"]] == list(CLASS_IN_THE_MIDDLE)
    assert "genre" in annotator.token_tasks
    with pytest.raises(InputError, match="no task `genre`"):
        annotator.compare("A cat.", "A dog.", tasks=["genre"])


def test_what_was_said_of_a_sentence_is_said_anew_in_conllu_that_is_read_back():
    annotator = Annotator(
        TorchEngine(tiny_model(tuple(CLASS_IN_THE_MIDDLE), changes=CLASS_IN_THE_MIDDLE)), RuleSegmenter("en")
    )
    written = annotator(TEXT).to_conllu()

    assert annotator.annotate_conllu(written).to_conllu() == written
    assert annotator.annotate_conllu(written, tasks=["xpos"]).to_conllu() == written  # it stays where it is not asked
    other = written.replace("# genre = ", "# genre = no-")
    assert annotator.annotate_conllu(other).to_conllu() == written


@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff"])
def test_blank_text_gives_a_document_without_sentences(annotator: Annotator, text: str):
    assert annotator(text) == Document(text, [])
    assert [document.text for document in annotator.pipe([text, "A cat.", text])] == [text, "A cat.", text]


def test_words_of_a_user_are_taken_as_they_are(annotator: Annotator):
    document = annotator.annotate_tokens([["New York", "is", "n't"], ["far."]])

    assert document.text == "New York is n't\nfar."
    assert [[token.text for token in sentence.tokens] for sentence in document.sentences] == (
        [["New York", "is", "n't"], ["far."]]
    )
    assert all(document.text[token.start : token.end] == token.text for token in document.tokens)
    assert all(token.xpos for token in document.tokens)


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ("A cat", r"for raw text: annotator\(text\)"),
        (["A cat"], "sentence 1: a list of words"),
        ([["A"], []], "sentence 2 has no words"),
        ([["A", ""]], "sentence 1, word 2"),
        ([["A", " "]], "sentence 1, word 2"),
        ([["A", 3]], "sentence 1, word 2.*3"),
        ([["A", "b\0c"]], "sentence 1, word 2: the control character"),
        ([["A\n"], ["b"]], "sentence 1, word 1: white space at an end"),
        ([["a"], ["A\u2028b"]], "sentence 2, word 1: the control character"),
        ([["a"] * 10_001], "10,001 words.*split it"),
    ],
)
def test_words_that_are_none_are_refused_with_their_place(annotator: Annotator, sentences: object, message: str):
    with pytest.raises(InputError, match=message):
        annotator.annotate_tokens(sentences)  # type: ignore[arg-type]


def test_conllu_keeps_what_no_task_predicts(annotator: Annotator):
    document = annotator.annotate_conllu(CONLLU)
    before, after = (text.split("\n") for text in (CONLLU, document.to_conllu()))

    assert document.text == "Les amis du chat."
    assert [line for line in after if line.startswith("#")] == before[:2]
    assert after[4] == before[4]  # the range
    assert after[8] == before[8].replace("2:conj", "_")  # the empty node
    for old, new in zip(before[2:10], after[2:10], strict=True):
        kept = (0, 1, 2, 3, 5)  # ID, FORM, LEMMA, UPOS, FEATS
        assert [new.split("\t")[column] for column in kept] == [old.split("\t")[column] for column in kept]
    assert after[3].split("\t")[9].startswith("Key=1|Chunk=")
    assert after[7].split("\t")[9].startswith("SpaceAfter=No|Chunk=")


def test_a_new_tree_takes_the_enhanced_graph_that_contradicts_it_away(annotator: Annotator):
    anew, untouched = annotator.annotate_conllu(CONLLU), annotator.annotate_conllu(CONLLU, tasks=["xpos"])
    rows = [line.split("\t") for line in anew.to_conllu().splitlines() if "\t" in line]

    assert {row[8] for row in rows} == {"_"}
    assert [token.deps for token in untouched.tokens] == ["_", "_", "_", "_", "2:nmod", "_"]
    for sentence in anew.sentences:  # a tree that is found again leaves the graph that was put on it
        sentence.tokens[0].deps = "2:det"
    annotator.annotate_sentences(anew.sentences)
    assert anew.tokens[0].deps == "2:det"


def test_a_tag_of_misc_is_replaced_by_the_new_one_and_other_keys_stay(annotator: Annotator):
    given = CONLLU.replace("Key=1", "Chunk=B-OLD|Key=1|Entity=(x)")
    misc = annotator.annotate_conllu(given).tokens[1]
    row = annotator.annotate_conllu(given).to_conllu().splitlines()[3].split("\t")[9]

    assert row == f"Chunk={misc.chunk}|Key=1|Entity=(x)"


def test_broken_trees_are_warned_of_and_stay_where_no_parser_runs(annotator: Annotator):
    cycle = CONLLU.replace("\t0\troot", "\t1\troot")
    with pytest.warns(UserWarning, match=r"line 3: the heads run in a cycle: 1 -> 2 -> 1; .* else it stays broken"):
        kept = annotator.annotate_conllu(cycle, tasks=["xpos"])
    with pytest.warns(UserWarning, match="cycle"):
        assert annotator.annotate_conllu(cycle).tokens[1].deprel

    assert [token.head for token in kept.tokens[:2]] == [2, 1]


def test_annotating_conllu_again_changes_nothing(annotator: Annotator):
    once = annotator.annotate_conllu(CONLLU).to_conllu()

    assert annotator.annotate_conllu(once).to_conllu() == once


def test_broken_conllu_is_refused_with_its_line(annotator: Annotator):
    with pytest.raises(CorpusError, match="columns") as refusal:
        annotator.annotate_conllu("1\tA\n")
    assert refusal.value.line == 1


def test_what_is_no_string_is_refused(annotator: Annotator):
    with pytest.raises(InputError, match="found bytes"):
        annotator(b"A cat.")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="surrogate"):
        annotator("A \ud800.")


def test_pipe_carries_context_along(annotator: Annotator):
    results = list(annotator.pipe([("A cat.", 1), ("", "two"), ("A dog.", None)], as_tuples=True))

    assert [(document.text, context) for document, context in results] == [("A cat.", 1), ("", "two"), ("A dog.", None)]
    assert [document for document, _ in results] == [annotator(text) for text in ("A cat.", "", "A dog.")]


def test_documents_before_a_text_that_cannot_be_split_come_out_first(annotator: Annotator):
    documents = annotator.pipe(["A cat.", "", "A \ud800.", "A dog."])

    assert [next(documents), next(documents)] == [annotator("A cat."), annotator("")]
    with pytest.raises(InputError, match="surrogate"):
        next(documents)


def test_documents_before_a_fault_of_the_source_come_out_first(annotator: Annotator):
    def broken():
        yield "A cat."
        raise OSError("the disk is gone")

    documents = annotator.pipe(broken())

    assert next(documents) == annotator("A cat.")
    with pytest.raises(OSError, match="the disk is gone"):
        next(documents)


def test_pipe_is_lazy_and_reads_ahead_a_bounded_number_of_texts(annotator: Annotator):
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield "A small cat sat on the mat."

    documents = annotator.pipe(endless())
    assert taken == 0
    next(documents)
    assert taken <= 1_024
    documents.close()


def test_an_unknown_task_is_refused_at_once(annotator: Annotator):
    with pytest.raises(InputError, match=r"`lemma`.*xpos, chunk, dep"):
        annotator.pipe(["A cat."], tasks=["lemma"])
    with pytest.raises(InputError, match="`relatedness`"):
        annotator("A cat.", tasks=["relatedness"])
    with pytest.raises(InputError, match=r"`dep`.*relatedness, entailment"):
        annotator.compare("a", "b", tasks=["dep"])
    with pytest.raises(InputError, match="`lemma`"):
        Annotator(TorchEngine(tiny_model()), RuleSegmenter("en"), tasks=["lemma"])


def test_tasks_of_the_annotator_are_the_default_of_its_calls():
    chosen = Annotator(TorchEngine(tiny_model()), RuleSegmenter("en"), tasks=["relatedness", "chunk"])

    assert (chosen.token_tasks, chosen.pair_tasks) == (["chunk"], ["relatedness"])
    assert next(iter(chosen("A cat.").tokens)).labels.keys() == {"chunk"}
    assert chosen.compare("a cat", "a dog").entailment is None
    assert chosen.compare("a cat", "a dog", tasks=["entailment"]).entailment is not None
    with pytest.raises(InputError, match="name one of relatedness, entailment"):
        Annotator(TorchEngine(tiny_model()), RuleSegmenter("en"), tasks=["chunk"]).compare("a cat", "a dog")


def test_a_model_without_such_tasks_says_so():
    with pytest.raises(InputError, match=r"no task about pairs, only xpos.*pair_regressor"):
        Annotator(TorchEngine(tiny_model(["xpos"])), RuleSegmenter("en")).compare("a cat", "a dog")
    with pytest.raises(InputError, match=r"no task about single sentences, only relatedness"):
        Annotator(TorchEngine(tiny_model(["relatedness"])), RuleSegmenter("en"))("A cat.")


def test_a_pair_is_judged_and_many_in_order(annotator: Annotator):
    pairs = [("A cat sat.", "A dog ran."), ("A dog ran.", "A cat sat."), ("She did not.", "Them.")]
    judgements = annotator.compare_many(pairs)

    assert [(judgement.first, judgement.second) for judgement in judgements] == pairs
    for judgement in judgements:
        assert 1 <= judgement.relatedness <= 5
        assert sum(judgement.relatedness_distribution) == pytest.approx(1)
        assert judgement.entailment == max(judgement.probabilities, key=judgement.probabilities.get)
    assert annotator.compare_many([]) == []


@pytest.mark.parametrize(("pair", "side"), [(("", "A cat."), "first"), (("A cat.", " \n"), "second")])
def test_a_blank_side_of_a_pair_is_refused_with_its_number(annotator: Annotator, pair: tuple[str, str], side: str):
    with pytest.raises(InputError, match=f"pair 2: the {side} sentence has no words"):
        annotator.compare_many([("a", "b"), pair])


def test_what_is_no_pair_is_refused(annotator: Annotator):
    with pytest.raises(InputError, match="pair 1: two strings"):
        annotator.compare_many(["ab"])  # type: ignore[list-item]
    with pytest.raises(InputError, match="pair 1: two strings"):
        annotator.compare_many([("a", 3)])  # type: ignore[list-item]


def test_a_subset_of_tasks_leaves_the_higher_levels_alone(annotator: Annotator, monkeypatch: pytest.MonkeyPatch):
    ran: list[int] = []
    for number, level in enumerate(annotator.predictor.engine.model.encoder.levels, start=1):
        monkeypatch.setattr(level, "forward", noting(level.forward, ran, number))

    annotator("A cat.", tasks=["xpos"])
    assert ran == [1]
    annotator("A cat.", tasks=["chunk"])
    assert ran == [1, 1, 2]
    assert annotator.run_for(["chunk"]) == ["xpos", "chunk"]
    assert annotator.run_for([]) == []


def noting(forward, ran, number):
    def noted(*arguments):
        ran.append(number)
        return forward(*arguments)

    return noted


def test_the_model_describes_itself_in_json_values(annotator: Annotator):
    description = annotator.describe()

    assert (description["name"], description["revision"], description["language"]) == ("tiny", "sha256:0", "en")
    assert description["segmenter"] == annotator.segmenter.name_and_version
    assert [task["name"] for task in description["tasks"]] == ["xpos", "chunk", "dep", "relatedness", "entailment"]
    assert description["tasks"][2] == {
        "name": "dep",
        "kind": "parser",
        "level": 3,
        "reads": ["xpos", "chunk"],
        "labels": ["det", "nsubj", "obl", "punct", "root"],
    }


def test_a_document_survives_its_json_form(annotator: Annotator):
    document = annotator(TEXT, confidences=True)
    again = Document.from_dict(document.to_dict())

    assert dataclasses.asdict(again) == dataclasses.asdict(document)
