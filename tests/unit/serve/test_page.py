"""The page as files: what is sent, under which headers, and what may never stand in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files

import pytest
from starlette.testclient import TestClient

from jmt.serve.page import ASSETS, HEADERS, PATHS, POLICY
from tests.unit.serve.served import problem_of, served

STATIC = files("jmt.serve") / "static"
SCRIPTS = sorted(entry.name for entry in STATIC.iterdir() if entry.name.endswith(".js"))


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with served() as started:
        yield started


def test_every_file_of_the_folder_is_served_and_nothing_else():
    assert sorted(name for name, _ in ASSETS.values()) == sorted(entry.name for entry in STATIC.iterdir())


@pytest.mark.parametrize("path", PATHS)
def test_a_file_comes_with_its_type_and_the_headers_that_close_it_in(client: TestClient, path: str):
    name, media_type = ASSETS[path]

    answer = client.get(path)

    assert answer.status_code == 200
    assert answer.content == (STATIC / name).read_bytes()
    assert answer.headers["content-type"] == media_type
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_the_policy_allows_own_files_and_nothing_inline():
    assert "default-src 'none'" in POLICY
    assert not re.search(r"unsafe|\*|http|data:|blob:", POLICY)
    assert set(re.findall(r"(?:script|style|connect|img)-src ([^;]+)", POLICY)) == {"'self'"}


def test_the_policy_lets_nobody_frame_the_page_turn_its_addresses_or_make_markup_of_strings():
    nobody = ("base-uri", "form-action", "frame-ancestors", "trusted-types")

    assert {f"{name} 'none'" for name in nobody} | {"require-trusted-types-for 'script'"} <= set(POLICY.split("; "))
    assert {name: HEADERS.get(name) for name in ("X-Frame-Options", "Referrer-Policy", "Cache-Control")} == {
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    assert HEADERS["Cross-Origin-Opener-Policy"] == HEADERS["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", PATHS)
def test_a_browser_that_has_the_file_is_told_so(client: TestClient, path: str):
    tag = client.get(path).headers["etag"]

    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = client.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        assert answer.headers["content-security-policy"] == POLICY
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_different_files_have_different_tags(client: TestClient):
    assert len({client.get(path).headers["etag"] for path in PATHS}) == len(PATHS)


def test_head_gives_the_headers_alone(client: TestClient):
    answer = client.head("/")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len((STATIC / "index.html").read_bytes()))


def test_other_methods_are_refused(client: TestClient):
    problem_of(client.post("/"), 405, "method_not_allowed")


@pytest.mark.parametrize(
    "path", ["/static/", "/static/../page.py", "/static/%2e%2e/page.py", "/static/page.py", "/page.js"]
)
def test_no_other_path_reaches_a_file(client: TestClient, path: str):
    problem_of(client.get(path), 404, "not_found")


def test_the_page_is_no_part_of_the_interface(client: TestClient):
    assert set(PATHS).isdisjoint(client.get("/openapi.json").json()["paths"])


class Attributes(HTMLParser):
    """Notes every tag with its attributes, and what stands inside scripts and styles."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in ("script", "style"):
            self.inline += data.strip()


def test_nothing_is_inline_and_nothing_comes_from_elsewhere():
    parsed = Attributes()
    parsed.feed((STATIC / "index.html").read_text(encoding="utf-8"))

    assert parsed.inline == ""
    assert [
        tag for tag, attributes in parsed.tags if any(name == "style" or name[:2] == "on" for name in attributes)
    ] == []
    addresses = [
        value for _, attributes in parsed.tags for name, value in attributes.items() if name in ("src", "href")
    ]
    assert [
        address for address in addresses if address is None or re.match(r"[a-z]+:|/", address)
    ] == []  # a prefix works
    assert not re.search(r"url\(|@import", (STATIC / "page.css").read_text(encoding="utf-8"))


def test_every_script_is_on_its_way_before_another_asks_for_it():
    page = (STATIC / "index.html").read_text(encoding="utf-8")

    assert sorted(re.findall(r'static/(\w+\.js)"', page)) == SCRIPTS


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_never_make_markup_out_of_strings(name: str):
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|eval\(|Function\("
    )
    script = (STATIC / name).read_text(encoding="utf-8")

    assert re.findall(forbidden, script) == []
    assert set(re.findall(r"https?://\S+?\"", script)) <= {'http://www.w3.org/2000/svg"'}
    assert len(script.splitlines()) <= 400
