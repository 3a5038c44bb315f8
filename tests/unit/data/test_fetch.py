from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from jmt.data.cards import Card, parse_card
from jmt.data.fetch import fetch_corpus
from jmt.errors import CorpusError
from jmt.safety.leftovers import owned_while_used
from tests.unit.data.file_server import FileServer, serving

TRAIN, DEV = b"the\tO\n\n" * 5000, b"a\tO\n\n"


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def card_of(files: dict[str, dict[str, object]]) -> Card:
    names = list(files)
    return parse_card(
        {
            "name": "toy",
            "title": "Toy",
            "source": "here",
            "licence": "CC0 1.0",
            "language": "en",
            "release": "1",
            "sentences": {
                "reader": "columns",
                "columns": ["ner"],
                "splits": dict(zip(["train", "dev", "test"], names, strict=False)),
            },
            "files": files,
        },
        "toy.toml",
    )


def zipped(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return stream.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        for name, body in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return stream.getvalue()


def test_plain_files_arrive_under_their_names_and_nothing_else_stays(tmp_path: Path) -> None:
    with serving(FileServer({"/train.tsv": TRAIN, "/dev.tsv": DEV})) as server:
        card = card_of(
            {
                "train.tsv": {"sha256": sha256(TRAIN), "homes": [f"{server.url}/train.tsv"]},
                "dev.tsv": {"homes": [f"{server.url}/dev.tsv"]},
            }
        )
        paths = fetch_corpus(card, tmp_path / "toy")
    assert [path.read_bytes() for path in paths] == [TRAIN, DEV]
    assert sorted(path.name for path in (tmp_path / "toy").iterdir()) == ["dev.tsv", "train.tsv"]


def test_a_second_fetch_asks_the_server_for_nothing(tmp_path: Path) -> None:
    with serving(FileServer({"/train.tsv": TRAIN})) as server:
        card = card_of({"train.tsv": {"sha256": sha256(TRAIN), "homes": [f"{server.url}/train.tsv"]}})
        fetch_corpus(card, tmp_path)
        server.asked.clear()
        fetch_corpus(card, tmp_path)
        assert server.asked == []


def test_a_damaged_copy_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "train.tsv").write_bytes(b"damaged")
    with serving(FileServer({"/train.tsv": TRAIN})) as server:
        card = card_of({"train.tsv": {"sha256": sha256(TRAIN), "homes": [f"{server.url}/train.tsv"]}})
        fetch_corpus(card, tmp_path)
    assert (tmp_path / "train.tsv").read_bytes() == TRAIN


@pytest.mark.parametrize("pin", ["sha256", "fetch_sha256"])
def test_a_wrong_hash_leaves_no_file_behind(tmp_path: Path, pin: str) -> None:
    with serving(FileServer({"/train.tsv": TRAIN})) as server:
        card = card_of({"train.tsv": {pin: sha256(b"other"), "homes": [f"{server.url}/train.tsv"]}})
        with pytest.raises(CorpusError, match=f"sha256 {sha256(TRAIN)}, the card says {sha256(b'other')}"):
            fetch_corpus(card, tmp_path)
    assert not (tmp_path / "train.tsv").exists()
    assert [path.name for path in (tmp_path / ".partial").iterdir()] == []


def test_the_next_home_is_tried_when_one_fails(tmp_path: Path) -> None:
    messages: list[str] = []
    with serving(FileServer({"/wrong.tsv": b"wrong", "/train.tsv": TRAIN})) as server:
        homes = [f"{server.url}/{name}" for name in ("missing.tsv", "wrong.tsv", "train.tsv")]
        card = card_of({"train.tsv": {"sha256": sha256(TRAIN), "homes": homes}})
        fetch_corpus(card, tmp_path, report=messages.append)
    assert (tmp_path / "train.tsv").read_bytes() == TRAIN
    assert [message for message in messages if "that failed" in message] == [
        f"train.tsv: that failed, now {homes[1]}",
        f"train.tsv: that failed, now {homes[2]}",
    ]


