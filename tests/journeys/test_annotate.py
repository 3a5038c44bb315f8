"""`jmt annotate` and `jmt compare` from files to files: formats, odd inputs, refusals."""

from __future__ import annotations

import io
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import jmt
from jmt.cli.annotating.annotate import INPUT_FORMATS
from jmt.cli.main import main
from jmt.document import Document
from jmt.formats.conllu import read_conllu
from tests.assets.nearly import nearly

TEXT = "A small cat sat on the mat. She did not see them!\n\nThe dog that barked ran home\n"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tiny_checkpoint: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command with the tiny model and some standard input; gives exit code, stdout and stderr."""

    def command(*words: str, stdin: str | bytes = "") -> tuple[int, str, str]:
        content = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        try:
            code = main([words[0], *words[1:], "--model", str(tiny_checkpoint)])
        except SystemExit as leaving:  # usage errors
            code = int(leaving.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


@pytest.fixture(scope="module")
def annotator(tiny_checkpoint: Path) -> jmt.Annotator:
    return jmt.load(tiny_checkpoint)


def conllu_of(annotator: jmt.Annotator, *texts: str) -> str:
    """What the command writes about texts: each document under its number."""
    documents = [annotator(text) for text in texts]
    for number, document in enumerate(documents, start=1):
        document.name = str(number)
    return "".join(document.to_conllu() for document in documents)


def test_the_command_writes_what_python_gives(run: Run, annotator: jmt.Annotator):
    expected = conllu_of(annotator, *filter(None, TEXT.splitlines()))

    assert run("annotate", stdin=TEXT) == (0, expected, "")
    assert run("annotate", "-", "--from", "text", "--to", "conllu", stdin=TEXT.replace("\n", "\r\n"))[1] == expected


def test_json_lines_are_the_documents_of_python_with_the_keys_that_came(run: Run, annotator: jmt.Annotator):
    rows = [{"id": 1, "text": "A cat.  Two!"}, {"text": "", "x": [None]}, {"tokens": ["A", "cat."]}]
    code, out, _ = run("annotate", "--from", "jsonl", "--to", "jsonl", stdin="\n".join(map(json.dumps, rows)))
    found = [json.loads(line) for line in out.splitlines()]

    assert code == 0
    assert found[0] == {"id": 1, **annotator("A cat.  Two!").to_dict()}
    assert found[1] == {"x": [None], "text": "", "sentences": []}
    assert found[2] == annotator.annotate_tokens([["A", "cat."]]).to_dict()
    assert [Document.from_dict(row).to_dict().items() <= row.items() for row in found] == [True] * 3


def test_conllu_comes_out_with_everything_but_the_predicted_columns(run: Run, annotator: jmt.Annotator):
    content = (
        "# sent_id = 1\n1-2\tdon't\t_\t_\t_\t_\t_\t_\t_\t_\n1\tdo\tdo\tAUX\tVBP\t_\t_\t_\t_\t_\n"
        "2\tn't\tnot\tPART\tRB\t_\t_\t_\t_\tSpaceAfter=No\n2.1\t_\t_\t_\t_\t_\t_\t_\t0:root\t_\n\n"
    )
    code, out, _ = run("annotate", "--from", "conllu", stdin=content)

    assert code == 0
    assert out == annotator.annotate_conllu(content).to_conllu()
    assert [line.split("\t")[0] for line in out.splitlines()] == ["# sent_id = 1", "1-2", "1", "2", "2.1", ""]


def test_a_broken_tree_that_is_written_anew_is_a_warning_and_no_refusal(run: Run, tmp_path: Path):
    row = "{}\tx\t_\tODD\t_\tB=1|A=2\t{}\tdep\t{}\todd|A=\n"
    broken = [(2, 1), (0, 0), (9, 1), ("-1", 0), ("x", 0)]
    (tmp_path / "trees").write_text("".join(row.format(1, a, "9:x") + row.format(2, b, "_") + "\n" for a, b in broken))
    code, out, err = run("annotate", "--from", "conllu", str(tmp_path / "trees"))
    read = list(read_conllu(out, strict=True))

    assert (code, len(read)) == (0, len(broken))
    assert [token.deps for sentence in read for token in sentence.tokens] == ["_"] * 10
    assert {(token.upos, token.feats) for sentence in read for token in sentence.tokens} == {("ODD", "B=1|A=2")}
    warned = [line.partition(";")[0] for line in err.splitlines()]
    assert warned[:2] == [
        f"jmt: warning: {tmp_path}/trees:1: the heads run in a cycle: 1 -> 2 -> 1",
        f"jmt: warning: {tmp_path}/trees:5: second root: words 1 and 2 both have HEAD 0",
    ]
    assert warned[3] == f"jmt: warning: {tmp_path}/trees: 2 more like these"


def test_every_sentence_has_an_id_of_its_own_that_our_reader_gives_back(run: Run):
    out = run("annotate", stdin="A cat. Two dogs!\n\nA mat.\n")[1]

    assert [line for line in out.splitlines() if line.startswith("# newdoc")] == ["# newdoc id = 1", "# newdoc id = 2"]
    assert [sentence.sent_id for sentence in read_conllu(out)] == ["1-1", "1-2", "2-1"]
    assert run("annotate", "--from", "conllu", stdin=out)[1] == out


def test_trees_are_drawn_for_a_reader(run: Run):
    code, out, err = run("annotate", "--to", "tree", stdin="A small cat sat.\n")

    assert (code, err) == (0, "")
    assert "cat" in out
    assert "●" in out


@pytest.mark.parametrize("tasks", ["xpos", "chunk", "xpos,chunk"])
def test_where_no_parser_runs_the_tags_are_shown_and_the_lack_is_said_once(tasks: str, run: Run):
    code, out, err = run("annotate", "--to", "tree", "--tasks", tasks, stdin="A small cat sat.\nA dog. A mat.\n")
    said = f"jmt: note: --to tree: no parser is among the tasks that run ({tasks.replace(',', ', ')})"

    assert code == 0
    assert err.startswith(said)
    assert err.count("\n") == 1
    assert all(len(line.split()) > 1 for line in out.splitlines() if line)
    assert run("annotate", "--to", "conllu", "--tasks", tasks, stdin="A cat.\n")[2] == ""


def test_docbin_is_read_by_spacy(run: Run, annotator: jmt.Annotator, tmp_path: Path):
    import spacy
    from spacy.tokens import DocBin

    assert run("annotate", "--to", "docbin", "--output", str(tmp_path / "x.spacy"), stdin=TEXT)[0] == 0
    docs = list(DocBin().from_disk(tmp_path / "x.spacy").get_docs(spacy.blank("en").vocab))

    assert [doc.text for doc in docs] == [line for line in TEXT.splitlines() if line]
    assert [token.tag_ for token in docs[1]] == [token.xpos for token in annotator(TEXT.splitlines()[2]).tokens]


def test_several_inputs_go_into_one_file_in_order(run: Run, annotator: jmt.Annotator, tmp_path: Path):
    (tmp_path / "one").write_text("A cat.\n")
    (tmp_path / "two").write_text("A dog.\n")
    output = tmp_path / "out.conllu"
    output.write_text("what stood here before")
    code, out, _ = run(
        "annotate", str(tmp_path / "two"), "-", str(tmp_path / "one"), "--output", str(output), stdin="A mat.\n"
    )

    assert (code, out) == (0, "")
    assert output.read_text() == conllu_of(annotator, "A dog.", "A mat.", "A cat.")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "out.conllu", "two"]


def test_a_subset_of_tasks_fills_its_columns_only(run: Run):
    code, out, _ = run("annotate", "--tasks", "xpos", stdin="A cat.\n")
    columns = [line.split("\t") for line in out.splitlines() if line and line[0] != "#"]

    assert code == 0
    assert all(row[4] != "_" and row[6:8] == ["_", "_"] for row in columns)


ODD = {
    "CRLF": "A cat.\r\nA dog.\r\n",
    "BOM": "\ufeffA cat.\n",
    "emoji": "I 😀 you 👩‍👩‍👧‍👦!\n",
    "zero-width": "A\u200bcat \u200b sat\u2060 \u200d.\n",
    "control": "A \x01 cat\x07 \x1b[31m sat\x7f.\x0b\x0c\x1c\x85 Yes.\n",
    "separators": "A\u2028cat\u2029sat\u00a0.\n",
    "combining": "e\u0301\u0301\u0301 \u202ertl\u202c\n",
    "one long word": "x" * 100_000 + ".\n",
    "signs": "!" * 5_000 + "?" * 5_000 + "\n",
    "no line end": "A cat",
    "blank": " \n\t\n",
    "private use": "\ue000\ue001 \ufffd \uffff\n",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_text_is_annotated_and_nothing_of_it_lost(run: Run, name: str):
    text = ODD[name]
    code, out, err = run("annotate", "--to", "jsonl", stdin=text)
    documents = [json.loads(line) for line in out.split("\n")[:-1]]

    assert (code, err) == (0, "")
    lines = [line.removesuffix("\r") for line in text.removeprefix("\ufeff").split("\n")]
    assert [document["text"] for document in documents] == [line for line in lines if line.strip()]
    for document in documents:
        tokens = [token for sentence in document["sentences"] for token in sentence["tokens"]]
        assert all(document["text"][token["start"] : token["end"]] == token["text"] != "" for token in tokens)
        shown = re.sub(r"[\x00-\x1f\x7f-\x9f\s]", "", document["text"])  # control characters are no part of words
        assert "".join("".join(token["text"] for token in tokens).split()) == shown

    code, out, err = run("annotate", stdin=text)
    assert (code, err) == (0, "")
    assert sum(1 for _ in read_conllu(out, strict=True)) == sum(len(document["sentences"]) for document in documents)


def test_a_sentence_of_5000_words_is_one_sentence(run: Run):
    started = time.perf_counter()
    code, out, _ = run("annotate", stdin="word " * 5_000 + "\n")

    assert code == 0
    assert [len(sentence.tokens) for sentence in read_conllu(out, strict=True)] == [5_000]
    assert time.perf_counter() - started < 60


REFUSED = {
    "missing": (["annotate", "{folder}/nothing"], "", 1, "nothing: no such file"),
    "folder": (["annotate", "{folder}"], "", 1, "folder; name files in it, as in FOLDER/*, or take `jmt bulk`"),
    "confidences": (["annotate", "--confidences"], "A cat.\n", 2, "--confidences: only --to jsonl has a place"),
    "not UTF-8": (["annotate", "{folder}/bytes"], "", 1, "bytes:2: not UTF-8: byte 0xff is byte 3"),
    "columns": (["annotate", "--from", "conllu", "{folder}/columns"], "", 1, "columns:4: 2 columns"),
    "JSON": (["annotate", "--from", "jsonl", "{folder}/cycle"], "", 1, "cycle:1: not JSON"),
    "no such task": (["annotate", "--tasks", "ner"], "A cat.\n", 1, "`ner`"),
    "output folder": (["annotate", "--output", "{folder}"], "A cat.\n", 1, "this is a folder"),
    "output nowhere": (["annotate", "--output", "{folder}/no/where"], "A cat.\n", 1, "cannot be written"),
    "format": (["annotate", "--to", "xml"], "A cat.\n", 2, "invalid choice: 'xml'"),
    "threads": (["annotate", "--threads", "0"], "A cat.\n", 2, "from 1 upwards"),
    "one sentence": (["compare", "A cat."], "", 2, "two sentences"),
    "three sentences": (["compare", "a", "b", "c"], "", 2, "two sentences"),
    "both": (["compare", "a", "b", "--pairs", "-"], "", 2, "two sentences"),
    "blank sentence": (["compare", "a", " "], "", 1, "the second sentence has no words"),
    "no pairs": (["compare", "--pairs", "{folder}/bytes"], "", 1, "bytes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_annotated_is_refused_in_one_message(run: Run, tmp_path: Path, name: str):
    row = "{}\tx\t_\t_\t_\t_\t{}\tdep\t_\t_\n"
    (tmp_path / "bytes").write_bytes(b"fine\nA \xff cat\n")
    (tmp_path / "columns").write_text(row.format(1, 0) + "\n# c\n2\tx\n")
    (tmp_path / "cycle").write_text(row.format(1, 2) + row.format(2, 1) + "\n")
    words, stdin, expected_code, message = REFUSED[name]
    before = sorted(tmp_path.iterdir())
    code, out, err = run(*(word.format(folder=tmp_path) for word in words), stdin=stdin)

    assert code == expected_code
    assert out == ""
    assert message in err
    assert "Traceback" not in err
    assert sorted(tmp_path.iterdir()) == before


def test_line_ends_are_white_space_or_ends_of_sentences_as_asked(run: Run, tmp_path: Path):
    poem = tmp_path / "poem"
    poem.write_text("The cat sat\nthe dog ran\n\na bird\n", encoding="utf-8")

    def texts(*options: str) -> list[list[str]]:
        code, out, err = run("annotate", str(poem), "--to", "jsonl", *options)
        assert (code, err) == (0, "")
        rows = [json.loads(line) for line in out.splitlines()]
        return [
            [row["text"][s["tokens"][0]["start"] : s["tokens"][-1]["end"]] for s in row["sentences"]] for row in rows
        ]

    assert texts() == [["The cat sat"], ["the dog ran"], ["a bird"]]
    assert texts("--from", "paragraphs") == [["The cat sat\nthe dog ran"], ["a bird"]]
    assert texts("--from", "file") == [["The cat sat\nthe dog ran", "a bird"]]
    ended = ("--line-ends", "sentence")
    assert texts("--from", "paragraphs", *ended) == [["The cat sat", "the dog ran"], ["a bird"]]
    assert texts("--from", "file", *ended) == [["The cat sat", "the dog ran", "a bird"]]

    code, out, err = run("annotate", str(poem), *ended)
    assert (code, out) == (2, "")
    assert "--line-ends sentence: with --from text no document has a line end inside; it is for --from parag" in err


@pytest.mark.parametrize("form", INPUT_FORMATS)
@pytest.mark.parametrize("to", ["conllu", "jsonl"])
def test_an_empty_input_has_no_document_and_is_told(run: Run, tmp_path: Path, form: str, to: str):
    empty = tmp_path / "empty"
    empty.touch()

    for words, name in (([str(empty)], str(empty)), ([], "<stdin>")):
        code, out, err = run("annotate", *words, "--from", form, "--to", to)
        assert (code, out) == (0, "")
        assert err == f"jmt: note: {name}: the file is empty, so that there is nothing to annotate in it\n"


def test_an_empty_file_among_others_does_not_stop_them(run: Run, annotator: jmt.Annotator, tmp_path: Path):
    (tmp_path / "empty").touch()
    (tmp_path / "one").write_text("A cat.\n")
    code, out, err = run("annotate", str(tmp_path / "empty"), str(tmp_path / "one"))

    assert (code, out) == (0, conllu_of(annotator, "A cat."))
    assert err.count("\n") == 1


def test_a_fault_late_in_a_stream_leaves_the_old_file_alone(run: Run, tmp_path: Path):
    output = tmp_path / "out"
    output.write_text("old")
    stdin = b'{"text": "A cat."}\n' * 2_000 + b"broken\n"
    code, _, err = run("annotate", "--from", "jsonl", "--output", str(output), stdin=stdin)

    assert code == 1
    assert "<stdin>:2001" in err or "-:2001" in err
    assert output.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_two_sentences_are_compared_as_python_does(run: Run, annotator: jmt.Annotator):
    judgement = annotator.compare("A cat sat.", "A dog ran.")
    code, out, _ = run("compare", "A cat sat.", "A dog ran.")

    assert code == 0
    assert f"{judgement.relatedness:.2f}" in out
    assert judgement.entailment in out
    assert json.loads(run("compare", "--json", "A cat sat.", "A dog ran.")[1]) == nearly(judgement.to_dict())


def test_a_table_of_pairs_keeps_its_order_and_its_other_columns(run: Run, annotator: jmt.Annotator):
    table = "id\tfirst\tsecond\trelatedness\n7\tA cat.\tA dog.\t4.5\n8\tA mat.\tA cat.\t1\n"
    code, out, _ = run("compare", "--pairs", "-", stdin=table)
    rows = [json.loads(line) for line in out.splitlines()]

    assert code == 0
    assert [(row["id"], row["gold_relatedness"]) for row in rows] == [("7", 4.5), ("8", 1.0)]
    for row, pair in zip(rows, [("A cat.", "A dog."), ("A mat.", "A cat.")], strict=True):
        alone = annotator.compare(*pair)
        assert (row["first"], row["second"], row["entailment"]) == (*pair, alone.entailment)
        assert row["relatedness"] == pytest.approx(alone.relatedness, abs=1e-5)


def test_the_first_line_decides_what_a_table_of_pairs_is(run: Run, annotator: jmt.Annotator):
    rows = ["A cat.\tA dog.\tNEUTRAL\tx\ty\n", "A mat.\tA cat.\tneutral\tx\ty\n"]
    table = "Sentence1\tsentence2\tlabel\tprobabilities\tline\n" + "".join(rows)
    code, out, _ = run("compare", "--pairs", "-", stdin=table)
    first, second = (json.loads(line) for line in out.splitlines())

    assert (code, first["first"], second["second"], first["gold_entailment"]) == (0, "A cat.", "A cat.", "neutral")
    assert first["probabilities"] == pytest.approx(annotator.compare("A cat.", "A dog.").probabilities, abs=1e-5)
    assert (first["input_probabilities"], first["input_line"]) == ("x", "y")
    for name, table in (("stsb", "g\tf\t2013\t9\t2.5\tA cat.\tA dog.\n"), ("bare", "A cat.\tA dog.\n")):
        code, out, _ = run("compare", "--pairs", "-", stdin=table)
        assert (code, json.loads(out)["second"], json.loads(out).get("gold_relatedness", 2.5)) == (0, "A dog.", 2.5), (
            name
        )
    code, out, err = run("compare", "--pairs", "-", stdin="satz1\tsatz2\turteil\nA\tB\tC\n")
    assert (code, out) == (1, "")
    assert "`satz1`, `satz2`, `urteil`; a table of pairs has two columns, or a header that names the first" in err


@pytest.mark.parametrize(
    ("name", "says"), [("x.jsonl", "--from jsonl"), ("x.CoNLLU", "--from conllu"), ("x.csv", "jmt bulk")]
)
def test_what_its_name_says_to_be_no_text_is_read_as_told_and_noted(run: Run, tmp_path: Path, name: str, says: str):
    (tmp_path / name).write_text("A cat sat.\n", encoding="utf-8")
    code, out, err = run("annotate", str(tmp_path / name))
    assert (code, out.count("\tcat\t")) == (0, 1)
    assert f"{name} is read as text; " in err
    assert says in err
