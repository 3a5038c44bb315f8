"""Scores from raw text, with a splitter and a model that say what they are told."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from jmt.cascade.symbols.labels import LabelSet
from jmt.cascade.symbols.values import Parsed, Tagged, Tree
from jmt.errors import InputError
from jmt.evaluation.conll18 import NEEDS, Score
from jmt.evaluation.own_tokens import evaluate_own_tokens, raw_text
from jmt.formats.conllu import read_conllu
from jmt.segmentation import SurfaceToken

TREEBANK = """\
# newpar
# text = Dogs don't bark.
1\tDogs\tdog\tNOUN\tNNS\t_\t4\tnsubj\t_\t_
2-3\tdon't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdo\tdo\tAUX\tVBP\t_\t4\taux\t_\t_
3\tn't\tnot\tPART\tRB\t_\t4\tadvmod:neg\t_\t_
4\tbark\tbark\tVERB\tVB\t_\t0\troot\t_\tSpaceAfter=No
5\t.\t.\tPUNCT\t.\t_\t4\tpunct\t_\t_

# text = Well-made!
1\tWell\twell\tADV\tRB\t_\t3\tadvmod\t_\tSpaceAfter=No
2\t-\t-\tPUNCT\tHYPH\t_\t3\tpunct\t_\tSpaceAfter=No
3\tmade\tmake\tVERB\tVBN\t_\t0\troot\t_\tSpaceAfter=No
4\t!\t!\tPUNCT\t.\t_\t3\tpunct\t_\t_

# newpar
# text = Yes
1\tYes\tyes\tINTJ\tUH\t_\t0\troot\t_\t_

