"""The table of constructions with their weights, and the drawing of sentences from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from corpora.generator import constructions_basic as basic
from corpora.generator import constructions_complex as complex_
from corpora.generator import constructions_degree as degree
from corpora.generator import constructions_nominal as nominal
from corpora.generator import constructions_pronouns as pronouns
from corpora.generator import constructions_questions as questions
from corpora.generator.sampling import Sampler
from corpora.generator.sentences import Draft, FinishedSentence, finish

CONSTRUCTIONS: dict[str, tuple[float, Callable[[Sampler], Draft]]] = {
    "statement": (17, basic.statement),
    "negative": (5, basic.negative),
    "passive": (6, basic.passive_statement),
    "copula_adjective": (4, basic.copula_adjective),
    "copula_noun": (2.5, basic.copula_noun),
    "copula_place": (2, basic.copula_place),
    "linking_verb": (1.5, basic.linking),
    "comparison": (2.5, degree.comparison),
    "adverb_comparison": (1, degree.adverb_comparison),
    "superlative": (0.8, degree.superlative),
    "quantity": (1.5, degree.quantity),
    "result": (0.8, degree.result),
    "reflexive": (1.2, pronouns.reflexive),
    "demonstrative": (2, pronouns.demonstrative),
    "pronominal_one": (0.8, pronouns.pronominal_one),
    "here_and_there": (1, pronouns.here_and_there),
    "existential": (3, basic.existential),
    "command": (3, basic.command),
    "price": (1.2, basic.price),
    "container": (1.5, basic.containers),
    "dated_event": (1.5, basic.dated_event),
    "of_phrase": (1.5, basic.of_phrase),
    "yes_no_question": (4, questions.yes_no_question),
    "subject_question": (1.5, questions.subject_question),
    "object_question": (2, questions.object_question),
    "adverb_question": (2, questions.adverb_question),
    "copula_question": (1, questions.copula_question),
    "degree_question": (0.5, questions.degree_question),
    "stranded_question": (0.8, questions.stranded_question),
    "long_distance_question": (0.7, questions.long_distance_question),
    "clause_coordination": (3.5, complex_.clause_coordination),
    "verb_coordination": (3, complex_.verb_coordination),
    "noun_coordination": (4, complex_.noun_coordination),
    "that_clause": (4, complex_.that_clause),
    "embedded_question": (1.5, complex_.embedded_question),
    "infinitive": (5, complex_.infinitive),
    "gerund_complement": (1.5, complex_.gerund_complement),
    "object_control": (3, complex_.object_control),
    "adverbial_clause": (4, complex_.adverbial_clause),
    "gerund_adjunct": (2, complex_.gerund_adjunct),
    "purpose": (1, complex_.purpose),
    "adjective_clause": (3, complex_.adjective_clause),
    "direct_speech": (3, complex_.direct_speech),
    "conversational": (2, complex_.conversational),
    "gerund_subject": (0.8, complex_.gerund_subject),
    "relative_clause": (8, nominal.relative_clause),
    "extraposed_relative": (0.7, nominal.extraposed_relative),
    "verb_attachment": (2, nominal.verb_attachment),
    "noun_attachment": (2.5, nominal.noun_attachment),
    "apposition": (1.5, nominal.apposition),
    "quantified": (1.5, nominal.quantified),
    "light_verb": (2, nominal.light_verb),
}
"""Name, weight (relative frequency) and maker of every construction."""

LONGEST = 19
"""Longer sentences are dropped: they pile up modifiers that nobody would."""
SHORT, SHORT_RATE = 5, 0.4
"""Of the sentences with at most this many words and marks, so many are kept: they have little to learn from."""


def weights() -> list[tuple[str, float]]:
    """Return the names of the constructions with their weights."""
    return [(name, weight) for name, (weight, _) in CONSTRUCTIONS.items()]


def draw_sentences(sampler: Sampler, name: str) -> Iterator[FinishedSentence]:
    """Yield sentences of one construction without end; the same text may come up again."""
    while True:
        sentence = finish(CONSTRUCTIONS[name][1](sampler), name)
        short = len(sentence.rows) <= SHORT
        if len(sentence.rows) <= LONGEST and (not short or sampler.chance(SHORT_RATE)):
            yield sentence
