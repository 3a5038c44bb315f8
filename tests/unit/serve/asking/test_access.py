"""Keys: without one nothing is open but a short list; they are kept as hashes, and no log or answer holds them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from jmt.errors import ConfigError
from jmt.serve.app import create_app
from jmt.serve.asking.access import PUBLIC
from jmt.serve.asking.keys import Keys, make_key, read_keys
from jmt.serve.settings import Settings
from tests.unit.serve.fake import FakeAnnotator
from tests.unit.serve.served import problem_of

KEY, LINE = make_key("reader")
OTHER, OTHER_LINE = make_key("other")
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    file = tmp_path_factory.mktemp("keys") / "keys"
    file.write_text(f"# who may read\n\n{LINE}\n{OTHER_LINE}\n", encoding="utf-8")
    app = create_app(FakeAnnotator(), Settings(), keys=read_keys(file))
    with TestClient(app, raise_server_exceptions=False) as started:
        yield started


def paths_of(client: Any) -> list[str]:
    """Every path that the router knows, and some that it does not."""
    known = [route.path for route in client.app.router.routes]
    assert {"/v1/annotate", "/v1/compare", "/v1/model", "/metrics"} <= set(known)
    return [*known, "/", "/nothing", "/v1", "/v1/annotate/", "//v1/model", "/docs", "/livez/../v1/model", "/v1/%6dodel"]


@pytest.mark.parametrize("method", METHODS)
def test_every_path_is_closed_by_every_method_but_for_those_that_anybody_may_read(client: TestClient, method: str):
    for path in paths_of(client):
        answer = client.request(method, path)
        if path in PUBLIC and method in ("GET", "HEAD"):
            assert answer.status_code != 401, path
        else:
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("key", [KEY, OTHER], ids=["first", "second"])
def test_a_known_key_opens_the_service(client: TestClient, key: str):
    headers = {"Authorization": f"Bearer {key}"}

    assert client.get("/v1/model", headers=headers).status_code == 200
    assert client.post("/v1/annotate", json={"texts": ["a"]}, headers=headers).status_code in (200, 503)
    assert client.get("/nothing", headers=headers).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": KEY},
        {"Authorization": f"Basic {KEY}"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {KEY[:-1]}"},
        {"Authorization": f"Bearer {KEY}x"},
        {"Authorization": f"Bearer {KEY} {KEY}"},
        {"Authorization": f"Bearer {LINE.split(':')[1]}"},
        {"Authorization": "Bearer " + "a" * 1_000_000},
        {"X-API-Key": KEY},
        {"Cookie": f"key={KEY}"},
    ],
)
def test_anything_else_opens_nothing_and_is_not_repeated(client: TestClient, headers: dict[str, str]):
    problem = problem_of(client.get("/v1/model", headers=headers), 401, "unauthorized")

    assert KEY not in str(problem)


def test_a_key_in_the_address_opens_nothing(client: TestClient):
    problem_of(client.get(f"/v1/model?key={KEY}&api_key={KEY}"), 401, "unauthorized")


def test_two_keys_at_once_open_nothing(client: TestClient):
    headers = [("Authorization", f"Bearer {KEY}"), ("Authorization", f"Bearer {OTHER}")]
    problem_of(client.get("/v1/model", headers=headers), 401, "unauthorized")


def test_every_hash_is_compared_in_constant_time_whichever_fits(monkeypatch: pytest.MonkeyPatch):
    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda a, b: compared.append((len(a), len(b))) or real(a, b))
    keys = Keys(tuple((name, hashlib.sha256(name.encode()).digest()) for name in ("first", "second", "third")))

    assert [keys.holder_of(name) for name in (b"first", b"third", b"none", b"")] == ["first", "third", None, None]
    assert compared == [(32, 32)] * 12


def test_openapi_says_where_a_key_is_needed(client: TestClient):
    described = client.get("/openapi.json").json()

    assert described["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}
    for path, use in described["paths"].items():
        for operation in use.values():
            assert ("security" in operation, "401" in operation["responses"]) == (path not in PUBLIC,) * 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no key in it"),
        ("# nothing\n", "no key in it"),
        (f"{KEY}\n", "keys:1: a line is"),
        (f"{LINE}\nreader sha256:abc\n", "keys:2: a line is"),
        (f"{LINE}\n{LINE}\n", "keys:2: there is a key of this name"),
    ],
    ids=["empty", "a comment", "a key itself", "a hash cut short", "a name twice"],  # keys are drawn anew every time
)
def test_a_wrong_file_of_keys_is_refused_by_its_line(tmp_path: Path, content: str, said: str):
    (tmp_path / "keys").write_text(content, encoding="utf-8")

    with pytest.raises(ConfigError, match=said) as refused:
        read_keys(tmp_path / "keys")
    assert KEY not in str(refused.value)


def test_a_missing_file_of_keys_is_refused(tmp_path: Path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_keys(tmp_path / "none")


@pytest.mark.parametrize("name", ["", "a b", "a:b", "é", "x" * 65])
def test_a_name_that_would_not_be_read_again_is_refused(name: str):
    with pytest.raises(ConfigError, match="a name has"):
        make_key(name)
