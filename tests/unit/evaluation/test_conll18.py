"""Both attachment metrics against a scorer written here from the rules of the CoNLL 2018 shared task.

The rules: both sides are one run of characters without white space.  Words that are no part of a multiword token match
where they have the same characters; words inside of one match by form, as a longest common subsequence.  UPOS, UAS and
LAS count matched words whose tag, head, or head and universal relation agree, a head agreeing when the heads match each
other or both words are roots.  Precision is over system words, recall over gold words.
"""

from __future__ import annotations

import os
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

from jmt.cascade.symbols.examples import GoldTree
from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Parsed, Tagged, Tree
from jmt.document import Sentence
from jmt.evaluation.metrics.attachment import Attachment
from jmt.evaluation.own_tokens import evaluate_own_tokens
from jmt.formats.conllu import read_conllu, read_conllu_file
from jmt.segmentation import RuleSegmenter, SurfaceToken

OWN = """\
# text = She doesn't like du Pont's re-use.
1\tShe\tshe\tPRON\t_\t_\t4\tnsubj\t_\t_
2-3\tdoesn't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdoes\tdo\tAUX\t_\t_\t4\taux\t_\t_
3\tn't\tnot\tPART\t_\t_\t4\tadvmod\t_\t_
4\tlike\tlike\tVERB\t_\t_\t0\troot\t_\t_
5-6\tdu\t_\t_\t_\t_\t_\t_\t_\t_
5\tde\tde\tADP\t_\t_\t7\tcase\t_\t_
6\tle\tle\tDET\t_\t_\t7\tdet\t_\t_
7\tPont\tPont\tPROPN\t_\t_\t9\tnmod:poss\t_\tSpaceAfter=No
8\t's\t's\tPART\t_\t_\t7\tcase\t_\t_
9\tre-use\treuse\tNOUN\t_\t_\t4\tobj\t_\tSpaceAfter=No
10\t.\t.\tPUNCT\t_\t_\t4\tpunct\t_\t_

# text = Well, no.
1\tWell\twell\tINTJ\t_\t_\t3\tdiscourse\t_\tSpaceAfter=No
2\t,\t,\tPUNCT\t_\t_\t3\tpunct\t_\t_
3\tno\tno\tINTJ\t_\t_\t0\troot\t_\tSpaceAfter=No
4\t.\t.\tPUNCT\t_\t_\t3\tpunct\t_\t_

"""


@dataclass
class Word:
    form: str
    start: int
    end: int
    upos: str
    deprel: str
    multiword: bool = False
    head: Word | None = None

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def gold_side(sentences: list[Sentence]) -> list[Word]:
    words: list[Word] = []
    position = 0
    for sentence in sentences:
        ranges = {number: r for r in sentence.multiword_tokens for number in range(r.first, r.last + 1)}
        here: list[Word] = []
        for token in sentence.tokens:
            covering = ranges.get(token.id)
            written = "".join((covering.text if covering else token.text).split())
            here.append(
                Word(
                    token.text,
                    position,
                    position + len(written),
                    token.upos or "_",
                    str(token.deprel).split(":")[0],
                    covering is not None,
                )
            )
            if covering is None or covering.last == token.id:
                position += len(written)
        for word, token in zip(here, sentence.tokens, strict=True):
            word.head = here[token.head - 1] if token.head else None
        words += here
    return words


def system_side(sentences: list[list[str]], trees: list[Tree], tags: list[list[str]]) -> list[Word]:
    words: list[Word] = []
    position = 0
    for forms, tree, upos in zip(sentences, trees, tags, strict=True):
        here = []
        for form, deprel, tag in zip(forms, tree.deprels, upos, strict=True):
            here.append(Word(form, position, position + len(form), tag, deprel.split(":")[0]))
            position += len(form)
        for word, head in zip(here, tree.head_ids, strict=True):
            word.head = here[head - 1] if head else None
        words += here
    return words


def in_common(one: list[Word], other: list[Word]) -> list[tuple[Word, Word]]:
    if not one or not other:
        return []
    if one[0].form.lower() == other[0].form.lower():
        return [(one[0], other[0]), *in_common(one[1:], other[1:])]
    return max(in_common(one[1:], other), in_common(one, other[1:]), key=len)


def match(gold: list[Word], system: list[Word]) -> dict[Word, Word]:
    """Gold word of every matched system word."""
    by_place = {(word.start, word.end): word for word in system}
    inside: dict[tuple[int, int], list[Word]] = defaultdict(list)
    matched: dict[Word, Word] = {}
    for word in gold:
        if word.multiword:
            inside[word.start, word.end].append(word)
        elif (word.start, word.end) in by_place:
            matched[by_place[word.start, word.end]] = word
    for (start, end), words in inside.items():
        candidates = [word for word in system if start <= word.start and word.end <= end]
        matched.update((other, word) for word, other in in_common(words, candidates))
    return matched


def conll18(gold: list[Word], system: list[Word]) -> dict[str, float]:
    matched = match(gold, system)

    def f1(agree: Callable[[Word, Word], bool]) -> float:
        return 2 * sum(agree(word, other) for other, word in matched.items()) / (len(gold) + len(system))

    def same_head(word: Word, other: Word) -> bool:
        if word.head is None or other.head is None:
            return word.head is other.head
        return matched.get(other.head) is word.head

    return {
        "words": f1(lambda word, other: True),
        "upos": f1(lambda word, other: word.upos == other.upos),
        "uas": f1(same_head),
        "las": f1(lambda word, other: same_head(word, other) and word.deprel == other.deprel),
    }


