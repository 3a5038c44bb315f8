"""From in-process to HTTP by one line: a client of the real service gives what the annotator behind it gives."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

import jmt
from jmt.cli.main import main
from jmt.document import Document
from jmt.errors import CorpusError, InputError, ServiceError
from jmt.serve.asking.keys import Keys, make_key
from jmt.serve.settings import Settings
from tests.assets.live_service import live
from tests.assets.nearly import nearly

VOCABULARY = (
    """the a dog cat small barked ran that she did not see them on mat home unheard 3.5 don't — 😀 ! \x00 ﷽ é"""
)
CONLLU = """\
# sent_id = one
# text = Les amis du chat.
1	Les	le	DET	_	Number=Plur	_	_	_	_
2	amis	ami	NOUN	_	_	_	_	_	Key=1
3-4	du	_	_	_	_	_	_	_	_
3	de	de	ADP	_	_	_	_	_	_
4	le	le	DET	_	_	_	_	_	_
5	chat	chat	NOUN	_	_	_	_	_	SpaceAfter=No
6	.	.	PUNCT	_	_	_	_	_	_

"""


@pytest.fixture(scope="module")
def annotator(tiny_checkpoint: Path) -> jmt.Annotator:
    return jmt.load(tiny_checkpoint, device="cpu")


@pytest.fixture(scope="module")
def url(annotator: jmt.Annotator) -> Iterator[str]:
    with live(annotator, Settings(max_texts=20)) as service:
        yield service.url


@pytest.fixture
def client(url: str) -> Iterator[jmt.Client]:
    with jmt.Client(url) as client:
        yield client


def some_texts(count: int, seed: int = 1) -> list[str]:
    dice = random.Random(seed)
    sentence = lambda: " ".join(dice.choices(VOCABULARY.split(" "), k=dice.randrange(1, 25))) + "."  # noqa: E731
    return ["", " \n ", *(" ".join(sentence() for _ in range(dice.randrange(1, 4))) for _ in range(count))]


def same(got: jmt.Judgement, expected: jmt.Judgement) -> bool:
    """Everything equal, scores to 1e-5: a batch is allowed as much (tests of the model hold it to that)."""
    one, other = got.to_dict(), expected.to_dict()
    for key in ("relatedness", "relatedness_distribution", "probabilities"):
        if one.pop(key) != pytest.approx(other.pop(key), abs=1e-5):
            return False
    return one == other


def test_a_text_gives_the_document_that_the_annotator_gives(client: jmt.Client, annotator: jmt.Annotator):
    for text in some_texts(8):
        assert client(text) == annotator(text)
    assert client("A cat.", tasks=["chunk"]) == annotator("A cat.", tasks=["chunk"])
    assert client("A cat. It sat.", tasks=[]) == annotator("A cat. It sat.", tasks=[])


def test_a_stream_gives_the_documents_that_the_annotator_gives(client: jmt.Client, annotator: jmt.Annotator):
    texts = some_texts(70)

    assert list(client.pipe(texts)) == list(annotator.pipe(texts))
    numbered = [(text, number) for number, text in enumerate(texts[:40])]
    assert list(client.pipe(numbered, as_tuples=True, tasks=["xpos"])) == list(
        annotator.pipe(numbered, as_tuples=True, tasks=["xpos"])
    )


def test_words_and_conllu_give_the_documents_that_the_annotator_gives(client: jmt.Client, annotator: jmt.Annotator):
    words = [["New York", "is", "n't"], ["far", "."], *([["a", "cat"]] * 60)]

    assert client.annotate_tokens(words) == annotator.annotate_tokens(words)
    assert client.annotate_conllu(CONLLU) == annotator.annotate_conllu(CONLLU)
    assert client.annotate_conllu(CONLLU).to_conllu() == annotator.annotate_conllu(CONLLU).to_conllu()


def test_documents_split_here_come_back_as_the_annotator_fills_them(client: jmt.Client, annotator: jmt.Annotator):
    texts = some_texts(20, seed=2)

    assert [client.segment(text) for text in texts] == [annotator.segment(text) for text in texts]
    assert client.tokenize("He isn't.") == annotator.tokenize("He isn't.")
    assert list(client.pipe_documents((client.segment(text), text) for text in texts)) == list(
        annotator.pipe_documents((annotator.segment(text), text) for text in texts)
    )


