"""Properties of the formats on generated input: round trips, and no fault but a CorpusError."""

from __future__ import annotations

import io
import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jmt.document import Chunk, Document, EmptyNode, MultiwordToken, Sentence, Token
from jmt.document.tree_drawing import draw_sentence
from jmt.errors import CorpusError
from jmt.formats import columns, conll2000, jsonl, pairs, text
from jmt.formats.conllu import lay_out_document, read_conllu, write_sentence
from jmt.formats.conllu_checks import check_tree
from jmt.formats.tables.reading import read_table
from jmt.safety.printable import printable

characters = st.characters(codec="utf-8")
cells = st.text(
    characters.filter(lambda character: character not in "\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"), min_size=1
)
words = cells.filter(str.strip)
plain_words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), min_size=1).filter(str.strip)
labels = st.text("abcXYZ:-", min_size=1, max_size=6)


@st.composite
def trees(draw: st.DrawFn, count: int) -> list[int]:
    """Heads of a tree with one root: each word hangs on one that was drawn before it."""
    order = draw(st.permutations(range(1, count + 1)))
    heads = [0] * count
    for place, word in enumerate(order[1:], start=1):
        heads[word - 1] = draw(st.sampled_from(order[:place]))
    return heads


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    """A sentence with everything that CoNLL-U has."""
    count = draw(st.integers(1, 6))
    heads = draw(trees(count))
    tokens = [
        Token(
            position,
            draw(words),
            labels=draw(st.dictionaries(st.sampled_from(["upos", "xpos", "feats"]), labels)) | {"lemma": draw(cells)},
            head=heads[position - 1],
            deprel=draw(labels),
            deps=draw(labels),
            misc=draw(st.sampled_from(["_", "SpaceAfter=No", "A=b|SpaceAfter=No"])),
        )
        for position in range(1, count + 1)
    ]
    cuts = sorted(draw(st.sets(st.integers(1, count), max_size=3)))
    multiword = [
        MultiwordToken(first, last - 1, draw(words), others=tuple(draw(labels) for _ in range(7)))
        for first, last in itertools.pairwise(cuts)
    ]
    after = draw(st.lists(st.integers(0, count), max_size=3).map(sorted))
    empty = [
        EmptyNode(f"{word}.{number}", tuple(draw(cells) for _ in range(9)))
        for word, group in itertools.groupby(after)
        for number, _ in enumerate(group, start=1)
    ]
    comments = [f"# {comment}" for comment in draw(st.lists(cells, max_size=2))]
    return Sentence(tokens, comments=comments, multiword_tokens=multiword, empty_nodes=empty, verbatim=True)


@given(st.lists(sentences(), max_size=3))
@settings(max_examples=30)
def test_conllu_survives_a_round_trip_byte_for_byte(generated):
    written = "".join(map(write_sentence, generated))

    assert "".join(map(write_sentence, read_conllu(written, strict=True))) == written


@given(st.lists(sentences(), max_size=3))
@settings(max_examples=30)
def test_every_sentence_of_conllu_can_be_laid_out_without_changing_its_rows(generated):
    written = "".join(map(write_sentence, generated))

    document = lay_out_document(read_conllu(written))

    assert document.to_conllu() == written
    for token in document.tokens:
        assert 0 <= token.start <= token.end <= len(document.text)


@given(st.lists(st.tuples(plain_words, st.sampled_from(["", " ", "  ", "\n", "\u00a0 "])), min_size=1, max_size=8))
def test_forms_and_spaces_of_raw_text_spell_its_comment(pieces):
    tokens, raw = [], ""
    for position, (word, gap) in enumerate(pieces, start=1):
        tokens.append(Token(position, word, len(raw), len(raw) + len(word)))
        raw += word + gap
    end = tokens[-1].end

    conllu = Document(raw, [Sentence(tokens, raw[:end], 0, end)]).to_conllu()

    (sentence,) = read_conllu(conllu)
    assert [token.text for token in sentence.tokens] == [word for word, _ in pieces]
    spelled = "".join(
        token.text + ("" if "SpaceAfter=No" in token.misc else " ") for token in sentence.tokens[:-1]
    ) + sentence.tokens[-1].text  # fmt: skip
    assert sentence.comment("text") == spelled.strip()


@given(sentences())
@settings(max_examples=30)
def test_documents_survive_json(generated):
    generated.spans = {"chunk": [Chunk("NP", 1, len(generated.tokens))]}
    document = lay_out_document([generated])

    entry = json.loads(jsonl.write_jsonl_line(document.to_dict()))

    assert Document.from_dict(entry).to_dict() == document.to_dict()


@given(sentences())
@settings(max_examples=30)
def test_every_tree_is_drawn_on_a_line_per_word(generated):
    generated.spans = {"chunk": [Chunk("NP", 1, 1)]}

    drawn = draw_sentence(generated)

    assert len(drawn.splitlines()) == len(generated.tokens) + 2
    assert printable(drawn) == drawn


@given(st.integers(1, 30).flatmap(trees))
def test_every_tree_passes_the_check_and_no_tree_does_once_its_root_is_hung_up(heads):
    assert check_tree(heads, strict=True) is None

    root = heads.index(0)
    for governor in range(1, len(heads) + 1):
        assert check_tree([*heads[:root], governor, *heads[root + 1 :]], strict=True) is not None


conllu_like = st.lists(
    st.sampled_from([*"0123_-.#=ab", "\t", "\t_\t", "\t0\t", "\n", "1\ta", "\t_" * 8, "2-3\t", "1.1\t"])
)


@given(st.text(characters) | conllu_like.map("".join))
def test_any_text_is_conllu_or_refused_with_a_line(source):
    refusal = None
    try:
        written = "".join(map(write_sentence, read_conllu(source, path="x")))
    except CorpusError as error:
        refusal = error

    if refusal is None:
        assert "".join(map(write_sentence, read_conllu(written))) == written
    else:
        assert refusal.line is not None


READERS = [
    conll2000.read_conll2000,
    columns.read_columns,
    pairs.read_sick,
    pairs.read_stsb,
    read_table,
    jsonl.read_jsonl,
]


@pytest.mark.parametrize("read", READERS)
@given(content=st.binary() | st.text(characters).map(str.encode))
def test_any_file_is_read_or_refused(read, content, tmp_path):
    path = tmp_path / "any"
    path.write_bytes(content)
    refusal, lines = None, []
    try:
        lines = [row["line"] for row in read(path)]
    except CorpusError as error:
        refusal = str(error)  # not the error: its traceback and this frame would keep the file open in a circle

    assert str(path) in refusal if refusal is not None else min(lines) >= 1


@given(st.lists(st.text(characters.filter(lambda character: character not in "\r\n\0"))))
def test_lines_come_back_as_they_were_joined(lines):
    joined = "".join(line + "\n" for line in lines).encode("utf-8")
    expected = [lines[0].removeprefix("\ufeff"), *lines[1:]] if lines else []

    assert list(text.decoded_lines(io.BytesIO(joined), "x", allow_empty=True)) == expected
