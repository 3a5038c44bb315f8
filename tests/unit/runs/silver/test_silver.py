"""Silver trees are those on which models agree in words, heads and relations; nothing known or evaluated is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from jmt.document import Document, MultiwordToken, Sentence, Token
from jmt.document.conllu import write_sentence
from jmt.errors import InputError
from jmt.formats.conllu import read_conllu
from jmt.runs.silver.agreeing import TREE, Agreement, agreed_sentences
from jmt.runs.silver.making import Harvest, Wanted, _kept, check_models, silver_sentences


def sentence(text: str, head: int = 2, relation: str = "obj", upos: str = "NOUN", start: int = 0) -> Sentence:
    """A sentence whose second word governs all others; its last word has what is asked for."""
    words = text.split()
    tokens, place = [], start
    for number, word in enumerate(words, start=1):
        last = number == len(words)
        own_head = 0 if number == 2 else head if last else 2
        own_relation = "root" if number == 2 else relation if last else "nsubj"
        labels = {"upos": upos if last else "VERB"}
        tokens.append(Token(number, word, place, place + len(word), labels, own_head, own_relation))
        place += len(word) + 1
    return Sentence(tokens, text=text, start=start, end=place - 1)


def document(*sentences: Sentence) -> Document:
    return Document(" ".join(one.text for one in sentences), list(sentences))


@dataclass
class Model:
    """Annotates every text as one sentence, of which it says the same each time."""

    name: str
    says: dict[str, Any] = field(default_factory=dict)
    language: str = "en"
    tasks: tuple[tuple[str, str], ...] = (("upos", "tagger"), ("dep", "parser"), ("genre", "classifier"))
    asked: list[Sequence[str]] = field(default_factory=list)

    def describe(self) -> dict[str, Any]:
        tasks = [{"name": name, "kind": kind} for name, kind in self.tasks]
        return {"name": self.name, "revision": self.name, "language": self.language, "tasks": tasks}

    def pipe(self, texts: Any, *, tasks: Sequence[str]) -> Iterator[Document]:
        self.asked.append(tasks)
        for text in texts:
            yield document(sentence(text, **self.says.get(text, {})))


def silver(models: list[Any], texts: list[str], wanted: Wanted, harvest: Harvest, evaluated: Any = frozenset()) -> list:
    return [one for kept in silver_sentences(models, texts, wanted, evaluated, harvest) for one in kept]


def test_a_sentence_is_agreed_on_where_all_models_give_the_same_words_heads_and_relations():
    first = document(sentence("A b c d"), sentence("E f g", start=8), sentence("H i j", start=14))
    second = document(sentence("A b c d", head=3), sentence("E f g", start=8), sentence("H i j k", start=14))
    count = Agreement()

    assert [one.text for one in agreed_sentences([first, second], [TREE], count)] == ["E f g"]
    assert count == Agreement(sentences=3, split_alike=2, words=7, agreed={TREE: 6}, alike=1)
    odd = document(sentence("E f g", relation="obl", start=8))
    assert list(agreed_sentences([first, second, odd], [TREE], Agreement())) == []
    moved = document(sentence("E f g", start=9))
    assert list(agreed_sentences([first, moved], [TREE], Agreement())) == []


def test_tags_count_only_where_they_are_asked_for():
    both = [document(sentence("A b c")), document(sentence("A b c", upos="VERB"))]
    count = Agreement()

    assert len(list(agreed_sentences(both, [TREE], Agreement()))) == 1
    assert list(agreed_sentences(both, [TREE, "upos"], count)) == []
    assert count.agreed == {TREE: 3, "upos": 2}


def test_what_is_kept_is_new_long_enough_and_in_no_evaluation_split():
    texts = ["A b c d", "a B c d .", "A b", "E f g h i j", "K l m n", "P q r s"]
    models = [Model("one"), Model("two", {"P q r s": {"head": 3}})]
    harvest = Harvest()

    kept = silver(models, texts, Wanted(shortest=3, longest=5), harvest, {"klmn"})

    assert [one.text for one in kept] == ["A b c d"]
    assert (harvest.length, harvest.repeated, harvest.evaluated, harvest.kept, harvest.words) == (2, 1, 1, 1, 4)
    assert (harvest.agreement.sentences, harvest.agreement.alike) == (6, 5)


def test_a_sentence_is_known_in_other_tokens_and_with_other_signs():
    texts = ["\u201cDon\u2019t go there\u201d , she said \u2026", "Do n't go home ."]
    models, harvest = [Model("one"), Model("two")], Harvest()

    kept = silver(models, [*texts, "Don't go home!"], Wanted(shortest=1), harvest, {"dontgothereshesaid"})

    assert [one.text for one in kept] == ["Do n't go home ."]
    assert (harvest.evaluated, harvest.repeated) == (1, 1)


def test_with_a_limit_no_more_is_read_than_is_needed():
    def endless() -> Iterator[str]:
        for number in range(10**9):
            yield f"A b c{number}"

    harvest = Harvest()
    assert len(silver([Model("one"), Model("two")], endless(), Wanted(shortest=1, most=3), harvest)) == 3  # type: ignore[arg-type]


def test_the_first_model_runs_all_tasks_about_words_and_others_what_is_compared():
    models = [Model("one"), Model("two")]

    silver(models, ["A b c"], Wanted(), Harvest())
    assert [one.asked for one in models] == [[["upos", "dep"]], [["dep"]]]


def test_what_is_written_as_one_word_must_be_the_same():
    first, second = document(sentence("A b c")), document(sentence("A b c"))
    first.sentences[0].multiword_tokens = [MultiwordToken(2, 3, "bc", "_")]

    assert list(agreed_sentences([first, second], [TREE], Agreement())) == []


def test_other_trees_with_the_same_tags_are_no_agreement():
    both = [document(sentence("A b c")), document(sentence("A b c", head=1))]

    assert list(agreed_sentences(both, [TREE, "upos"], Agreement())) == []


def test_a_limit_holds_within_a_text():
    both = [document(sentence("A b c"), sentence("D e f", start=6)) for _ in range(2)]
    harvest = Harvest()

    kept = list(_kept(both, Wanted(shortest=1, most=1), set(), set(), harvest))
    assert [one.text for one in kept] == ["A b c"]
    assert harvest.kept == 1


def test_what_is_kept_is_a_whole_tree_of_conllu():
    (kept,) = silver([Model("one"), Model("two")], ["A b c"], Wanted(shortest=3), Harvest())

    (read,) = read_conllu(write_sentence(kept), strict=True)
    assert read.sent_id == "silver-1"
    assert [(token.text, token.head, token.deprel) for token in read.tokens][1] == ("b", 0, "root")


@pytest.mark.parametrize(
    ("models", "also", "said"),
    [
        ([Model("one")], [], "name two models or more"),
        ([Model("one"), Model("one")], [], "the same model twice agrees with itself"),
        ([Model("one"), Model("two", language="tr")], [], "different languages .* one en, two tr"),
        ([Model("one"), Model("two", tasks=(("upos", "tagger"),))], [], "two: it has no parser"),
        (
            [Model("one"), Model("two")],
            ["genre"],
            "--also genre: all models must have it, besides trees; those are upos",
        ),
    ],
)
def test_models_that_cannot_agree_are_refused(models: list[Any], also: list[str], said: str):
    with pytest.raises(InputError, match=said):
        check_models(models, also)


def test_models_agree_on_trees_and_on_what_is_named():
    wanted = replace(Wanted(), agreed=(TREE, "upos"))

    assert check_models([Model("one"), Model("two")], ["upos"]) == wanted  # type: ignore[list-item]
    assert check_models([Model("one"), Model("two")], ["upos", "upos"]) == wanted  # type: ignore[list-item]