"""


class Splitter:
    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        self.seen = ""

    def segment(self, text: str) -> list[list[SurfaceToken]]:
        self.seen = text
        return [[surface_token(word) for word in sentence.split()] for sentence in self.sentences]


def surface_token(written: str) -> SurfaceToken:
    """A token, or one of several words as in `don't=do+n't`."""
    token, _, words = written.partition("=")
    return SurfaceToken(token, 0, 0, tuple(words.split("+")) if words else ())


class Teller:
    """Predicts what it is told, sentence by sentence."""

    def __init__(self, **answers: list[Tagged] | list[Parsed]) -> None:
        self.answers = answers
        self.seen: list[list[str]] = []
        metrics = {
            "upos": "tags",
            "dep": "attachment",
            "chunk": "spans",
            "rare": "tags",
            "lemma": "tags",
            "feats": "tags",
        }
        names = ["NOUN", "AUX", "PART", "VERB", "PUNCT", "ADV", "INTJ", "nsubj", "aux", "advmod", "root", "punct"]
        self.cascade = SimpleNamespace(
            metrics=dict(metrics),
            labels={task: LabelSet(names) for task in metrics},
            config=SimpleNamespace(tasks={task: SimpleNamespace(column=task, kind="tagger") for task in metrics}),
        )

    def annotate(self, sentences: list[list[str]], tasks: list[str]) -> list[dict[str, Tagged | Parsed]]:
        self.seen = sentences
        return [{task: self.answers[task][place] for task in tasks} for place, _ in enumerate(sentences)]

    def compare(self, pairs: object, tasks: object) -> list[object]:
        raise AssertionError("no pairs here")


def tagged(*sentences: str) -> list[Tagged]:
    return [Tagged(sentence.split()) for sentence in sentences]


def parsed(*sentences: str) -> list[Parsed]:
    """`2:nsubj 0:root` says head and relation of every word."""
    trees = []
    for sentence in sentences:
        arcs = [arc.split(":", 1) for arc in sentence.split()]
        trees.append(Parsed(Tree([int(head) for head, _ in arcs], [deprel for _, deprel in arcs])))
    return trees


def test_raw_text_follows_the_treebank_and_sets_paragraphs_apart() -> None:
    sentences = list(read_conllu(TREEBANK))
    assert raw_text(sentences) == "Dogs don't bark. Well-made!\n\nYes"


def test_raw_text_is_cut_by_keys_themselves_and_joined_without_space_where_the_treebank_has_none() -> None:
    block = TREEBANK.replace("# text = Well", "# newpar_block = x\n# text = Well").replace("# newpar\n# text = Yes", "")
    glued = block.replace("punct\t_\t_\n\n", "punct\t_\tSpaceAfter=No\n\n", 1)
    assert raw_text(read_conllu(block)) == "Dogs don't bark. Well-made! Yes"
    assert raw_text(read_conllu(glued)) == "Dogs don't bark.Well-made! Yes"


def test_gold_splitting_and_gold_answers_score_one() -> None:
    splitter = Splitter("Dogs do n't bark .", "Well - made !", "Yes")
    teller = Teller(
        upos=tagged("NOUN AUX PART VERB PUNCT", "ADV PUNCT VERB PUNCT", "INTJ"),
        dep=parsed("4:nsubj 4:aux 4:advmod 0:root 4:punct", "3:advmod 3:punct 0:root 3:punct", "0:root"),
    )
    scores = evaluate_own_tokens(teller, splitter, list(read_conllu(TREEBANK)), ["upos", "dep"])
    assert scores.results["upos"].metrics["accuracy"] == 1.0
    assert scores.results["upos"].metrics["count"] == 10
    assert scores.results["dep"].metrics["las"] == scores.results["dep"].metrics["uas"] == 1.0
    assert scores.table.scores["words"].f1 == scores.table.scores["sentences"].f1 == 1.0
    assert scores.table.scores["tokens"].correct == 8  # don't is one token of the treebank and two of ours


def test_a_segmenter_of_multiword_tokens_gets_tokens_and_words_right() -> None:
    splitter = Splitter("Dogs don't=do+n't bark .", "Well - made !", "Yes")
    teller = Teller(upos=tagged("NOUN AUX PART VERB PUNCT", "ADV PUNCT VERB PUNCT", "INTJ"))
    scores = evaluate_own_tokens(teller, splitter, list(read_conllu(TREEBANK)), ["upos"])
    assert scores.table.scores["tokens"] == Score(9, 9, 9)
    assert scores.table.scores["words"] == Score(10, 10, 10)
    assert scores.results["upos"].metrics["accuracy"] == scores.table.scores["upos"].f1 == 1.0
    assert teller.seen[0] == ["Dogs", "do", "n't", "bark", "."]


def test_the_table_is_what_the_tasks_together_make_of_the_text() -> None:
    splitter = Splitter("Dogs do n't bark .", "Well - made !", "Yes")
    answers = {
        "upos": tagged("NOUN AUX PART NOUN PUNCT", "ADV PUNCT VERB PUNCT", "INTJ"),
        "lemma": tagged("dog do not bark .", "well - made !", "yes"),
        "feats": tagged("_ _ _ _ _", "_ _ _ _", "_"),
        "dep": parsed("4:nsubj 4:aux 4:advmod 0:root 4:punct", "3:advmod 3:punct 0:root 3:punct", "0:root"),
    }
    treebank = list(read_conllu(TREEBANK.replace("INTJ\tUH\t_", "INTJ\tUH\tForeign=Yes")))
    scores = evaluate_own_tokens(Teller(**answers), splitter, treebank, list(answers))
    found = {name: score.correct for name, score in scores.table.scores.items() if NEEDS[name]}
    assert found == {"upos": 9, "ufeats": 9, "lemmas": 9, "uas": 10, "las": 10, "clas": 6, "mlas": 4, "blex": 5}
    assert scores.table.left_out == {
        "xpos": "nothing predicts xpos here",
        "alltags": "nothing predicts xpos here",
    }
    assert scores.results["lemma"].metrics["accuracy"] == scores.results["lemma"].metrics["lemmas"] == 0.9
    dep = scores.results["dep"].metrics
    assert {"clas", "mlas", "blex"} <= dep.keys()
    assert dep["mlas"] == scores.table.scores["mlas"].f1
    assert dep["tokens"] == dep["tokens_f1"]


@pytest.mark.parametrize("tasks", [["upos", "rare"], ["rare", "upos"]])
def test_of_two_tasks_of_one_column_that_of_its_name_stands_in_the_table(tasks: list[str]) -> None:
    splitter = Splitter("Dogs do n't bark .", "Well - made !", "Yes")
    right, wrong = tagged("NOUN AUX PART VERB PUNCT", "ADV PUNCT VERB PUNCT", "INTJ"), tagged("X " * 5, "X " * 4, "X")
    teller = Teller(upos=right, rare=wrong)
    teller.cascade.config.tasks["rare"].column = "upos"
    scores = evaluate_own_tokens(teller, splitter, list(read_conllu(TREEBANK)), tasks)
    assert scores.table.scores["upos"].f1 == scores.results["upos"].metrics["accuracy"] == 1.0
    assert scores.results["rare"].metrics["accuracy"] == 0.0


def test_split_words_and_joined_sentences_cost_what_conll18_says() -> None:
    # "Well-made" stays one word, so the third own sentence has 2 words, and the first two sentences are joined.
    splitter = Splitter("Dogs do n't bark . Well-made !", "Yes")
    teller = Teller(
        upos=tagged("NOUN AUX PART NOUN PUNCT VERB PUNCT", "INTJ"),
        dep=parsed("4:nsubj 4:aux 4:advmod 0:root 4:punct 4:punct 4:punct", "0:root"),
    )
    scores = evaluate_own_tokens(teller, splitter, list(read_conllu(TREEBANK)), ["upos", "dep"])
    words = scores.table.scores["words"]
    assert words == Score(10, 8, 7)
    assert scores.table.scores["sentences"].correct == 1
    upos = scores.results["upos"].metrics
    assert upos["accuracy"] == pytest.approx(2 * 6 / 18)
    assert (upos["precision"], upos["recall"]) == (6 / 8, 6 / 10)
    assert upos["aligned_accuracy"] == pytest.approx(6 / 7)
    assert upos["words_f1"] == words.f1
    dep = scores.results["dep"].metrics
    # `!` hangs from `bark`, whose gold match is in another sentence; its gold head `made` has no match.
    assert dep["uas"] == pytest.approx(2 * 6 / 18)
    assert dep["las"] == pytest.approx(2 * 6 / 18)
    # Own words are counted in the gold sentence in which they begin.
    assert scores.results["dep"].metric.statistics()[:, 1].tolist() == [5, 2, 1]


def test_a_head_without_match_is_wrong_and_a_second_root_too() -> None:
    splitter = Splitter("Dogs do n't bark", ". Well - made !", "Yes")
    teller = Teller(dep=parsed("4:nsubj 4:aux 4:advmod 0:root", "0:root 4:advmod 4:punct 1:root 4:punct", "0:root"))
    dep = evaluate_own_tokens(teller, splitter, list(read_conllu(TREEBANK)), ["dep"]).results["dep"].metrics
    # Wrong: `.` (root of its own sentence, gold head bark) and `made` (hangs from `.`, gold root).
    assert dep["uas"] == pytest.approx(2 * 8 / 20)


def test_labels_that_training_never_saw_are_wrong_and_reported() -> None:
    splitter = Splitter("Dogs do n't bark .", "Well - made !", "Yes")
    teller = Teller(upos=tagged("NOUN AUX PART VERB PUNCT", "ADV PUNCT VERB PUNCT", "NOUN"))
    teller.cascade.labels["upos"] = LabelSet(["NOUN", "AUX", "PART", "VERB", "PUNCT", "ADV"])
    result = evaluate_own_tokens(teller, splitter, list(read_conllu(TREEBANK)), ["upos"]).results["upos"]
    assert result.unseen == {"INTJ": 1}
    assert result.metrics["accuracy"] == pytest.approx(0.9)


def test_spans_are_compared_by_their_characters() -> None:
    sentences = list(read_conllu(TREEBANK))
    for sentence, labels in zip(sentences, ["B-NP B-VP I-VP I-VP O", "B-VP I-VP I-VP O", "O"], strict=True):
        for token, label in zip(sentence.tokens, labels.split(), strict=True):
            token.misc = f"Chunk={label}"
    splitter = Splitter("Dogs do n't bark .", "Well-made !", "Yes")
    teller = Teller(chunk=tagged("B-NP B-VP I-VP I-VP O", "B-VP O", "B-NP"))
    chunk = evaluate_own_tokens(teller, splitter, sentences, ["chunk"]).results["chunk"].metrics
    assert chunk["recall"] == 1.0  # the one own word covers the three gold ones
    assert chunk["precision"] == pytest.approx(3 / 4)


def test_a_task_without_gold_in_the_treebank_is_refused() -> None:
    splitter = Splitter("Dogs do n't bark .", "Well - made !", "Yes")
    teller = Teller(rare=tagged("A A A A A", "A A A A", "A"))
    with pytest.raises(InputError, match="task rare: the treebank has neither a column rare nor Rare= in MISC"):
        evaluate_own_tokens(teller, splitter, list(read_conllu(TREEBANK)), ["rare"])
    teller = Teller(feats=tagged("A A A A A", "A A A A", "A"))
    with pytest.raises(InputError, match="task feats: the treebank has no value in column feats; use --tokens gold"):
        evaluate_own_tokens(teller, splitter, list(read_conllu(TREEBANK)), ["feats"])
