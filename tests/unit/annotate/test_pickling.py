"""An `Annotator` and a `Client` go to other processes as what they were made from; nothing of the model is pickled."""

from __future__ import annotations

import copy
import multiprocessing
import pickle
import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from joblib import Parallel, delayed

import jmt
from jmt import errors
from jmt.annotate import Annotator, loading
from jmt.document import Judgement
from jmt.errors import CheckpointError, CorpusError, InputError, JmtError, ServiceError
from jmt.network import checkpoint
from jmt.network.engine import TorchEngine
from jmt.segmentation import RuleSegmenter
from tests.assets.tiny_model import tiny_model
from tests.unit.client.fake_service import FakeService

TEXTS = ["A small cat sat on the mat.", "She did not see them!"]


@pytest.fixture(scope="module")
def annotator(tiny_checkpoint: Path) -> Annotator:
    return jmt.load(tiny_checkpoint, device="cpu", tasks=["xpos", "dep"], batch_tokens=512)


def annotated(annotator: Annotator, text: str) -> dict[str, object]:
    return annotator(text).to_dict()


def test_a_pickle_holds_a_place_and_options_and_no_model(annotator: Annotator, tiny_checkpoint: Path):
    pickled = pickle.dumps(annotator)

    assert len(pickled) < 1_000
    assert str(tiny_checkpoint).encode() in pickled
    assert annotator.revision.encode() in pickled


def test_a_process_that_has_the_annotator_shares_it(annotator: Annotator):
    assert pickle.loads(pickle.dumps(annotator)) is annotator
    assert copy.deepcopy([annotator])[0] is annotator
    assert copy.copy(annotator) is annotator


def test_as_a_function_of_batches_it_goes_the_same_way(annotator: Annotator):
    assert pickle.loads(pickle.dumps(annotator.annotate_batch)).__self__ is annotator


def described(annotator: Annotator) -> tuple[object, ...]:
    return annotator.token_tasks, annotator.predictor.batch_tokens, annotator.revision


def identity(annotator: Annotator) -> int:
    return id(annotator)


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_of_a_pool_annotate_alike(method: str, annotator: Annotator):
    context = multiprocessing.get_context(method)
    expected = [annotated(annotator, text) for text in TEXTS]

    with ProcessPoolExecutor(1, mp_context=context) as pool:
        assert list(pool.map(annotated, [annotator] * 2, TEXTS)) == expected
        assert pool.submit(annotator, TEXTS[0]).result() == annotator(TEXTS[0])  # documents travel, too
        assert pool.submit(described, annotator).result() == (["xpos", "dep"], 512, annotator.revision)
        assert len({pool.submit(identity, annotator).result() for _ in range(2)}) == 1  # loaded once


def test_threads_of_a_pool_and_joblib_annotate_alike(annotator: Annotator):
    expected = [annotated(annotator, text) for text in TEXTS]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(annotator, TEXTS)) == list(map(annotator, TEXTS))
    for backend in ("threading", "multiprocessing"):
        work = (delayed(annotated)(annotator, text) for text in TEXTS)
        assert Parallel(n_jobs=2, backend=backend)(work) == expected


def test_another_model_in_the_same_place_is_refused(tiny_checkpoint: Path, tmp_path: Path):
    place = tmp_path / "model"
    shutil.copytree(tiny_checkpoint, place)
    pickled = pickle.dumps(jmt.load(place, device="cpu"))
    other = tiny_model()
    for parameter in other.parameters():
        parameter.data.mul_(1.5)
    checkpoint.save(other, place)

    with pytest.raises(CheckpointError, match=r"was begun with the model sha256:\w+, and this is sha256:\w+: put"):
        pickle.loads(pickled)
    shutil.rmtree(place)
    with pytest.raises(CheckpointError, match="no such folder"):
        pickle.loads(pickled)


def test_a_name_stays_a_name_and_a_folder_gets_its_whole_path(
    tiny_checkpoint: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.chdir(tiny_checkpoint.parent)

    assert loading._place_of("model") == str(tiny_checkpoint.resolve())
    assert loading._place_of(Path("model")) == str(tiny_checkpoint.resolve())
    assert loading._place_of("en_jmt_md") == "en_jmt_md"
    assert loading._place_of("owner/name@v1") == "owner/name@v1"


def test_an_annotator_of_a_model_in_memory_says_what_to_do():
    made = Annotator(TorchEngine(tiny_model()), RuleSegmenter("en"))

    with pytest.raises(InputError, match=r"a model in memory cannot be pickled: save the model .*jmt\.load\(folder\)"):
        pickle.dumps(made)
    assert copy.deepcopy(made) is made


def test_what_annotating_returns_is_pickled_as_it_is(annotator: Annotator):
    document = annotator(TEXTS[0])

    assert pickle.loads(pickle.dumps(document)) == document
    assert copy.deepcopy(document) == document
    judgement = Judgement("a", "b", 3.0, values={"same": "yes"})
    assert pickle.loads(pickle.dumps(judgement)) == judgement


def test_a_client_is_pickled_with_its_address_and_options():
    client = jmt.Client("http://there:8000/", api_key="k", tasks=["xpos"], timeout=5, retries=1, in_flight=2)

    made = pickle.loads(pickle.dumps(client))

    assert made is not client
    assert (made.connection.url, made.connection.retries, made.in_flight) == ("http://there:8000", 1, 2)
    assert made.connection._headers["Authorization"] == "Bearer k"
    assert made._chosen == ["xpos"]


def test_a_client_with_an_http_client_of_the_callers_says_what_to_do():
    with pytest.raises(InputError, match=r"cannot be pickled with its HTTP client; make both in each process"):
        pickle.dumps(FakeService().client())


def every_error() -> list[type[JmtError]]:
    return [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, JmtError)]


@pytest.mark.parametrize("kind", every_error())
def test_an_error_reaches_another_process_as_it_was(kind: type[JmtError]):
    """An exception that cannot be unpickled breaks a whole pool."""
    error = kind("what is wrong")
    if issubclass(kind, CorpusError):
        error = kind("what is wrong", "file.txt", 3)
    elif issubclass(kind, ServiceError):
        error = kind("what is wrong", status=429, code="overloaded", request_id="7")

    found = pickle.loads(pickle.dumps(error))

    assert (type(found), str(found), vars(found)) == (kind, str(error), vars(error))
