"""Raw text to sentences and tokens: offsets, sentence ends, odd characters, bounded memory."""

from __future__ import annotations

import os
import time
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jmt.errors import ConfigError, InputError
from jmt.segmentation import RuleSegmenter
from jmt.segmentation import rules as segmentation

ENGLISH = RuleSegmenter("en")


def sentences_of(text: str, segmenter: RuleSegmenter = ENGLISH) -> list[str]:
    """The text of every sentence, from its first to its last token."""
    return [text[sentence[0][1] : sentence[-1][2]] for sentence in segmenter.segment(text)]


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("aB.!?\"'()-,…1 \n\r\t\ufeff\u200b\x00\x07\x85\u2028é😀👩‍👩‍👧_=*")))
@example("\ufeffA cat.\r\n\r\nA dog.")
def test_every_code_point_but_white_space_and_controls_is_inside_exactly_one_token(text: str):
    spans = [span for sentence in ENGLISH.segment(text) for span in sentence]
    covered = [place for _, start, end, _ in spans for place in range(start, end)]
    first = 1 if text.startswith("\ufeff") else 0

    assert all(text[start:end] == token and token for token, start, end, _ in spans)
    assert covered == sorted(set(covered))
    assert [p for p in range(first, len(text)) if not text[p].isspace() and unicodedata.category(text[p]) != "Cc"] == [
        p for p in covered if not text[p].isspace()
    ]
    assert not any(token.isspace() or any(unicodedata.category(sign) == "Cc" for sign in token) for token, *_ in spans)


def test_chunks_one_by_one_give_the_tokens_that_spacy_gives_for_the_whole_text():
    import spacy

    text = "Mr. Smith's dogs (two of them) don't cost $5.50, e.g. at 3pm; see http://a.org/b?c=d or well-known ads."
    whole = [token.text for token in spacy.blank("en")(text) if not token.is_space]

    assert ENGLISH.tokenize(text) == whole


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He left. She stayed.", ["He left.", "She stayed."]),
        ("so it ends. and begins again!", ["so it ends.", "and begins again!"]),
        ("One line\nand the next", ["One line\nand the next"]),
        ("A title\n\nA paragraph", ["A title", "A paragraph"]),
        ("A title\r\n \t\r\nA paragraph", ["A title", "A paragraph"]),
        ('"Stop!" he said. "Why?" she asked.', ['"Stop!" he said.', '"Why?" she asked.']),
        ('He said "no." "Why?" she asked.', ['He said "no."', '"Why?" she asked.']),
        ("It rained. (Nobody minded.) We went.", ["It rained.", "(Nobody minded.)", "We went."]),
        ("Mr. Brown met Dr. Green of the U.S. Army.", ["Mr. Brown met Dr. Green of the U.S. Army."]),
        ("Bring pens, paper, etc. The rest is here.", ["Bring pens, paper, etc.", "The rest is here."]),
        ("Bring pens, paper, etc. for all.", ["Bring pens, paper, etc. for all."]),
        ("It is 3.5 km to A. B. Clark.", ["It is 3.5 km to A. B. Clark."]),
        ("Well... maybe not. Or... Yes!", ["Well... maybe not.", "Or...", "Yes!"]),
        ("1. Take a cup.\n\n2. Fill it.", ["1. Take a cup.", "2. Fill it."]),
        ("Thanks! :) See you.", ["Thanks! :)", "See you."]),
        ("I like the dress.The hat is bad.", ["I like the dress.", "The hat is bad."]),
        ("Really?! Yes!!! No...", ["Really?!", "Yes!!!", "No..."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]):
    assert sentences_of(text) == expected


def test_french_has_its_own_words_and_quotes():
    french = RuleSegmenter("fr")

    assert french.tokenize("L'homme qu'il a vu n'est pas là.") == (
        ["L'", "homme", "qu'", "il", "a", "vu", "n'", "est", "pas", "là", "."]
    )
    assert sentences_of("« Viens ! » Il est parti.", french) == ["« Viens ! »", "Il est parti."]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Why?! No!!!", ["Why", "?!", "No", "!!!"]),
        ("==== <<x>>", ["====", "<<", "x", ">>"]),
        ("an e-mail, 555-123-4567", ["an", "e-mail", ",", "555-123-4567"]),
        ("a well-known id etc.", ["a", "well", "-", "known", "id", "etc."]),
        ("x (y))", ["x", "(", "y", ")", ")"]),
    ],
)
def test_words_that_treebanks_keep_whole_stay_whole(text: str, tokens: list[str]):
    assert ENGLISH.tokenize(text) == tokens


@pytest.mark.parametrize("text", ["", " \t\r\n\u2003", "\ufeff", "\n\n\n"])
def test_blank_text_has_no_sentences(text: str):
    assert ENGLISH.segment(text) == []
    assert ENGLISH.tokenize(" ") == []


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "!" * 100_000, "(a)" * 30_000, "😀" * 100_000, "'" * 499, "a-" * 50_000 + "."]
)
def test_overlong_words_take_no_time_and_lose_nothing(text: str):
    started = time.perf_counter()
    tokens = ENGLISH.tokenize(text)

    assert "".join(tokens) == text
    assert time.perf_counter() - started < 2


