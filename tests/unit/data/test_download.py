from __future__ import annotations

from pathlib import Path

import pytest

from jmt.data.download import download
from jmt.errors import CorpusError
from tests.unit.data.file_server import FileServer, serving

BODY = bytes(range(256)) * 2000


def test_a_whole_file_arrives_with_progress(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    with serving(FileServer({"/a.txt": BODY})) as server:
        download(f"{server.url}/a.txt", tmp_path / "a", progress=lambda done, whole: seen.append((done, whole)))
    assert (tmp_path / "a").read_bytes() == BODY
    assert seen[-1] == (len(BODY), len(BODY))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]


def test_a_broken_connection_is_resumed_where_it_broke(tmp_path: Path) -> None:
    with serving(FileServer({"/a.txt": BODY}, break_after=[100_000, 50_000])) as server:
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0)
    assert (tmp_path / "a").read_bytes() == BODY
    assert [asked for _, asked in server.asked] == [None, "bytes=100000-", "bytes=150000-"]


def test_a_server_without_ranges_sends_everything_again(tmp_path: Path) -> None:
    with serving(FileServer({"/a.txt": BODY}, ranges=False, break_after=[100_000])) as server:
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0)
    assert (tmp_path / "a").read_bytes() == BODY


def test_what_an_earlier_call_left_is_completed(tmp_path: Path) -> None:
    with serving(FileServer({"/a.txt": BODY}, break_after=[70_000] + [0] * 5)) as server:
        with pytest.raises(CorpusError, match="bytes that arrived are kept"):
            download(f"{server.url}/a.txt", tmp_path / "a", pause=0)
        assert (tmp_path / "a").stat().st_size == 70_000
        server.asked.clear()
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0)
    assert (tmp_path / "a").read_bytes() == BODY
    assert server.asked == [("/a.txt", "bytes=70000-")]


def test_a_file_that_changed_meanwhile_is_loaded_anew(tmp_path: Path) -> None:
    with serving(FileServer({"/a.txt": BODY}, break_after=[70_000] + [0] * 5)) as server:
        with pytest.raises(CorpusError):
            download(f"{server.url}/a.txt", tmp_path / "a", pause=0)
        server.files["/a.txt"], server.validator = BODY[::-1], '"v2"'
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0)
    assert (tmp_path / "a").read_bytes() == BODY[::-1]


@pytest.mark.parametrize("validator", [None, 'W/"weak"'])
def test_without_a_firm_validator_nothing_is_resumed(tmp_path: Path, validator: str | None) -> None:
    with serving(FileServer({"/a.txt": BODY}, validator=validator, break_after=[70_000])) as server:
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0)
    assert (tmp_path / "a").read_bytes() == BODY
    assert [asked for _, asked in server.asked] == [None, None]


def test_a_partial_file_longer_than_the_whole_is_dropped(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(BODY * 2)
    (tmp_path / "a.validator").write_text('"v1"')
    with serving(FileServer({"/a.txt": BODY})) as server:
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0)
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_passing_error_of_the_server_is_tried_again_and_a_final_one_is_not(tmp_path: Path) -> None:
    with serving(FileServer({"/a.txt": BODY}, status=[503, 502])) as server:
        download(f"{server.url}/a.txt", tmp_path / "a", pause=0)
        assert (tmp_path / "a").read_bytes() == BODY
        server.asked.clear()
        with pytest.raises(CorpusError, match=r"/b\.txt: the server answers 404"):
            download(f"{server.url}/b.txt", tmp_path / "b", pause=0)
        assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"http://127\.0\.0\.1:9/a: could not be loaded"):
        download("http://127.0.0.1:9/a", tmp_path / "a", pause=0)