class Guesser:
    """Hangs every word from the next one, and gives each form its most frequent tag and relation."""

    def __init__(self, sentences: list[Sentence]) -> None:
        seen: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        for sentence in sentences:
            for token in sentence.tokens:
                seen[token.text][str(token.upos), str(token.deprel)] += 1
        self.best = {form: counts.most_common(1)[0][0] for form, counts in seen.items()}
        tasks = {"upos": SimpleNamespace(column="upos", kind="tagger"), "dep": SimpleNamespace()}
        self.cascade = SimpleNamespace(
            metrics={"upos": "tags", "dep": "attachment"},
            labels={task: LabelSet([]) for task in tasks},
            config=SimpleNamespace(tasks=tasks),
        )
        self.seen: list[list[str]] = []
        self.trees: list[Tree] = []
        self.tags: list[list[str]] = []

    def annotate(self, sentences: list[list[str]], tasks: list[str]) -> list[dict[str, Tagged | Parsed]]:
        for words in sentences:
            best = [self.best.get(word, ("X", "dep")) for word in words]
            heads = [*range(2, len(words) + 1), 0]
            self.seen.append(words)
            self.tags.append([tag for tag, _ in best])
            self.trees.append(Tree(heads, [*[deprel for _, deprel in best[:-1]], "root"]))
        return [{"upos": Tagged(tags), "dep": Parsed(tree)} for tags, tree in zip(self.tags, self.trees, strict=True)]

    def compare(self, pairs: object, tasks: object) -> list[object]:
        raise AssertionError("no pairs here")


class RandomSegmenter:
    """Splits text anywhere, and sentences anywhere."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def segment(self, text: str) -> list[list[SurfaceToken]]:
        sentences: list[list[SurfaceToken]] = [[]]
        for chunk in text.split():
            word = ""
            for character in chunk:
                if word and self.draw.random() < 0.15:
                    sentences[-1].append(SurfaceToken(word, 0, 0))
                    word = ""
                word += character
            sentences[-1].append(SurfaceToken(word, 0, 0))
            if self.draw.random() < 0.2:
                sentences.append([])
        return [sentence for sentence in sentences if sentence]


def check_own_tokens(sentences: list[Sentence], segmenter: object) -> dict[str, float]:
    guesser = Guesser(sentences)
    scores = evaluate_own_tokens(guesser, segmenter, sentences, ["upos", "dep"])  # type: ignore[arg-type]
    expected = conll18(gold_side(sentences), system_side(guesser.seen, guesser.trees, guesser.tags))
    found = {
        "words": scores.segmentation["words"].value,
        "upos": scores.results["upos"].metrics["accuracy"],
        "uas": scores.results["dep"].metrics["uas"],
        "las": scores.results["dep"].metrics["las"],
    }
    assert found == pytest.approx(expected)
    return found


def check_gold_tokens(sentences: list[Sentence]) -> dict[str, float]:
    guesser = Guesser(sentences)
    guesser.annotate([[token.text for token in sentence.tokens] for sentence in sentences], [])
    metric = Attachment()
    for sentence, guess in zip(sentences, guesser.trees, strict=True):
        tokens = sentence.tokens
        gold = Tree([token.head or 0 for token in tokens], [str(token.deprel) for token in tokens])
        metric.update(GoldTree(gold, [str(token.upos) for token in tokens]), guess)
    gold_words, system = gold_side(sentences), gold_side(sentences)
    for word, deprel in zip(system, (deprel for tree in guesser.trees for deprel in tree.deprels), strict=True):
        word.deprel = deprel.split(":")[0]
    first = 0
    for tree in guesser.trees:
        for place, head in enumerate(tree.head_ids):
            system[first + place].head = system[first + head - 1] if head else None
        first += len(tree.head_ids)
    same = dict(zip(system, gold_words, strict=True))
    right = [(same.get(other.head) if other.head else None) is word.head for other, word in same.items()]
    both = [head and other.deprel == word.deprel for head, (other, word) in zip(right, same.items(), strict=True)]
    result = metric.result()
    assert result["uas"] == pytest.approx(sum(right) / len(right))
    assert result["las"] == pytest.approx(sum(both) / len(both))
    return result


def test_own_words_are_scored_by_the_rules_however_the_text_is_split() -> None:
    sentences = list(read_conllu(OWN))
    scores = [check_own_tokens(sentences, RandomSegmenter(seed)) for seed in range(150)]
    assert len({tuple(score.values()) for score in scores}) > 20


def test_gold_words_are_scored_by_the_rules() -> None:
    assert 0 < check_gold_tokens(list(read_conllu(OWN)))["las"] < 1


@pytest.mark.parametrize(
    ("path", "language"), [("ewt/en_ewt-ud-dev.conllu", "en"), ("sequoia/fr_sequoia-ud-dev.conllu", "fr")]
)
def test_real_treebanks_are_scored_by_the_rules(path: str, language: str) -> None:
    corpora = os.environ.get("JMT_CORPORA")
    if not corpora or not (Path(corpora) / path).exists():
        pytest.skip(f"{path} is not in JMT_CORPORA")
    sentences = list(read_conllu_file(Path(corpora) / path))[:400]
    assert 0.1 < check_gold_tokens(sentences)["las"] < 0.9
    scores = check_own_tokens(sentences, RuleSegmenter(language))
    assert scores["words"] > 0.9
    assert 0.1 < scores["las"] < scores["uas"] < 0.9