def test_a_sentence_that_never_ends_is_cut():
    lengths = [len(sentence) for sentence in ENGLISH.segment("word " * 13_000)]

    assert sum(lengths) == 13_000
    assert max(lengths) <= segmentation.LONGEST_SENTENCE
    assert len(ENGLISH.segment("word " * 5_000)) == 1


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("a:-/.,()[]'\"…😀@&=~*_^1$%;!?h"), min_size=1, max_size=6), st.integers(1, 499))
@example("a:", 499)
@example("http://", 490)
def test_signs_make_no_more_tokens_of_a_stretch_than_a_bound(unit: str, length: int):
    """What a parser does grows with the square of a sentence: its work is bounded where its words are."""
    stretch = (unit * length)[:length]
    tokens = ENGLISH.tokenize(stretch)

    assert "".join(tokens) == stretch
    assert len(tokens) <= segmentation.MOST_SIGNS


def test_the_limit_of_a_sentence_holds_whatever_the_last_stretch_brings(monkeypatch: pytest.MonkeyPatch):
    stretch = "a:" * 40
    monkeypatch.setattr(segmentation, "LONGEST_SENTENCE", 100)
    lengths = [len(sentence) for sentence in ENGLISH.segment(" ".join([f"word {stretch}"] * 9))]

    assert max(lengths) <= 100
    assert sum(lengths) == 9 * 81


def test_languages_without_spaces_keep_the_words_of_a_long_stretch():
    assert len(RuleSegmenter("zh").tokenize("天" * 300)) == 300


@pytest.mark.parametrize(
    ("language", "package"), [("vi", "pyvi"), ("ja", "sudachipy"), ("ko", "mecab-ko"), ("th", "PyThaiNLP")]
)
def test_a_language_whose_package_is_missing_is_refused_only_where_text_is_split(language: str, package: str):
    segmenter = RuleSegmenter(language)

    assert segmenter.segment(" ") == []
    for split in (segmenter.segment, segmenter.tokenize):
        with pytest.raises(ConfigError, match=rf"(?s)'{language}': .*{package}.*--from tokens"):
            split("A b")


def test_half_a_surrogate_pair_is_refused_and_named():
    with pytest.raises(InputError, match="surrogate"):
        ENGLISH.segment("A \ud800 b.")


@pytest.mark.parametrize("language", ["qq", "yue", "wo", "pcm"])
def test_a_language_without_rules_is_refused_only_where_text_is_split(language: str):
    segmenter = RuleSegmenter(language)

    assert isinstance(segmenter.refusal, ConfigError)
    for split in (segmenter.segment, segmenter.tokenize):
        with pytest.raises(ConfigError, match=rf"'{language}': .*no rules for it.*--from tokens.*`segmenter`.*'xx'"):
            split("A b")


@pytest.mark.parametrize("language", ["en", "grc", "xx"])
def test_a_language_with_rules_has_nothing_to_refuse(language: str):
    assert RuleSegmenter(language).refusal is None


def test_memory_of_chunks_is_bounded_and_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    text = " ".join(f'word{number}, it\'s U.S. "x{number}"' for number in range(60))
    expected = ENGLISH.segment(text)
    monkeypatch.setattr(segmentation, "MOST_CHUNKS", 70)
    small = RuleSegmenter("en")

    assert small.segment(text) == expected
    assert len(small._tokenizer.chunks) <= 70


def test_eight_threads_get_what_one_gets(monkeypatch: pytest.MonkeyPatch):
    texts = [f'Dr. A{number} came. "Why?" said b{number}-c. He\'s {number}!' for number in range(200)]
    expected = [ENGLISH.segment(text) for text in texts]
    monkeypatch.setattr(segmentation, "MOST_CHUNKS", 500)
    shared = RuleSegmenter("en")
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda _: [shared.segment(text) for text in texts], range(8)))

    assert results == [expected] * 8


def test_the_name_tells_library_language_and_rules():
    assert ENGLISH.name_and_version.startswith("spacy-3.")
    assert ENGLISH.name_and_version != RuleSegmenter("fr").name_and_version


def test_sentences_of_ewt_dev_are_found_better_than_by_full_stops_alone():
    """The measure of CoNLL-18: F1 of sentence spans over characters that are not white space."""
    if not os.environ.get("JMT_CORPORA"):
        pytest.skip("JMT_CORPORA is not set: the real treebank is not here")
    text, gold = raw_text_of(Path(os.environ["JMT_CORPORA"]) / "ewt" / "en_ewt-ud-dev.conllu")
    found = {(sentence[0][1], sentence[-1][2]) for sentence in ENGLISH.segment(text)}

    assert 2 * len(found & gold) / (len(found) + len(gold)) > 0.85  # spaCy's sentencizer: 0.826


def raw_text_of(treebank: Path) -> tuple[str, set[tuple[int, int]]]:
    """The running text of a treebank, paragraphs apart, and the spans of its sentences."""
    text, spans, separator = "", set(), ""
    for line in treebank.read_text(encoding="utf-8").split("\n"):
        if line.startswith(("# newdoc", "# newpar")) and text:
            separator = "\n\n"
        if line.startswith("# text = "):
            sentence = line.removeprefix("# text = ")
            text += separator
            spans.add((len(text), len(text) + len(sentence)))
            text += sentence
            separator = " "
    return text, spans
