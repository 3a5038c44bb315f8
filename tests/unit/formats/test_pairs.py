"""Pairs of SICK, STS-Benchmark and plain tables: what is read, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from jmt.data.readers import READERS, ReaderOptions
from jmt.errors import CorpusError
from jmt.formats.notes import ignore_note
from jmt.formats.pairs import read_sick, read_stsb
from jmt.formats.tables.reading import read_table
from jmt.formats.tables.rows import TableOptions

SEMEVAL = "pair_ID\tsentence_A\tsentence_B\trelatedness_score\tentailment_judgment\n"
ONE_FILE = (
    "pair_ID\tsentence_A\tsentence_B\tentailment_label\trelatedness_score\tentailment_AB\tentailment_BA\t"
    "sentence_A_original\tsentence_B_original\tsentence_A_dataset\tsentence_B_dataset\tSemEval_set\n"
)


def sick(score: str = "3.5", label: str = "NEUTRAL", first: str = "A dog runs") -> str:
    return f"7\t{first}\tA cat sits\t{score}\t{label}\n"


def one_file(label: str, part: str) -> str:
    return f"7\tA dog runs\tA cat sits\t{label}\t2.5\tA\tB\tx\ty\tF\tF\t{part}\n"


def refusal(read, path, **options) -> str:
    with pytest.raises(CorpusError) as raised:
        list(read(path, **options))
    return str(raised.value)


def read_pairs(path, note=ignore_note, **told):
    return read_table(path, TableOptions("pairs", **told), note=note)


def test_both_releases_of_sick_are_read(file_of):
    expected = {"first": "A dog runs", "second": "A cat sits", "line": 2}

    assert list(read_sick(file_of(SEMEVAL + sick()))) == [{**expected, "relatedness": 3.5, "entailment": "neutral"}]
    assert list(read_sick(file_of(ONE_FILE + one_file("ENTAILMENT", "TRAIN")))) == [
        {**expected, "relatedness": 2.5, "entailment": "entailment"}
    ]


def test_a_part_of_the_one_file_release_may_be_chosen(file_of):
    path = file_of(ONE_FILE + one_file("NEUTRAL", "TRAIN") + one_file("ENTAILMENT", "TRIAL"))

    assert [row["line"] for row in read_sick(path, part="TRIAL")] == [3]
    assert "no pair in this file with SemEval_set TEST" in refusal(read_sick, path, part="TEST")
    assert "no column SemEval_set" in refusal(read_sick, file_of(SEMEVAL + sick()), part="TRIAL")


def test_quotation_marks_are_text_and_crlf_is_a_line_end(file_of):
    path = file_of((SEMEVAL + sick(first='"A dog') + sick(first='B" runs')).replace("\n", "\r\n"))

    assert [row["first"] for row in read_sick(path)] == ['"A dog', 'B" runs']
    assert [row["entailment"] for row in read_sick(path)] == ["neutral", "neutral"]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (sick(), 1, "lacks sentence_A, sentence_B, relatedness_score, entailment_judgment or entailment_label"),
        (SEMEVAL + sick("5.1"), 2, "relatedness score is `5.1`; allowed is a number from 1 to 5"),
        (SEMEVAL + sick() + sick("0.9"), 3, "relatedness score is `0.9`"),
        (SEMEVAL + sick("nan"), 2, "relatedness score is `nan`"),
        (SEMEVAL + sick("high"), 2, "relatedness score is `high`"),
        (SEMEVAL + sick(label="MAYBE"), 2, "allowed are entailment, neutral, contradiction"),
        (SEMEVAL + "1\tA\tB\t3\n", 2, "4 columns where the header names 5"),
        (SEMEVAL + sick(first=" "), 2, "the first sentence is empty"),
        (SEMEVAL, None, "no pair"),
    ],
)
def test_a_malformed_sick_file_is_refused_with_its_line(file_of, text, line, reason):
    path = file_of(text)

    message = refusal(read_sick, path)

    assert message.startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert reason in message


def stsb(score: str, *further: str) -> str:
    return "\t".join(["news", "headlines", "2013", "9", score, '"Cats" sit.', "Dogs run.", *further]) + "\n"


def test_rows_of_stsb_have_seven_or_nine_columns(file_of):
    rows = list(read_stsb(file_of(stsb("0.000") + stsb("5", "licence", "source"))))

    assert [row["relatedness"] for row in rows] == [0.0, 5.0]
    assert rows[1] == {"first": '"Cats" sit.', "second": "Dogs run.", "relatedness": 5.0, "line": 2}


@pytest.mark.parametrize(
    ("text", "reason"),
    [(stsb("1", "x"), "8 columns where STS-Benchmark has 7 or 9"), (stsb("5.2"), "from 0 to 5"), ("\n", "no pair")],
)
def test_a_malformed_stsb_file_is_refused(file_of, text, reason):
    assert reason in refusal(read_stsb, file_of(text))


def test_a_plain_table_needs_no_header(file_of):
    rows = list(read_pairs(file_of('A "b\tC\n\nfirst\tD\n')))

    assert [(row["first"], row["second"], row["line"]) for row in rows] == [('A "b', "C", 1), ("first", "D", 3)]


def test_a_header_names_the_columns_of_a_plain_table(file_of):
    path = file_of("second\tfirst\trelatedness\tentailment\tnote\nB\tA\t-2\tYes\tx\n")

    assert list(read_pairs(path)) == [
        {"first": "A", "second": "B", "relatedness": -2.0, "entailment": "yes", "note": "x", "line": 2}
    ]
    assert "from 0 to 1" in refusal(read_pairs, path, score_range=(0, 1))
    assert "none of those that `labels` names: no" in refusal(read_pairs, path, labels={"no": "no"})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("sentence1", "sentence2"), ("sentence_A", "sentence_B"), ("Premise", "HYPOTHESIS"), ("text1", "text2"),
        ("s1", "s2"), ("First", "Second"), ("question1", "question2"), ("text_a", "text_b"),
    ],
)  # fmt: skip
def test_the_usual_names_of_a_header_are_known_whatever_their_case(file_of, first: str, second: str):
    path = file_of(f"id\t{second}\tgold_label\t{first}\tline\n7\tB\tEntailment\tA\tx\n")
    (row,) = read_pairs(path)

    assert (row["first"], row["second"], row["entailment"], row["line"]) == ("A", "B", "entailment", 2)
    assert (row["id"], row[first], row["gold_label"], row["input_line"]) == ("7", "A", "Entailment", "x")


def test_a_column_of_a_header_that_is_not_known_is_named(file_of):
    path = file_of("satz1\tsatz2\turteil\tscore\nA\tB\tJa\t3\n")
    columns = {"first": "satz1", "second": "satz2", "entailment": "urteil"}

    (row,) = read_pairs(path, columns=columns)
    assert (row["first"], row["second"], row["entailment"], row["relatedness"]) == ("A", "B", "ja", 3.0)
    assert "no column 'satz3', which `columns` names; found `satz1`" in refusal(
        read_pairs, path, columns={"first": "satz3"}
    )


def test_any_known_table_is_read_where_another_one_is_usual(file_of):
    tables = {
        "sick": SEMEVAL + sick(),
        "stsb": stsb("3.5"),
        "snli": "gold_label\tsentence1\tsentence2\nneutral\tA\tB\n",
        "graded": "text1\ttext2\tsimilarity\nA\tB\t3.5\n",
    }
    for name, table in tables.items():
        path = file_of(table)
        rows = [list(READERS[reader].rows(path, ReaderOptions())) for reader in ("sick", "stsb", "pairs")]
        for (row,) in rows:
            assert row["relatedness" if name != "snli" else "entailment"] in (3.5, "neutral")
    assert "a header; it lacks sentence_A" in refusal(READERS["sick"].rows, file_of("A\tB\n"), options=ReaderOptions())
    assert "2 columns where STS" in refusal(READERS["stsb"].rows, file_of("A\tB\n"), options=ReaderOptions())


def test_a_label_that_is_written_in_another_way_is_read_alike_and_noted(file_of):
    noted: list[CorpusError] = []
    path = file_of("s1\ts2\tlabel\na\tb\tentailment \nc\td\tNeutral\ne\tf\tneutral\n")
    rows = list(read_pairs(path, note=noted.append))

    assert [row["entailment"] for row in rows] == ["entailment", "neutral", "neutral"]
    assert [(fault.line, fault.message) for fault in noted] == [
        (2, "the label 'entailment ' is read as 'entailment'"),
        (3, "the label 'Neutral' is read as 'neutral'"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("only one\n", 1, "1 column and no header that is known: `only one`; a table of pairs has two columns"),
        ("satz1\tsatz2\tart\nA\tB\tC\n", 1, "no header that is known: `satz1`, `satz2`, `art`; a table of pairs has"),
        ("sentence1\tsatz2\nA\tB\n", 1, "a header that names one sentence only: `sentence1`, `satz2`; a table"),
        ("a\tb\nc\td\te\n", 2, "3 columns where each line has 2"),
        ("a\t\n", 1, "the second sentence is empty"),
        ("first\tsecond\n", None, "no pair"),
    ],
)
def test_a_malformed_table_is_refused_with_its_line(file_of, text, line, reason):
    path = file_of(text)

    message = refusal(read_pairs, path)

    assert message.startswith(f"{path}:{line}: " if line else f"{path}: ")
    assert reason in message


@pytest.mark.parametrize(
    ("name", "read", "count"),
    [
        ("sick/SICK_train.txt", read_sick, 4_500),
        ("sick/SICK_trial.txt", read_sick, 500),
        ("stsb/sts-train.csv", read_stsb, 5_749),
        ("stsb/sts-dev.csv", read_stsb, 1_500),
    ],
)
def test_a_real_corpus_has_the_known_count(corpus, name, read, count):
    rows = list(read(corpus(name)))

    assert len(rows) == count
    assert len({row["relatedness"] for row in rows}) > 10


def test_a_table_of_as_many_columns_as_sts_benchmark_is_told_by_its_header(tmp_path: Path):
    names = ["id", "genre", "sentence1", "sentence2", "score", "more", "most"]
    (tmp_path / "a.tsv").write_text("\t".join(names) + "\n" + "1\tnews\tA b\tC d\t2.5\tx\ty\n")

    (row,) = read_pairs(tmp_path / "a.tsv")
    assert (row["first"], row["second"], row["relatedness"]) == ("A b", "C d", 2.5)


def test_a_header_that_names_a_column_twice_loses_nothing(file_of):
    with pytest.raises(CorpusError, match="names the column `id` twice"):
        list(read_pairs(file_of("first\tsecond\tid\tid\nA\tB\tfoo\tbar\n")))
    assert len(list(read_pairs(file_of("A cat.\tA cat.\n")))) == 1  # no header, and a pair all the same
