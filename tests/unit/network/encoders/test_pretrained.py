"""A name of an encoder that means nothing is answered at once, and says where it was looked for."""

from __future__ import annotations

from pathlib import Path

import huggingface_hub
import pytest

from jmt.errors import ConfigError
from jmt.network.encoders.pretrained import fetch_pretrained


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
