"""Tables as people have them, in eight formats: each gives exactly its rows, or one line that says what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import datasets
import pytest

from jmt.data.cards import CorpusSpec, Family
from jmt.data.catalogue import load_corpus
from jmt.errors import CorpusError
from tests.unit.data.corpus_files import WhiteSpace


def parquet(rows: dict[str, list[Any]], **features: Any) -> Callable[[Path], None]:
    """Say how a Parquet file is written."""

    def write(path: Path) -> None:
        dataset = datasets.Dataset.from_dict(rows)
        for name, feature in features.items():
            dataset = dataset.cast_column(name, feature)
        dataset.to_parquet(path)

    return write


def text(line: int, words: str, **others: Any) -> dict[str, Any]:
    return {"text": words, "tokens": words.split(), **others, "line": line}


def pair(line: int, first: str, second: str, **others: Any) -> dict[str, Any]:
    return {"first": first, "second": second, **others, "line": line}


def words(line: int, tokens: str, **labels: str) -> dict[str, Any]:
    return {"tokens": tokens.split(), **{name: value.split() for name, value in labels.items()}, "line": line}


NLI = datasets.ClassLabel(names=["entailment", "neutral", "contradiction"])
NLI_LABELS = {"0": "entailment", "1": "neutral", "2": "contradiction"}
SENTENCES: Family = "sentences"
PAIRS: Family = "pairs"
Content = str | bytes | Callable[[Path], None]

READ: dict[str, tuple[str, Family, Content, dict[str, Any], list[dict[str, Any]]]] = {
    # CSV between commas
    "csv with quotes, commas and a line end inside": (
        "a.csv", SENTENCES, 'text,label\n"He said ""no"", twice",x\n"two\nlines",y\nplain,x\n', {},
        [text(2, 'He said "no", twice', label="x"), text(3, "two\nlines", label="y"), text(5, "plain", label="x")],
    ),
    "csv with a byte order mark and CRLF": (
        "a.csv", SENTENCES, b"\xef\xbb\xbfReview,Sentiment\r\ngood,pos\r\nbad,neg\r\n", {},
        [text(2, "good", label="pos"), text(3, "bad", label="neg")],
    ),
    "csv of old line ends": (
        "a.csv", SENTENCES, b"text,label\rgood,pos\rbad,neg\r", {},
        [text(2, "good", label="pos"), text(3, "bad", label="neg")],
    ),
    "csv of pandas with its index": (
        "a.csv", SENTENCES, ",text,stars\n0,fine,4\n1,so so,2.5\n", {},
        [text(2, "fine", score=4.0), text(3, "so so", score=2.5)],
    ),
    "csv of pairs, the columns told": (
        "a.csv", PAIRS, "a,b,c\nOne,Two,entailment\n", {"columns": {"first": "a", "second": "b", "entailment": "c"}},
        [pair(2, "One", "Two", entailment="entailment")],
    ),
    "csv of words, a sentence per line": (
        "a.csv", SENTENCES, "Words,POS\nA cat sits,DET NOUN VERB\nGo,VERB\n", {},
        [words(2, "A cat sits", upos="DET NOUN VERB"), words(3, "Go", upos="VERB")],
    ),
    "csv of words, numbered sentences": (
        "a.csv", SENTENCES, "Sentence #,Word,POS,Tag\n1,A,DT,O\n,cat,NN,B-x\n2,Go,VB,O\n", {},
        [words(2, "A cat", upos="DT NN", ner="O B-x"), words(4, "Go", upos="VB", ner="O")],
    ),
    # between semicolons
    "semicolons, with commas in the text": (
        "b.csv", SENTENCES, "text;label\nWell, yes;x\n\"a; b\";y\n", {},
        [text(2, "Well, yes", label="x"), text(3, "a; b", label="y")],
    ),
    "semicolons, blanks around the header and blank lines": (
        "b.csv", SENTENCES, " Text ; Class \n\na;x\n\n;;\nb;y\n".replace(";;", ";"), {},
        [text(3, "a", label="x"), text(6, "b", label="y")],
    ),
    "a header that the delimiter has to cut": (
        "b.csv", SENTENCES, "text;a,b\nx;y\n", {"delimiter": ";"}, [text(2, "x")],
    ),
    # TSV whose quotation marks are text
    "tsv of pairs whose marks are text": (
        "c.tsv", PAIRS, 'sentence1\tsentence2\tlabel\n"Hello" he said\t"No."\tneutral\n"A\tB"\tentailment\n', {},
        [pair(2, '"Hello" he said', '"No."', entailment="neutral"), pair(3, '"A', 'B"', entailment="entailment")],
    ),
    "tsv of words, a mark being a word": (
        "c.tsv", SENTENCES, 'token\tpos\n"\tPUNCT\nGo\tVERB\n"\tPUNCT\n\nOK\tINTJ\n', {},
        [words(2, '" Go "', upos="PUNCT VERB PUNCT"), words(6, "OK", upos="INTJ")],
    ),
    "tsv without a header": (
        "c.tsv", PAIRS, "A cat.\tA dog.\n", {}, [pair(1, "A cat.", "A dog.")],
    ),
    "tsv of SNLI, pairs without gold": (
        "c.tsv", PAIRS, "gold_label\tsentence1\tsentence2\nneutral\tA\tB\n-\tC\tD\n", {},
        [pair(2, "A", "B", entailment="neutral"), pair(3, "C", "D", entailment="-")],
    ),
    "tsv with marks that are told to be text": (
        "c.tsv", PAIRS, 'first\tsecond\n"Hi."\t"Ho."\n', {"quoting": "text"}, [pair(2, '"Hi."', '"Ho."')],
    ),
    # TSV as pandas writes it
    "tsv of pandas": (
        "d.tsv", PAIRS, 'first\tsecond\tlabel\n"He said ""no"""\tB\tneutral\n"a\tb"\tC\tneutral\n', {},
        [pair(2, 'He said "no"', "B", entailment="neutral"), pair(3, "a\tb", "C", entailment="neutral")],
    ),
    "tsv with a quoted header": (
        "d.tsv", SENTENCES, '"text"\t"score"\r\n"Good."\t"3.5"\r\n', {}, [text(2, "Good.", score=3.5)],
    ),
    "tsv with a line end inside": (
        "d.tsv", SENTENCES, 'text\tlabel\n"one\ntwo"\tx\nb\ty\n', {},
        [text(2, "one\ntwo", label="x"), text(4, "b", label="y")],
    ),
    # JSON lines
    "json lines of texts with whole numbers as labels": (
        "e.jsonl", SENTENCES, '{"text": "a \\"b\\"", "label": 1}\n\n{"label": 0, "text": "c", "more": null}\n', {},
        [text(1, 'a "b"', label="1"), text(3, "c", label="0")],
    ),
    "json lines of words as text": (
        "e.jsonl", SENTENCES, '{"tokens": "A cat", "ner_tags": "O B-x"}\n{"tokens": ["Go"], "ner_tags": ["O"]}\n', {},
        [words(1, "A cat", ner="O B-x"), words(2, "Go", ner="O")],
    ),
    "json lines under another name": (
        "e.txt", PAIRS, '{"premise": "a", "hypothesis": "b", "label": 2}\n', {"labels": NLI_LABELS},
        [pair(1, "a", "b", entailment="contradiction")],
    ),
    # Parquet
    "parquet with names of classes": (
        "f.parquet", PAIRS, parquet({"premise": ["a", "b"], "hypothesis": ["c", "d"], "label": [2, -1]}, label=NLI), {},
        [pair(1, "a", "c", entailment="contradiction"), pair(2, "b", "d", entailment="-")],
    ),
    "parquet of texts and grades": (
        "f.parquet", SENTENCES, parquet({"body": ["a b"], "rating": [4]}), {"columns": {"text": "body"}},
        [text(1, "a b", score=4.0)],
    ),
    # SICK and STS-Benchmark
    "sts-benchmark": (
        "g.csv", PAIRS, 'news\tx\t2013\t9\t3.5\t"Cats" sit.\tDogs.\n', {},
        [pair(1, '"Cats" sit.', "Dogs.", relatedness=3.5)],
    ),
    "sick in the hands of a spreadsheet": (
        "g.csv", PAIRS, "pair_ID;sentence_A;sentence_B;relatedness_score;entailment_label\r\n1;A;B;3.5;NEUTRAL\r\n", {},
        [pair(2, "A", "B", relatedness=3.5, entailment="neutral")],
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[str, Family, Content, dict[str, Any], int | None, str]] = {
    "a decimal comma": ("a.csv", SENTENCES, "text;score\na;3,5\n", {}, 2, "if `3,5` is meant as 3.5, write it so"),
    "a grade out of range": (
        "a.csv", SENTENCES, "text,stars\na,3\nb,9\n", {"score_range": (1, 5)}, 3,
        "score is `9`; allowed is a number from 1"
    ),
    "a grade that is none": ("a.csv", SENTENCES, "text,score\na,3\nb,low\n", {}, 3, "score is `low`"),
    "an empty text": ("a.csv", SENTENCES, "text,label\na,x\n  ,y\n", {}, 3, "the text is empty"),
    "an empty grade of a pair": ("a.tsv", PAIRS, "s1\ts2\tscore\na\tb\t\n", {}, 2, "relatedness score is ``"),
    "an empty label of a pair": ("a.csv", PAIRS, "s1,s2,label\na,b,\n", {}, 2, "the label is empty; `-` says"),
    "a ragged row": (
        "a.csv", SENTENCES, "text,label\na,x\n\nb\n", {}, 4, "1 column where each line has 2 between commas"
    ),
    "a ragged row behind a long one": (
        "a.csv", SENTENCES, 'text,label\n"a\nb",x\nc,d,e\n', {}, 4, "3 columns where each line has 2"
    ),
    "a header with a name twice": ("a.csv", SENTENCES, "text,label,label\na,x,y\n", {}, 1, "the column `label` twice"),
    "a header in capitals and not": (
        "a.csv", SENTENCES, "text,Text\na,x\n", {}, 1, "`text` twice, in capitals and not"
    ),
    "no column of text": ("a.csv", SENTENCES, "id,label\n1,x\n", {}, 1, "no column that is known to hold a sentence"),
    "two columns of text": ("a.csv", SENTENCES, "question,sentence\na,b\n", {}, 1, "may each be the text: say which"),
    "one sentence of a pair": (
        "a.csv", PAIRS, "sentence1,label\na,x\n", {}, 1, "a header that names one sentence only"
    ),
    "commas without a header": ("a.csv", PAIRS, "A cat,A dog\n", {}, 1, "no header that is known"),
    "a column that is told and not there": (
        "a.csv", SENTENCES, "text,label\na,x\n", {"columns": {"text": "body"}}, 1,
        "no column 'body', which `columns` names"
    ),
    "a header that can be cut twice": ("a.csv", SENTENCES, "a,b;c\n1,2;3\n", {}, 1, "say which, as in delimiter"),
    "a mark that is never closed": ("a.csv", SENTENCES, 'text,label\na,x\n"b,y\nc,z\n', {}, 3, "is never closed"),
    "a cell that goes on": ("a.csv", SENTENCES, 'text,label\n"a" b,x\n', {}, 2, "goes on behind the quotation mark"),
    "marks that could be both": ("a.tsv", PAIRS, 'first\tsecond\n"Hi."\t"Ho."\n', {}, None, 'quoting = "text" or'),
    "numbers for entailment": ("a.csv", PAIRS, "premise,hypothesis,label\na,b,1\n", {}, 2, "the number `1`"),
    "a label that is not named": (
        "a.csv", SENTENCES, "text,label\na,x\nb,y\n", {"labels": {"x": "good"}}, 3, "`y` is none of those that `labels`"
    ),
    "words without an end": (
        "a.tsv", SENTENCES, "word\tpos\na\tX\nb\tY\n", {}, 2, "nothing says where a sentence ends"
    ),
    "fewer labels than words": ("a.csv", SENTENCES, "tokens,upos\na b,X\n", {}, 2, "1 values of upos for 2 tokens"),
    "a label of no span": ("a.tsv", SENTENCES, "word\tner\na\tO\nb\tX\n\n", {}, 3, "label is `X`; allowed are `O`"),
    "an empty label of a word": (
        "a.tsv", SENTENCES, "word\tpos\na\tX\nb\t\n\n", {}, 3, "an empty cell in the column `pos`"
    ),
    "UTF-16": ("a.csv", SENTENCES, "text,label\na,x\n".encode("utf-16"), {}, 1, "this looks like UTF-16LE"),
    "a NUL": ("a.csv", SENTENCES, b"text,label\na\0,x\n", {}, 2, "a NUL"),
    "nothing but a header": ("a.csv", SENTENCES, "text,label\n", {}, None, "no sentence in this file"),
    "json that is no table": ("a.jsonl", SENTENCES, '[{"text": "a"}]\n', {}, 1, "a JSON array where each line"),
    "json without its text": (
        "a.jsonl", SENTENCES, '{"text": "a"}\n{"txt": "b"}\n', {}, 2, "'text' is missing; there are txt"
    ),
    "json whose text is a number": ("a.jsonl", SENTENCES, '{"text": 7}\n', {}, 1, "the text is no text"),
    "parquet of numbers for entailment": (
        "a.parquet", PAIRS, parquet({"premise": ["a"], "hypothesis": ["b"], "label": [0]}), {}, 1, "the number `0`"
    ),
    "no parquet": ("a.parquet", SENTENCES, "text,label\n", {}, None, "no parquet file"),
}  # fmt: skip


def load(tmp_path: Path, name: str, family: Family, content: Content, told: dict[str, Any]) -> datasets.Dataset:
    path = tmp_path / name
    if callable(content):
        content(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    spec = CorpusSpec.model_validate({"train": str(path), **told})
    return load_corpus(spec, family=family, splits=["train"], tokenizer=WhiteSpace())["train"]


@pytest.mark.parametrize("case", READ)
def test_a_table_gives_exactly_its_rows(tmp_path: Path, case: str):
    name, family, content, told, expected = READ[case]

    found = list(load(tmp_path, name, family, content, told))

    assert [{key: row[key] for key in wanted} for row, wanted in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize("case", REFUSED)
def test_a_table_that_cannot_be_read_gives_one_line_with_its_place(tmp_path: Path, case: str):
    name, family, content, told, line, reason = REFUSED[case]

    with pytest.raises(CorpusError) as caught:
        load(tmp_path, name, family, content, told)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / name}:{line}: " if line else f"{tmp_path / name}: ")
    assert reason in message
    assert "\n" not in message
