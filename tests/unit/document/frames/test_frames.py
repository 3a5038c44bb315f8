"""Documents and judgements as tables: what stands in each row, which columns there are, and what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pandas
import pyarrow
import pyarrow.parquet
import pytest

import jmt
from jmt.cascade.kinds import KINDS
from jmt.document import Document, Judgement, Sentence, Token
from jmt.document.frames import PairColumns, WordColumns
from jmt.errors import InputError, MissingLibraryError
from tests.unit.client.fake_service import FakeService

READERS: dict[str, Callable[..., list[dict[str, Any]]]] = {
    "pandas": lambda items, columns=None: [
        {name: None if value is pandas.NA or value != value else value for name, value in row.items()}
        for row in jmt.to_pandas(items, columns).to_dict("records")
    ],
    "arrow": lambda items, columns=None: jmt.to_arrow(items, columns).to_pylist(),
    "batches": lambda items, columns=None: [
        row for batch in jmt.record_batches(items, columns or found(items), rows=2) for row in batch.to_pylist()
    ],
}


def found(items: Any) -> Any:
    listed = [items] if isinstance(items, Document | Judgement) else list(items)
    return (PairColumns if listed and isinstance(listed[0], Judgement) else WordColumns).found_in(listed)


@pytest.fixture(params=READERS)
def rows_of(request: pytest.FixtureRequest) -> Callable[..., list[dict[str, Any]]]:
    return READERS[request.param]


def document() -> Document:
    first = [
        Token(1, "Cats", 0, 4, {"xpos": "NNS", "lemma": "cat"}, 2, "nsubj", confidences={"xpos": 0.5}),
        Token(2, "sat", 5, 8, {"xpos": "VBD"}, 0, "root"),
    ]
    second = [Token(1, "🙂", None, None, {"xpos": "UH"})]
    return Document(
        "Cats sat\n🙂",
        [
            Sentence(first, labels={"genre": "blog"}, scores={"ease": 2.5}, probabilities={"genre": {"blog": 0.75}}),
            Sentence(second),
        ],
    )


def test_a_row_is_a_word_with_its_place_and_all_that_is_said_of_it(rows_of: Callable[..., list[dict[str, Any]]]):
    empty = Document("", [])
    rows = rows_of([empty, document()])

    assert list(rows[0]) == [
        *("document", "sentence", "id", "text", "start", "end", "xpos", "lemma", "head", "deprel"),
        *("genre", "ease", "genre_confidence", "xpos_confidence"),
    ]
    assert [list(row.values()) for row in rows] == [
        [1, 0, 1, "Cats", 0, 4, "NNS", "cat", 2, "nsubj", "blog", 2.5, 0.75, 0.5],
        [1, 0, 2, "sat", 5, 8, "VBD", None, 0, "root", "blog", 2.5, 0.75, None],
        [1, 1, 1, "🙂", None, None, "UH", None, None, None, None, None, None, None],
    ]


def test_a_row_of_a_judgement_is_a_pair_with_what_is_said_of_it(rows_of: Callable[..., list[dict[str, Any]]]):
    pairs = [
        Judgement("a", "b", 3.5, [0.25, 0.75], "neutral", {"neutral": 0.75, "entailment": 0.25}, {"para": "yes"}),
        Judgement("c", "d", values={"near": 1.5}),
    ]

    first, second = rows_of(pairs)
    assert first.pop("relatedness_distribution") == [0.25, 0.75]
    assert second.pop("relatedness_distribution") is None
    assert first == {
        **{"first": "a", "second": "b", "relatedness": 3.5, "near": None, "entailment": "neutral", "para": "yes"},
        **{"entailment_neutral": 0.75, "entailment_entailment": 0.25},
    }
    assert (second["near"], second["relatedness"], second["entailment"]) == (1.5, None, None)
    assert rows_of(pairs[1]) == [{"first": "c", "second": "d", "near": 1.5}]


def test_one_document_is_a_table_of_its_own_by_its_methods():
    own = document()

    assert own.to_pandas().equals(jmt.to_pandas([own]))
    assert own.to_arrow().equals(jmt.to_arrow([own]))
    judged = Judgement("a", "b", 3.5)
    assert judged.to_pandas().equals(jmt.to_pandas([judged]))
    assert judged.to_arrow().equals(jmt.to_arrow([judged]))


def test_the_columns_of_a_model_are_the_same_for_every_piece():
    client = FakeService().client()
    columns = client.word_columns(confidences=True)
    assert columns == WordColumns(("xpos",), True, confidences=("xpos", "dep"))
    assert client.word_columns(tasks=["xpos"]) == WordColumns(("xpos",))
    assert client.pair_columns() == PairColumns(("relatedness",), distribution=True)
    with pytest.raises(InputError, match="no task `ner`"):
        client.word_columns(tasks=["ner"])

    pieces = [jmt.to_arrow(items, columns) for items in ([], [document()], [Document("", [])])]
    assert len({str(piece.schema) for piece in pieces}) == 1
    assert pyarrow.concat_tables(pieces).num_rows == 3
    frames = [jmt.to_pandas(items, columns) for items in ([], [document()])]
    assert frames[0].dtypes.equals(frames[1].dtypes)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_task_has_its_column(kind: str):
    told = {"name": "task", "kind": kind, "labels": ["a", "b"]}
    pairs = KINDS[kind].about_pairs
    columns = (PairColumns if pairs else WordColumns).of_tasks([told]).list_columns()

    names = [name for name, *_ in columns]
    assert names[2 if pairs else 6 :] == (["head", "deprel"] if kind == "parser" else ["task"])


def test_classes_of_entailment_have_a_column_each():
    told = {"name": "entailment", "kind": "pair_classifier", "labels": ["no", "yes"]}

    assert PairColumns.of_tasks([told]) == PairColumns(classes=("entailment",), probabilities=("no", "yes"))


def test_a_stream_becomes_batches_in_bounded_memory_that_parquet_takes(tmp_path):
    taken = 0

    def stream() -> Iterator[Document]:
        nonlocal taken
        for _ in range(5):
            taken += 1
            yield document()

    columns = WordColumns(("xpos",), True)
    batches = jmt.record_batches(stream(), columns, rows=4)
    first = next(batches)
    assert (first.num_rows, taken) == (4, 2)
    with pyarrow.parquet.ParquetWriter(tmp_path / "words", first.schema) as writer:
        for batch in (first, *batches):
            writer.write_batch(batch)
    assert pyarrow.parquet.read_table(tmp_path / "words")["document"].to_pylist() == [
        n for n in range(5) for _ in "abc"
    ]


def test_where_a_stream_fails_the_rows_before_come_out_first():
    def stream() -> Iterator[Document]:
        yield document()
        raise InputError("text 2: broken")

    batches = jmt.record_batches(stream(), WordColumns(), rows=100)
    assert next(batches).num_rows == 3
    with pytest.raises(InputError, match="text 2: broken"):
        next(batches)


def test_a_task_that_is_called_as_another_column_has_one_of_its_own():
    token = Token(1, "a", 0, 1, {"document": "x", "document_2": "y"})

    (row,) = jmt.to_arrow(Document("a", [Sentence([token])])).to_pylist()
    assert (row["document"], row["document_2"], row["document_2_2"]) == (0, "x", "y")


@pytest.mark.parametrize(
    "method", [jmt.to_pandas, jmt.to_arrow, lambda items: list(jmt.record_batches(items, WordColumns()))]
)
@pytest.mark.parametrize("items", ["text", 3, None, [document(), 3], [document(), Judgement("a", "b")]])
def test_what_is_no_document_is_refused(method: Callable[..., Any], items: Any):
    with pytest.raises(InputError, match="takes documents, or judgements with the columns of pairs; item"):
        method(items)


@pytest.mark.parametrize("method", [jmt.to_pandas, jmt.to_arrow])
def test_half_a_character_is_refused_with_its_column(method: Callable[..., Any]):
    with pytest.raises(InputError, match=r"column `xpos` holds half of a surrogate pair \('\\ud800'\)"):
        method(Document("a", [Sentence([Token(1, "a", 0, 1, {"xpos": "\ud800"})])]))


def test_a_batch_has_at_least_one_row():
    with pytest.raises(InputError, match="rows is a whole number above 0, found 0"):
        jmt.record_batches([], WordColumns(), rows=0)


@pytest.mark.parametrize("library", ["pandas", "pyarrow"])
def test_where_a_library_is_missing_one_line_says_what_to_install(library: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(__import__("sys").modules, library, None)
    method = jmt.to_pandas if library == "pandas" else jmt.to_arrow

    with pytest.raises(MissingLibraryError, match=rf"needs {library}, not installed here: pip install 'jmt\[frames\]'"):
        method(document())
