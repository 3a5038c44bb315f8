"""The embedded treebank: valid trees and chunks, agreement, and hard enough to tell a good model from a bad one."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pytest
import spacy

from corpora.generator.lexicon import adjectives, nouns, verbs
from corpora.generator.morphology import gerund, participle, past, plural, third_person
from jmt.formats.conllu_checks import check_tree
from tests.unit.corpora.miniature_files import SPLITS, Token, committed, treebank

CHUNK_TYPES = {"NP", "VP", "PP", "ADJP", "ADVP", "SBAR", "PRT"}
UPOS_OF_FIXED_XPOS = {
    "NN": {"NOUN", "PRON"}, "NNS": {"NOUN"}, "NNP": {"PROPN"}, "NNPS": {"PROPN"}, "PRP": {"PRON"}, "PRP$": {"PRON"},
    "MD": {"AUX"}, "JJ": {"ADJ"}, "JJR": {"ADJ"}, "JJS": {"ADJ"}, "RBR": {"ADV"}, "RBS": {"ADV"}, "TO": {"PART"},
    "POS": {"PART"}, "CC": {"CCONJ"}, "CD": {"NUM"}, "EX": {"PRON"}, "RP": {"ADP"}, "IN": {"ADP", "SCONJ"},
    "DT": {"DET", "PRON"}, "PDT": {"DET"}, "WDT": {"DET", "PRON"}, "WP": {"PRON"}, "WP$": {"PRON"}, "WRB": {"ADV"},
    "UH": {"INTJ"}, "RB": {"ADV", "PART"}, "VB": {"VERB", "AUX"}, "VBD": {"VERB", "AUX"}, "VBN": {"VERB", "AUX"},
    "VBG": {"VERB", "AUX"}, "VBP": {"VERB", "AUX"}, "VBZ": {"VERB", "AUX"}, "$": {"SYM"},
}  # fmt: skip
EVERY = [sentence for split in SPLITS for sentence in treebank(split)]


def tags_in_train() -> dict[str, Counter[str]]:
    """Return how often each word form, in small letters, has each tag in train."""
    tags: dict[str, Counter[str]] = defaultdict(Counter)
    for _, tokens in treebank("train"):
        for token in tokens:
            tags[token.form.lower()][token.xpos] += 1
    return tags


def children(tokens: list[Token], head: int) -> list[Token]:
    """Return the dependents of the word with this number."""
    return [token for token in tokens if token.head == head]


def is_projective(tokens: list[Token]) -> bool:
    """Tell whether every word between a word and its head descends from that head."""
    for number, token in enumerate(tokens, start=1):
        low, high = sorted((number, token.head))
        for between in range(low + 1, high):
            at = between
            while at not in (0, token.head):
                at = tokens[at - 1].head
            if at != token.head:
                return False
    return True


def test_every_sentence_is_a_tree_with_one_root() -> None:
    for text, tokens in EVERY:
        heads = [token.head for token in tokens]
        assert check_tree(heads, strict=True) is None, text
        assert [token.deprel for token in tokens if token.head == 0] == ["root"], text
        assert all(token.deprel != "root" for token in tokens if token.head), text


def test_every_chunk_sequence_is_valid_iob2() -> None:
    for text, tokens in EVERY:
        previous = "O"
        for token in tokens:
            code, _, kind = token.chunk.partition("-")
            assert token.chunk == "O" or (code in "BI" and kind in CHUNK_TYPES), text
            assert code != "I" or previous[2:] == kind, text
            previous = token.chunk


def test_every_tag_goes_with_its_universal_tag() -> None:
    for text, tokens in EVERY:
        for token in tokens:
            allowed = UPOS_OF_FIXED_XPOS.get(token.xpos, {"PUNCT"})
            assert token.upos in allowed, (text, token)


def test_the_finite_verb_agrees_with_its_subject() -> None:
    checked = 0
    for text, tokens in EVERY:
        for number, token in enumerate(tokens, start=1):
            own = children(tokens, number)
            subjects = [child for child in own if child.deprel in ("nsubj", "nsubj:pass")]
            finite = [word for word in [*own, token] if word.xpos in ("VBZ", "VBP") and word.deprel != "xcomp"]
            finite = [word for word in finite if word is token or word.deprel in ("aux", "aux:pass", "cop")]
            if len(subjects) != 1 or len(finite) != 1 or tokens_coordinate(tokens, subjects[0]):
                continue
            form, xpos = subjects[0].form.lower(), subjects[0].xpos
            if xpos in ("NNS", "NNPS") or form in ("i", "you", "we", "they", "these", "those"):
                assert finite[0].xpos == "VBP", text
                checked += 1
            elif xpos in ("NN", "NNP") or form in ("he", "she", "it", "this"):
                assert finite[0].xpos == "VBZ", text
                checked += 1
    assert checked > 800


def tokens_coordinate(tokens: list[Token], subject: Token) -> bool:
    """Tell whether a subject has conjuncts, so that its own number is not that of the whole."""
    number = next(at for at, token in enumerate(tokens, start=1) if token is subject)
    return any(child.deprel == "conj" for child in children(tokens, number))


def test_auxiliaries_ask_for_the_form_of_the_next_verb() -> None:
    for text, tokens in EVERY:
        for number, token in enumerate(tokens, start=1):
            auxiliaries = [child for child in children(tokens, number) if child.deprel in ("aux", "aux:pass")]
            if not auxiliaries or token.upos != "VERB":
                continue
            last = auxiliaries[-1]
            if last.deprel == "aux:pass":
                assert token.xpos == "VBN", text
            elif last.xpos == "MD" or last.form.lower() in ("do", "does", "did"):
                assert token.xpos == "VB", text
            else:
                assert token.xpos in ("VBN", "VBG"), text


def test_a_passive_subject_and_a_passive_auxiliary_come_together() -> None:
    for text, tokens in EVERY:
        for number, _ in enumerate(tokens, start=1):
            relations = [child.deprel for child in children(tokens, number)]
            assert "nsubj:pass" not in relations or "aux:pass" in relations, text
            assert "obl:agent" not in relations or "nsubj" not in relations, text


def test_an_comes_before_a_vowel_and_a_before_a_consonant() -> None:
    for text, tokens in EVERY:
        for token, following in pairwise(tokens):
            if token.form.lower() in ("a", "an") and token.xpos == "DT" and following.form[0].isalpha():
                vowel = following.form[0].lower() in "aeiou" and not following.form.startswith(("use", "uni", "one"))
                assert (token.form.lower() == "an") == (vowel or following.form.startswith("hon")), text


def test_a_determiner_agrees_with_its_noun() -> None:
    singular = {"a", "an", "this", "that", "another", "every"}
    several = {"these", "those"}
    for text, tokens in EVERY:
        for token in tokens:
            if token.deprel == "det" and token.xpos == "DT":
                noun = tokens[token.head - 1]
                assert token.form.lower() not in singular or noun.xpos not in ("NNS", "NNPS"), text
                assert token.form.lower() not in several or noun.xpos == "NNS", text


def test_spacy_splits_the_raw_text_into_the_same_words() -> None:
    tokenizer = spacy.blank("en").tokenizer
    same = sum([word.text for word in tokenizer(text)] == [token.form for token in tokens] for text, tokens in EVERY)
    assert same / len(EVERY) > 0.99


def test_one_to_four_sentences_in_a_hundred_are_not_projective() -> None:
    for split in SPLITS:
        crossing = sum(not is_projective(tokens) for _, tokens in treebank(split))
        assert 0.01 <= crossing / len(treebank(split)) <= 0.04, split


@pytest.mark.parametrize("split", ["dev", "test"])
def test_a_tenth_of_the_words_of_dev_and_test_is_unseen_in_train(split: str) -> None:
    seen = tags_in_train()
    words = [token.form.lower() for _, tokens in treebank(split) for token in tokens]
    assert sum(word not in seen for word in words) / len(words) >= 0.10


def test_the_readme_tells_the_figures_of_the_corpus() -> None:
    readme = committed("README.md")
    sizes = [sum(len(tokens) for _, tokens in treebank(split)) for split in SPLITS]
    assert "| words and marks | | " + " | ".join(f"{size:,}" for size in sizes) + " |" in readme
    seen = tags_in_train()
    ambiguous = [counts for counts in seen.values() if len(counts) > 1]
    types, tokens = len(ambiguous) / len(seen), sum(sum(counts.values()) for counts in ambiguous) / sizes[0]
    assert f"more than one XPOS | 15 % | {100 * types:.1f} % " in readme
    assert f"tokens of such types | 15 % | {100 * tokens:.1f} % " in readme


def test_15_percent_of_types_and_of_tokens_are_ambiguous_in_train() -> None:
    tags = tags_in_train()
    ambiguous = {word for word, counts in tags.items() if len(counts) > 1}
    tokens = sum(sum(counts.values()) for counts in tags.values())
    assert len(ambiguous) / len(tags) >= 0.15
    assert sum(sum(tags[word].values()) for word in ambiguous) / tokens >= 0.15
    assert {"saw", "watch", "that", "her", "light", "run", "painted", "clean"} <= ambiguous


def test_words_held_out_for_dev_and_test_are_not_in_train() -> None:
    seen = tags_in_train()
    held = [noun for noun in nouns() if noun.split != "all"]
    forms = {form for noun in held for form in (noun.lemma, plural(noun.lemma))}
    forms |= {entry.lemma for row in adjectives().values() for entry in row if entry.split != "all"}
    for verb in verbs():
        if verb.split != "all":
            forms |= {form(verb.lemma) for form in (str, third_person, past, participle, gerund)}
    assert not forms & seen.keys()


def test_all_relations_of_the_grammar_are_in_every_split() -> None:
    expected = {
        "nsubj", "nsubj:pass", "obj", "iobj", "csubj", "ccomp", "xcomp", "obl", "obl:agent", "obl:unmarked", "advcl",
        "advmod", "aux", "aux:pass", "cop", "mark", "nmod", "nmod:poss", "nmod:desc", "nmod:unmarked", "appos",
        "nummod", "acl", "acl:relcl", "amod", "det", "det:predet", "case", "conj", "cc", "compound", "compound:prt",
        "flat", "expl", "punct", "root",
    }  # fmt: skip
    for split in SPLITS:
        relations = {token.deprel for _, tokens in treebank(split) for token in tokens}
        assert expected <= relations, split


def test_a_majority_baseline_is_clearly_below_a_model_of_endings_and_neighbours() -> None:
    tags = tags_in_train()
    dev = [token for _, tokens in treebank("dev") for token in tokens]
    usual = {word: counts.most_common(1)[0][0] for word, counts in tags.items()}
    baseline = sum(usual.get(token.form.lower(), "NN") == token.xpos for token in dev) / len(dev)
    assert 0.80 <= baseline <= 0.90
    assert perceptron_accuracy() >= baseline + 0.06


def perceptron_accuracy() -> float:
    """Train a greedy perceptron (words, endings, neighbours, the tag before) on half of train; score it on dev."""
    weights: dict[str, Counter[str]] = defaultdict(Counter)
    labels = sorted({token.xpos for _, tokens in treebank("train") for token in tokens})

    def predict(features: list[str]) -> str:
        scores: Counter[str] = Counter()
        for feature in features:
            if feature in weights:
                scores.update(weights[feature])
        return max(labels, key=lambda label: scores[label])

    for _ in range(3):
        for _, tokens in treebank("train")[:1500]:
            before = "<"
            for at, token in enumerate(tokens):
                features = features_of(tokens, at, before)
                guess = predict(features)
                if guess != token.xpos:
                    for feature in features:
                        weights[feature][token.xpos] += 1
                        weights[feature][guess] -= 1
                before = guess
    right = words = 0
    for _, tokens in treebank("dev"):
        before = "<"
        for at, token in enumerate(tokens):
            before = predict(features_of(tokens, at, before))
            right += before == token.xpos
            words += 1
    return right / words


def features_of(tokens: list[Token], at: int, before: str) -> list[str]:
    """Return the features of a word in its place."""
    form = tokens[at].form
    lower = form.lower()
    after = tokens[at + 1].form.lower() if at + 1 < len(tokens) else ">"
    shape = "1" if form[0].isdigit() else "A" if form[0].isupper() and at else "a"
    earlier = tokens[at - 1].form.lower() if at else "<"
    return [
        f"w={lower}", f"3={lower[-3:]}", f"2={lower[-2:]}", f"shape={shape}", f"t={before}", f"tw={before} {lower}",
        f"a={after}", f"a3={after[-3:]}", f"e={earlier}",
    ]  # fmt: skip
