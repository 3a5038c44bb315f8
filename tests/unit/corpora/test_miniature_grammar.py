"""The grammar behind the embedded corpus: inflection, verb groups, clauses, their trees and chunks."""

from __future__ import annotations

import random

import pytest

from corpora.generator import morphology
from corpora.generator.clauses import clause_phrase, passive
from corpora.generator.lexicon import Noun, nouns_of
from corpora.generator.meaning import Adjective, Adjp, Clause, Complement, Inflection, Np, Pp
from corpora.generator.sampling import Sampler
from corpora.generator.sentences import Draft, FinishedSentence, finish, with_vocative
from corpora.generator.write import conllu

DOG = Np(noun=Noun("dog", "all", "animal", False), determiner="the")
CAT = Np(noun=Noun("cat", "all", "animal", False), determiner="a")
ANNA = Np(name=("Anna",))
SHE = Np(pronoun="she")
IMPERATIVE = Inflection("present", form="imperative")


def sentence(clause: Clause, *, asked: bool = False) -> FinishedSentence:
    return finish(Draft(clause_phrase(clause, inverted=asked), "?" if asked else "."), "test")


def relation_of(made: FinishedSentence, form: str) -> tuple[str, str]:
    """Return the relation of a word and the form of its head."""
    row = next(row for row in made.rows if row.form == form)
    return row.deprel, made.rows[row.head - 1].form if row.head else ""


def test_nouns_verbs_and_adjectives_inflect() -> None:
    assert [morphology.plural(word) for word in ("knife", "bus", "city", "key", "child")] == [
        "knives", "buses", "cities", "keys", "children",
    ]  # fmt: skip
    assert [morphology.past(word) for word in ("stop", "carry", "play", "see", "visit")] == [
        "stopped", "carried", "played", "saw", "visited",
    ]  # fmt: skip
    assert [morphology.gerund(word) for word in ("lie", "make", "see", "run", "fly")] == [
        "lying", "making", "seeing", "running", "flying",
    ]  # fmt: skip
    assert [morphology.compare(word, "er") for word in ("big", "happy", "large", "good", "quiet")] == [
        "bigger", "happier", "larger", "better", "quieter",
    ]  # fmt: skip
    assert not morphology.is_short("expensive")
    assert [morphology.indefinite(word) for word in ("apple", "union", "hour", "dog", "honest")] == [
        "an", "a", "an", "a", "an",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("inflection", "text", "tags"),
    [
        (Inflection("past"), "She saw a cat.", "VBD"),
        (Inflection("past", negation="n't"), "She didn't see a cat.", "VBD RB VB"),
        (Inflection("present", negation="not"), "She does not see a cat.", "VBZ RB VB"),
        (Inflection("present", modal="will", negation="n't"), "She won't see a cat.", "MD RB VB"),
        (Inflection("present", modal="can", negation="n't"), "She can't see a cat.", "MD RB VB"),
        (Inflection("present", modal="can", negation="not"), "She cannot see a cat.", "MD RB VB"),
        (Inflection("present", perfect=True, contracted=True), "She's seen a cat.", "VBZ VBN"),
        (Inflection("present", modal="will", contracted=True), "She'll see a cat.", "MD VB"),
        (Inflection("past", modal="must", perfect=True), "She must have seen a cat.", "MD VB VBN"),
        (Inflection("past", perfect=True, adverb="never"), "She had never seen a cat.", "VBD RB VBN"),
        (Inflection("present", adverb="often"), "She often sees a cat.", "RB VBZ"),
    ],
)
def test_verb_groups_take_auxiliaries_negation_and_adverbs(inflection: Inflection, text: str, tags: str) -> None:
    made = sentence(Clause("see", SHE, object=CAT, inflection=inflection))
    assert made.text == text
    assert " ".join(row.xpos for row in made.rows[1:-3]) == tags


def test_a_verb_agrees_with_its_subject() -> None:
    forms = {}
    for pronoun in ("I", "you", "she", "we", "they"):
        clause = Clause("be", Np(pronoun=pronoun), predicate=Adjp(Adjective("tall")), inflection=Inflection("present"))
        forms[pronoun] = sentence(clause).rows[1].form
    assert forms == {"I": "am", "you": "are", "she": "is", "we": "are", "they": "are"}


def test_a_question_puts_the_auxiliary_first_outside_of_the_chunks() -> None:
    made = sentence(Clause("see", DOG, object=CAT, inflection=Inflection("past")), asked=True)
    assert made.text == "Did the dog see a cat?"
    assert [row.chunk for row in made.rows] == ["O", "B-NP", "I-NP", "B-VP", "B-NP", "I-NP", "O"]


def test_a_question_takes_cannot_apart() -> None:
    inflection = Inflection("present", modal="can", negation="not")
    assert sentence(Clause("see", SHE, object=CAT, inflection=inflection), asked=True).text == "Can she not see a cat?"


