from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from jmt.data.download import download
from jmt.errors import CorpusError
from tests.unit.data.file_server import FileServer, serving

BODY = bytes(range(256)) * 2000
MOST = 10**6


def test_a_whole_file_arrives_with_progress(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    with serving(FileServer({"/a.txt": BODY})) as server:
        download(
            f"{server.url}/a.txt", tmp_path / "a", most=MOST, progress=lambda done, whole: seen.append((done, whole))
        )
    assert (tmp_path / "a").read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]


def test_a_broken_connection_is_resumed_where_it_broke(tmp_path: Path) -> None:
    with serving(FileServer({"/a.txt": BODY}, break_after=[100_000, 50_000])) as server:
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0, most=MOST)
    assert (tmp_path / "a").read_bytes() == BODY
    assert [asked for _, asked in server.asked] == [None, "bytes=100000-", "bytes=150000-"]


def test_a_server_without_ranges_sends_everything_again(tmp_path: Path) -> None:
    with serving(FileServer({"/a.txt": BODY}, ranges=False, break_after=[100_000])) as server:
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0, most=MOST)
    assert (tmp_path / "a").read_bytes() == BODY


def test_what_an_earlier_call_left_is_completed(tmp_path: Path) -> None:
    with serving(FileServer({"/a.txt": BODY}, break_after=[70_000] + [0] * 5)) as server:
        with pytest.raises(CorpusError, match="bytes that arrived are kept"):
            download(f"{server.url}/a.txt", tmp_path / "a", pause=0, most=MOST)
        assert (tmp_path / "a").stat().st_size == 70_000
        server.asked.clear()
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0, most=MOST)
    assert (tmp_path / "a").read_bytes() == BODY
    assert server.asked == [("/a.txt", "bytes=70000-")]


def test_a_file_that_changed_meanwhile_is_loaded_anew(tmp_path: Path) -> None:
    with serving(FileServer({"/a.txt": BODY}, break_after=[70_000] + [0] * 5)) as server:
        with pytest.raises(CorpusError):
            download(f"{server.url}/a.txt", tmp_path / "a", pause=0, most=MOST)
        server.files["/a.txt"], server.validator = BODY[::-1], '"v2"'
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0, most=MOST)
    assert (tmp_path / "a").read_bytes() == BODY[::-1]


@pytest.mark.parametrize("validator", [None, 'W/"weak"'])
def test_without_a_firm_validator_nothing_is_resumed(tmp_path: Path, validator: str | None) -> None:
    with serving(FileServer({"/a.txt": BODY}, validator=validator, break_after=[70_000])) as server:
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0, most=MOST)
    assert (tmp_path / "a").read_bytes() == BODY
    assert [asked for _, asked in server.asked] == [None, None]


def test_a_partial_file_longer_than_the_whole_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(BODY * 2)
    (tmp_path / "a.validator").write_text('"v1"')
    with serving(FileServer({"/a.txt": BODY})) as server:
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0, most=MOST)
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_passing_error_of_the_server_is_tried_again_and_a_final_one_is_not(tmp_path: Path) -> None:
    with serving(FileServer({"/a.txt": BODY}, status=[503, 502])) as server:
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0, most=MOST)
        assert (tmp_path / "a").read_bytes() == BODY
        server.asked.clear()
        with pytest.raises(CorpusError, match=r"/b\.txt: the server answers 404"):
            download(f"{server.url}/b.txt", tmp_path / "b", pause=0, most=MOST)
        assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"http://127\.0\.0\.1:9/a: could not be loaded"):
        download("http://127.0.0.1:9/a", tmp_path / "a", pause=0, most=MOST)


@dataclass
class Answers:
    """A server that sends the same bytes to everybody, and then the last of them without end."""

    head: str
    endless: bytes = b""
    url: str = ""
    asked: int = 0


@contextmanager
def answering(answers: Answers) -> Iterator[Answers]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            answers.asked += 1
            while self.rfile.readline().strip():
                pass
            with suppress(OSError):
                self.wfile.write(answers.head.format(url=answers.url).replace("\n", "\r\n").encode())
                while answers.endless:
                    self.wfile.write(answers.endless)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        answers.url = f"http://127.0.0.1:{server.server_address[1]}/"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield answers
        server.shutdown()


REDIRECT = "HTTP/1.1 302 Found\nLocation: {place}\nContent-Length: 0\nConnection: close\n\n"
ENDLESS = {
    "without a length": "HTTP/1.1 200 OK\n\n",
    "in chunks": "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n",
    "with a length that is none": "HTTP/1.1 200 OK\nContent-Length: many\n\n",
    "with a length of a page": f"HTTP/1.1 200 OK\nContent-Length: {'9' * 5_000}\n\n",
}


@pytest.mark.parametrize("name", ENDLESS)
def test_a_server_that_sends_without_end_is_cut_at_the_limit(tmp_path: Path, name: str) -> None:
    block = b"ffff\r\n" + bytes(0xFFFF) + b"\r\n" if "chunks" in name else bytes(65_536)
    with (
        answering(Answers(ENDLESS[name], endless=block)) as server,
        pytest.raises(CorpusError, match="more arrives, where the card allows for 1,000,000"),
    ):
        download(server.url, tmp_path / "a", pause=0, most=MOST)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (REDIRECT.replace("{place}", "ftp://127.0.0.1/a"), "leads to `ftp:`; only http and https"),
        (REDIRECT.replace("{place}", "file:///etc/hostname"), "url 'file:///etc/hostname' is not allowed"),
        (REDIRECT.replace("{place}", "data:text/plain,mine"), "is not allowed"),
        (REDIRECT.replace("{place}", "{url}"), "the server answers 302"),
        (REDIRECT.replace("{place}", "http://[::1/a"), "leads to no address"),
        (REDIRECT.replace("{place}", f"http://{'a' * 64}.example/a"), "leads to no address"),
        ("HTTP/1.1 200 OK\nContent-Length: 1000001\n\n", "1,000,001 bytes are announced"),
        ("HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 0\n\n", "encoding gzip"),
    ],
)
def test_what_leads_elsewhere_or_states_too_much_is_refused_at_once(tmp_path: Path, head: str, message: str) -> None:
    with answering(Answers(head)) as server, pytest.raises(CorpusError, match=message):
        download(server.url, tmp_path / "a", pause=0, most=MOST)

    assert list(tmp_path.iterdir()) == []
    assert server.asked <= 11  # that a circle is one is noticed after ten rounds


@pytest.mark.parametrize("url", ["file:///etc/hostname", "ftp://127.0.0.1/a", "data:,mine"])
def test_a_home_is_a_place_in_the_web(tmp_path: Path, url: str) -> None:
    with pytest.raises(CorpusError, match="only http and https"):
        download(url, tmp_path / "a", pause=0, most=MOST)