def test_each_sentence_gets_what_its_own_tasks_predict(client: jmt.Client, annotator: jmt.Annotator):
    for who in (client, annotator):
        sentences = [annotator.segment(text).sentences[0] for text in ("A cat.", "A dog ran.", "She sat.")]
        who.annotate_each(sentences, [["xpos"], ["dep", "xpos"], ["xpos"]])

        assert [set(sentence.tokens[0].labels) for sentence in sentences] == [{"xpos"}] * 3
        assert [sentence.tokens[0].head is None for sentence in sentences] == [True, False, True]


def test_confidences_come_over_http_where_they_are_asked_for(client: jmt.Client, annotator: jmt.Annotator):
    text = "A cat sat on the mat. She did not see them."

    got, expected = client(text, confidences=True), annotator(text, confidences=True)
    tokens = [token for sentence in got.sentences for token in sentence.tokens]
    wanted = [token for sentence in expected.sentences for token in sentence.tokens]

    assert [token.labels for token in tokens] == [token.labels for token in wanted]
    for token, other in zip(tokens, wanted, strict=True):
        assert set(token.confidences) == {"xpos", "chunk", "dep"}
        assert token.confidences == pytest.approx(other.confidences, abs=1e-5)
    assert not any(token.confidences for sentence in client(text).sentences for token in sentence.tokens)


def test_one_pair_gives_exactly_the_judgement_that_the_annotator_gives(client: jmt.Client, annotator: jmt.Annotator):
    """To the last bit: the numbers survive JSON, and a batch of one is the same batch here and there."""
    for first, second in zip(some_texts(5)[2:], some_texts(5, seed=3)[2:], strict=True):
        assert client.compare(first, second) == annotator.compare(first, second)
        assert client.compare(first, second, tasks=["entailment"]) == annotator.compare(
            first, second, tasks=["entailment"]
        )


def test_many_pairs_give_the_judgements_that_the_annotator_gives(client: jmt.Client, annotator: jmt.Annotator):
    pairs = list(zip(some_texts(45)[2:], some_texts(45, seed=3)[2:], strict=True))

    found, expected = client.compare_many(pairs), annotator.compare_many(pairs)
    assert len(found) == len(expected)
    assert all(map(same, found, expected))


def test_the_model_is_described_as_the_annotator_describes_it(client: jmt.Client, annotator: jmt.Annotator):
    assert client.describe() == annotator.describe()
    assert (client.name, client.revision) == (annotator.name, annotator.revision)
    assert (client.token_tasks, client.pair_tasks) == (annotator.token_tasks, annotator.pair_tasks)
    for tasks in ([], ["xpos"], ["dep"], ["relatedness"], ["chunk", "entailment"]):
        assert client.run_for(tasks) == annotator.run_for(tasks)


def test_mistakes_are_the_same_errors_as_of_the_annotator(client: jmt.Client, annotator: jmt.Annotator):
    for who in (client, annotator):
        with pytest.raises(InputError, match="no task `ner` to run here; this model has xpos, chunk, dep"):
            who("A cat.", tasks=["ner"])
        with pytest.raises(InputError, match="a text is a string, found int"):
            who(3)  # type: ignore[arg-type]
        with pytest.raises(InputError, match="pair 2: two strings are expected"):
            who.compare_many([("a", "b"), ("a", 3)])  # type: ignore[list-item]
        with pytest.raises(InputError, match="pair 2"):
            who.compare_many([("a", "b"), ("a", " ")])
        with pytest.raises(InputError, match="half of a surrogate pair"):
            who("half \ud800")
        with pytest.raises(CorpusError):
            who.annotate_conllu("1\tno")


