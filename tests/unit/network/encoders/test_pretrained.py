"""An encoder to start from: a name that means nothing is answered at once, and what could not be kept is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from jmt.cascade.symbols.pieces import PieceTokenizer
from jmt.errors import ConfigError
from jmt.network.encoders.pretrained import fetch_pretrained
from tests.assets.encoder_folder import write_encoder


class Hub:
    """A hub that has nothing, or cannot be reached."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def model_info(self, name: str, *, timeout: float) -> None:
        self.asked.append(name)
        raise ConnectionError("Name or service not known\nand more of it")


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Hub:
    monkeypatch.chdir(tmp_path)
    hub = Hub()
    monkeypatch.setattr(huggingface_hub, "HfApi", lambda: hub)
    return hub


@pytest.mark.parametrize("name", ["nosuch", "owner/nosuch"])
def test_what_is_neither_here_nor_on_the_hub_is_said_to_be_neither(hub: Hub, name: str):
    with pytest.raises(ConfigError, match=r"no such folder, and not found on the hub.*give a folder") as raised:
        fetch_pretrained(name)

    assert name in str(raised.value)
    assert "\n" not in str(raised.value)
    assert hub.asked == [name]


@pytest.mark.parametrize("name", ["./nosuch", "/no/such", "a/b/c", "~/x", "here/nosuch", "nosuch/"])
def test_a_path_that_leads_nowhere_is_not_asked_of_the_hub(hub: Hub, tmp_path: Path, name: str):
    (tmp_path / "here").mkdir()
    with pytest.raises(ConfigError, match=r"encoder\.pretrained = "):
        fetch_pretrained(name)

    assert hub.asked == []


def test_a_file_is_no_encoder(hub: Hub, tmp_path: Path):
    (tmp_path / "config.json").touch()
    with pytest.raises(ConfigError, match="this is a file; give a folder"):
        fetch_pretrained("config.json")


def test_words_of_bytes_are_read_as_behind_a_space_whatever_the_tokenizer_s_class_obeys(tmp_path: Path):
    folder = write_encoder(tmp_path / "encoder", "modernbert")
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    bytes_, digits = (
        {**tokenizer["pre_tokenizer"], "add_prefix_space": False},
        {"type": "Digits", "individual_digits": False},
    )
    tokenizer["pre_tokenizer"] = {"type": "Sequence", "pretokenizers": [digits, bytes_]}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))
    pieces = tokenizer["model"]["vocab"]

    found = PieceTokenizer(fetch_pretrained(str(folder)).tokenizer, longest=64).look_up(["cat"])

    assert found == [tuple(pieces[piece] for piece in "Ġcat")]


@pytest.mark.parametrize(
    ("family", "changes", "said"),
    [
        ("bert", {"hidden_act": "tanh"}, "its configuration cannot be kept in a model: hidden_act = 'tanh'"),
        ("bert", {"type_vocab_size": 1}, "its tokenizer cannot be kept in a model: a piece of type 1"),
        ("gpt2", {"model_type": "gpt2"}, "supported are bert"),
    ],
)
def test_an_encoder_that_no_checkpoint_can_hold_is_refused_before_training(
    family: str, changes: dict[str, Any], said: str, tmp_path: Path
):
    folder = write_encoder(tmp_path / "encoder", "bert", changes=changes if family == "bert" else {})
    if family != "bert":
        (folder / "config.json").write_text(json.dumps(changes))

    with pytest.raises(ConfigError, match=said):
        fetch_pretrained(str(folder))