def test_when_every_home_fails_each_reason_is_told(tmp_path: Path) -> None:
    with serving(FileServer({"/wrong.tsv": b"wrong"})) as server:
        homes = [f"{server.url}/missing.tsv", f"{server.url}/wrong.tsv"]
        card = card_of({"train.tsv": {"sha256": sha256(TRAIN), "homes": homes}})
        with pytest.raises(CorpusError, match=r"missing\.tsv: the server answers 404.*wrong\.tsv: the hash is wrong"):
            fetch_corpus(card, tmp_path)


def test_an_interrupted_fetch_goes_on_and_checks_the_whole(tmp_path: Path) -> None:
    with serving(FileServer({"/train.tsv": TRAIN}, break_after=[9_000] + [0] * 5)) as server:
        card = card_of({"train.tsv": {"sha256": sha256(TRAIN), "homes": [f"{server.url}/train.tsv"]}})
        with pytest.raises(CorpusError, match="goes on there"):
            fetch_corpus(card, tmp_path, pause=0)
        assert not (tmp_path / "train.tsv").exists()
        server.asked.clear()
        fetch_corpus(card, tmp_path, pause=0)
        assert server.asked == [("/train.tsv", "bytes=9000-")]
    assert (tmp_path / "train.tsv").read_bytes() == TRAIN


@pytest.mark.parametrize(("suffix", "pack"), [("zip", zipped), ("tar.gz", tarred)])
def test_the_members_of_one_archive_are_loaded_once(tmp_path: Path, suffix: str, pack: object) -> None:
    body = pack({"inner/train.tsv": TRAIN, "inner/dev.tsv": DEV})  # type: ignore[operator]
    with serving(FileServer({f"/all.{suffix}": body})) as server:
        home = f"{server.url}/all.{suffix}#inner"
        card = card_of(
            {
                "train.tsv": {"sha256": sha256(TRAIN), "homes": [f"{home}/train.tsv"]},
                "dev.tsv": {"sha256": sha256(DEV), "homes": [f"{home}/dev.tsv"]},
            }
        )
        paths = fetch_corpus(card, tmp_path)
        assert len(server.asked) == 1
    assert [path.read_bytes() for path in paths] == [TRAIN, DEV]


def test_two_archives_of_the_same_name_are_not_taken_for_each_other(tmp_path: Path) -> None:
    with serving(FileServer({"/1/a.zip": zipped({"x": TRAIN}), "/2/a.zip": zipped({"x": DEV})})) as server:
        card = card_of(
            {"train.tsv": {"homes": [f"{server.url}/1/a.zip#x"]}, "dev.tsv": {"homes": [f"{server.url}/2/a.zip#x"]}}
        )
        paths = fetch_corpus(card, tmp_path)
    assert [path.read_bytes() for path in paths] == [TRAIN, DEV]


def test_a_gzipped_home_is_unpacked(tmp_path: Path) -> None:
    with serving(FileServer({"/train.tsv.gz": gzip.compress(TRAIN)})) as server:
        card = card_of({"train.tsv": {"sha256": sha256(TRAIN), "homes": [f"{server.url}/train.tsv.gz"]}})
        fetch_corpus(card, tmp_path)
    assert (tmp_path / "train.tsv").read_bytes() == TRAIN


@pytest.mark.parametrize(
    ("path", "body", "member"),
    [("/a.zip", b"<html>gone</html>", "#a"), ("/a.zip", zipped({"b": DEV}), "#a"), ("/a.gz", b"plain", "")],
)
def test_an_archive_that_cannot_be_unpacked_is_refused_with_its_home(
    tmp_path: Path, path: str, body: bytes, member: str
) -> None:
    with serving(FileServer({path: body})) as server:
        card = card_of({"train.tsv": {"homes": [f"{server.url}{path}{member}"]}})
        with pytest.raises(CorpusError, match=r"cannot be unpacked"):
            fetch_corpus(card, tmp_path)
    assert not (tmp_path / "train.tsv").exists()