def test_long_sentences_are_answered_as_they_are_without_a_service(
    url: str, tiny_checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """A text without a full stop is one sentence; one at a time, since a batch of one is the same here and there."""
    words = "the cat sat on a mat and then it " * 80  # 720 of them
    text, pairs = tmp_path / "text", tmp_path / "pairs.tsv"
    text.write_text(words * 2, encoding="utf-8")
    pairs.write_text(f"first\tsecond\n{words}\tA dog.\n", encoding="utf-8")
    for command in (
        ["annotate", str(text)],
        ["annotate", "--from", "tokens", str(text)],
        ["compare", "--pairs", str(pairs)],
    ):
        assert main([*command, "--model", str(tiny_checkpoint)]) == 0
        here = capsys.readouterr().out
        assert main([*command, "--url", url]) == 0
        there = capsys.readouterr().out
        if command[0] == "compare":
            here, there = nearly(json.loads(here)), json.loads(there)
        assert there == here


def test_what_the_service_alone_refuses_names_the_item_and_the_limit(client: jmt.Client):
    said = "text 4: sentence has 2100 tokens, limit 2048: split it, or raise the service's --max-sentence-tokens"
    with pytest.raises(InputError, match=said):
        list(client.pipe(["a", "b", "c", "word " * 2100]))
    assert client("The service goes on.").sentences


def test_clients_on_many_threads_get_their_own_answers(client: jmt.Client, annotator: jmt.Annotator):
    def ask(seed: int) -> bool:
        texts = some_texts(4, seed)
        return list(client.pipe(texts)) == list(annotator.pipe(texts))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(12)))


def test_a_service_that_has_ended_is_an_error_of_the_service(annotator: jmt.Annotator):
    with live(annotator) as service:
        client = jmt.Client(service.url, retries=1)
        assert client("A cat.").sentences
    with pytest.raises(ServiceError, match=f"{service.url}/v1/annotate cannot be reached"):
        client("A cat.")
    client.close()


def test_a_client_needs_neither_torch_nor_spacy(url: str):
    code = f"""
import sys, jmt
assert "httpx2" not in sys.modules and "jmt.client" not in sys.modules
with jmt.Client({url!r}) as client:
    document = client("She did not see them. A cat sat.")
    assert len(document.sentences) == 2 and len(list(client.pipe(["a", "b"]))) == 2
    assert client.annotate_tokens([["a", "cat"]]).sentences and client.compare("a cat", "a dog").entailment
    client.annotate_conllu("1\\tcat\\t_\\t_\\t_\\t_\\t_\\t_\\t_\\t_\\n\\n")
    assert client.segment("She did. A cat sat.").sentences and client.tokenize("She did.") == ["She", "did", "."]
print(sorted({{"torch", "spacy", "numpy", "transformers", "pydantic", "datasets"}} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_the_command_line_asks_a_service_by_its_address(
    url: str, annotator: jmt.Annotator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    text = tmp_path / "text.txt"
    text.write_text("A cat sat.\n\nShe did not see them. It ran.\n", encoding="utf-8")

    assert main(["annotate", "--url", url, "--to", "jsonl", str(text)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Document.from_dict(line) for line in lines] == [
        annotator("A cat sat."),
        annotator("She did not see them. It ran."),
    ]
    assert main(["compare", "--url", url, "--json", "A cat.", "A dog."]) == 0
    assert json.loads(capsys.readouterr().out) == annotator.compare("A cat.", "A dog.").to_dict()


def test_a_model_beside_an_address_is_a_usage_error(capsys: pytest.CaptureFixture[str]):
    assert main(["annotate", "--url", "http://127.0.0.1:1", "--model", "en_jmt_md"]) == 2
    assert "the service has its model; give one" in capsys.readouterr().err


def test_a_key_opens_the_service_and_none_or_another_does_not(annotator: jmt.Annotator):
    key, line = make_key("anna")
    name, _, digest = line.partition(" sha256:")
    with live(annotator, keys=Keys(((name, bytes.fromhex(digest)),))) as service:
        with jmt.Client(service.url, api_key=key) as client:
            assert client("A cat.") == annotator("A cat.")
        for wrong in (None, "another"):
            with (
                jmt.Client(service.url, api_key=wrong) as client,
                pytest.raises(ServiceError, match="a key that it knows"),
            ):
                client("A cat.")


def test_a_stream_through_a_service_with_too_little_room_is_answered_all_the_same(annotator: jmt.Annotator):
    """Two requests find room where eight are sent: the others are refused (429) and come again."""
    texts = some_texts(60, seed=5)
    with live(annotator, Settings(max_requests=2)) as service:
        with jmt.Client(service.url, in_flight=8, retries=30) as client:
            found = list(client.pipe(texts))
        numbers = httpx2.get(f"{service.url}/metrics").text

    assert found == list(annotator.pipe(texts))
    assert 'jmt_rejected_total{reason="requests"}' in numbers  # a line stands there once it has happened