def test_words_that_are_written_together_are_one_token_of_the_file() -> None:
    owned = Np(noun=Noun("dog", "all", "animal", False), possessor=ANNA)
    inflection = Inflection("past", negation="n't")
    written = conllu(sentence(Clause("see", owned, object=SHE, inflection=inflection)), "one", ("newpar",))
    lines = written.rstrip("\n").split("\n")
    assert lines[:3] == ["# newpar", "# sent_id = one", "# text = Anna's dog didn't see her."]
    assert [line.split("\t")[:3] for line in lines[3:]] == [
        ["1-2", "Anna's", "_"], ["1", "Anna", "Anna"], ["2", "'s", "'s"], ["3", "dog", "dog"], ["4-5", "didn't", "_"],
        ["4", "did", "do"], ["5", "n't", "not"], ["6", "see", "see"], ["7", "her", "she"], ["8", ".", "."],
    ]  # fmt: skip
    assert [line.split("\t")[0] for line in lines[3:] if "SpaceAfter=No" in line] == ["7"]


def test_a_token_of_two_words_before_a_mark_tells_that_no_space_follows() -> None:
    spoken = with_vocative(clause_phrase(Clause("let", object=Np(pronoun="'s"), inflection=IMPERATIVE)), "Anna")
    lines = conllu(finish(Draft(spoken, "!"), "test"), "one").split("\n")
    assert lines[1] == "# text = Let's, Anna!"
    assert [line.split("\t")[0] for line in lines if "SpaceAfter=No" in line] == ["1-2", "4"]


def test_a_passive_has_its_relations() -> None:
    made = sentence(passive(Clause("see", DOG, object=CAT, inflection=Inflection("past")), by_phrase=True))
    assert made.text == "A cat was seen by the dog."
    assert relation_of(made, "cat") == ("nsubj:pass", "seen")
    assert relation_of(made, "was") == ("aux:pass", "seen")
    assert relation_of(made, "dog") == ("obl:agent", "seen")
    assert relation_of(made, "by") == ("case", "dog")


def test_a_copula_hangs_on_its_predicate() -> None:
    adjp = Adjp(Adjective("old", degree="er"), than=ANNA)
    clause = Clause("be", DOG, predicate=adjp, inflection=Inflection("present", negation="n't"))
    made = sentence(clause)
    assert made.text == "The dog isn't older than Anna."
    assert relation_of(made, "is") == ("cop", "older")
    assert relation_of(made, "Anna") == ("obl", "older")
    assert [row.chunk for row in made.rows][2:5] == ["B-VP", "O", "B-ADJP"]


def test_a_relative_clause_may_be_moved_to_the_end_and_crosses_then() -> None:
    relative = Clause("see", Np(relativizer="who"), object=CAT)
    subject = Np(noun=Noun("man", "all", "person", False), determiner="a", relative=relative)
    near = sentence(Clause("come", subject))
    far = sentence(Clause("come", Np(**{**subject.__dict__, "extraposed": True})))
    assert (near.text, far.text) == ("A man who saw a cat came.", "A man came who saw a cat.")
    assert relation_of(near, "saw") == relation_of(far, "saw") == ("acl:relcl", "man")


def test_a_question_word_leaves_the_clause_that_it_belongs_to() -> None:
    inner = Clause("see", DOG, object=Np(wh="what"))
    outer = Clause("say", ANNA, complement=Complement("that", inner, "ccomp"))
    made = sentence(outer, asked=True)
    assert made.text == "What did Anna say that the dog saw?"
    assert relation_of(made, "What") == ("obj", "saw")
    assert relation_of(made, "that") == ("mark", "saw")


def test_a_preposition_is_stranded_or_goes_along() -> None:
    asked = sentence(Clause("look", ANNA, obliques=(Pp("at", Np(wh="what")),)), asked=True)
    assert asked.text == "What did Anna look at?"
    assert relation_of(asked, "at") == ("case", "What")
    relative = Clause("live", ANNA, obliques=(Pp("in", Np(relativizer="which")),))
    house = Np(noun=Noun("house", "all", "building", False), determiner="the", relative=relative)
    made = sentence(Clause("burn", house))
    assert made.text == "The house in which Anna lived burned."
    assert relation_of(made, "which") == ("obl", "lived")


def test_verbs_in_a_row_are_one_chunk() -> None:
    inner = Clause("see", object=CAT, inflection=Inflection(form="to"))
    clause = Clause("want", SHE, complement=Complement("to", inner, "xcomp"), inflection=Inflection("present"))
    made = sentence(clause)
    assert [row.chunk for row in made.rows] == ["B-NP", "B-VP", "I-VP", "I-VP", "B-NP", "I-NP", "O"]


def test_possessors_start_a_chunk_with_their_clitic() -> None:
    owned = Np(noun=Noun("dog", "all", "animal", False), possessor=ANNA)
    made = sentence(Clause("sleep", owned))
    assert made.text == "Anna's dog slept."
    assert [row.chunk for row in made.rows] == ["B-NP", "B-NP", "I-NP", "B-VP", "O"]
    assert relation_of(made, "Anna") == ("nmod:poss", "dog")


def test_held_out_words_come_up_in_their_split_only() -> None:
    for split, held in (("all", set()), ("dev", {"dev"}), ("test", {"test"})):
        sampler = Sampler(random.Random(1), split, 0.5)
        drawn = {sampler.noun("person").split for _ in range(200)}
        assert drawn == {"all"} | held


def test_an_unknown_class_of_nouns_is_refused() -> None:
    with pytest.raises(KeyError, match="unicorns"):
        nouns_of(("unicorns",))