def test_two_fetches_of_one_corpus_do_not_mix(tmp_path: Path) -> None:
    (tmp_path / ".partial").mkdir()
    with owned_while_used(tmp_path / ".partial"), pytest.raises(CorpusError, match="another fetch"):
        fetch_corpus(card_of({"train.tsv": {"homes": ["http://127.0.0.1:9/"]}}), tmp_path)


def test_a_corpus_that_ships_has_nothing_to_fetch(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="ships with the package"):
        fetch_corpus(card_of({"train.tsv": {}}), tmp_path / "toy")
    assert not (tmp_path / "toy").exists()


def zipped_with(add: Callable[[zipfile.ZipFile], None]) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # of a name that is there twice
        add(archive)
    return stream.getvalue()


def linked(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("in/train.tsv")
    entry.external_attr = 0o120777 << 16
    archive.writestr(entry, "/etc/passwd")


def lying(body: bytes) -> bytes:
    """A zip that states another size of its member than it has."""
    size = len(TRAIN).to_bytes(4, "little")
    return body.replace((10**7).to_bytes(4, "little"), size)


def tar_link() -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as archive:
        entry = tarfile.TarInfo("in/train.tsv")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    return stream.getvalue()


BOMBS = {
    "large member": ("a.zip", zipped_with(lambda a: a.writestr("in/train.tsv", b"0" * 10**7)), "10,000,000 bytes unp"),
    "large neighbour": (
        "a.zip",
        zipped_with(lambda a: [a.writestr(f"{n}", b"0" * 10**7) for n in range(4)]),
        "all its files",
    ),
    "lie about the size": (
        "a.zip",
        lying(zipped_with(lambda a: a.writestr("in/train.tsv", b"0" * 10**7))),
        "cannot be unpacked",
    ),
    "crowd": ("a.zip", zipped_with(lambda a: [a.writestr(f"{n}", b"") for n in range(10_001)]), "over 10,000 files"),
    "twice": ("a.zip", zipped_with(lambda a: [a.writestr("in/train.tsv", TRAIN) for _ in range(2)]), "2 times"),
    "link": ("a.zip", zipped_with(linked), "a link"),
    "way out": ("a.zip", zipped_with(lambda a: a.writestr("../../train.tsv", TRAIN)), "there is no in/train.tsv"),
    "tar": ("a.tar.gz", tarred({"other": b"0" * 4 * 10**7, "in/train.tsv": TRAIN}), "all its files"),
    "link in a tar": ("a.tar.gz", tar_link(), "a link"),
    "gzip": ("train.tsv.gz", gzip.compress(b"0" * 10**7), "over 35,000 bytes unpacked"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_an_archive_is_refused_for_what_it_states_or_as_soon_as_it_is_too_much(tmp_path: Path, name: str) -> None:
    address, body, message = BOMBS[name]
    with serving(FileServer({f"/{address}": body})) as server:
        home = f"{server.url}/{address}" + ("" if address.endswith("tsv.gz") else "#in/train.tsv")
        card = card_of({"train.tsv": {"sha256": sha256(TRAIN), "size": len(TRAIN), "homes": [home]}})
        with pytest.raises(CorpusError, match=message):
            fetch_corpus(card, tmp_path / "toy", pause=0)

    assert [path.name for path in tmp_path.rglob("*")] == ["toy", ".partial"]


def test_a_file_is_no_larger_than_its_card_says(tmp_path: Path) -> None:
    with serving(FileServer({"/train.tsv": TRAIN * 100})) as server:
        card = card_of({"train.tsv": {"size": len(TRAIN), "homes": [f"{server.url}/train.tsv"]}})
        with pytest.raises(CorpusError, match="3,500,000 bytes are announced, where the card allows for 35,000"):
            fetch_corpus(card, tmp_path, pause=0)
