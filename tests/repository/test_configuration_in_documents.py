"""Every configuration that a document shows, in a block or in a sentence, has keys that exist."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from docs.generate.configuration import TABLES
from tests.assets.documents import DOCS, PAGES, blocks, name_of

OPEN = ("NAME", "levelN")
"""Parts of a table's name that the user chooses."""


def known_keys() -> dict[tuple[str, ...], set[str]]:
    """Return the keys of every table by its name; those that the user names stand as `NAME`."""
    found: dict[tuple[str, ...], set[str]] = {("training", "phase"): {"epochs"}}
    for title, _, models, only in TABLES:
        table = re.match(r"`\[+([\w.]+)\]+`", title)
        path = tuple("NAME" if part in OPEN else part for part in table[1].split(".")) if table else ()
        keys = {key for model in models for key in model.model_fields if key in only or not only}
        if table or title == "Top level":
            found.setdefault(path, set()).update(keys)
    found["training", "phase"] |= {"schedule", "sampling", "replay", "order", "groups", "effective_batch"}
    found[()] |= {"encoder", "task", "corpora", "sharing", "training"}
    for parent in ("task", "corpora", "sharing"):
        found[parent,] = {"NAME"}
    found["training", "subnetwork"] = {"NAME"}
    found["training", "phase", "sampling"] = found["training", "sampling"]
    return found


KNOWN = known_keys()


def unknown_keys(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the keys of a table, and of those in it, that do not exist."""
    for key, value in table.items():
        chosen = KNOWN[path] == {"NAME"}
        below = (*path, "NAME" if chosen else key)
        if not chosen and key not in KNOWN[path]:
            yield ".".join([*path, key])
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, Mapping) and below in KNOWN:
                yield from unknown_keys(inner, below)


def exists(dotted: str) -> bool:
    """Tell whether a key exists that is written as `training.optimizer.kind`."""
    *path, key = dotted.split(".")
    place: tuple[str, ...] = ()
    for part in path:
        place = (*place, "NAME" if KNOWN.get(place) == {"NAME"} else part)
    return KNOWN.get(place) == {"NAME"} or key in KNOWN.get(place, set())


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_configuration_shown_has_keys_that_exist(page: Path):
    shown = [tomllib.loads(block.body) for block in blocks(page) if block.language == "toml"]

    assert [key for table in shown for key in unknown_keys(table)] == []


@pytest.mark.parametrize("page", [page for page in PAGES if DOCS / "research" not in page.parents], ids=name_of)
def test_every_key_in_a_sentence_exists(page: Path):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = re.findall(r"(?:`|--set )((?:encoder|training|task|sharing|corpora)\.[\w.]*\w)", text)
    tables = re.findall(r"`\[+((?:encoder|training|task|sharing|corpora)[\w.]*)\]+`", text)

    assert [key for key in named if "." in key and not exists(key)] == []
    assert [table for table in tables if not exists(table)] == []


def test_a_key_that_does_not_exist_is_noticed():
    wrong = tomllib.loads("[encoder]\nsize = 3\n[task.x]\nkind = 'tagger'\nlevels = 1\n[training.optimizer]\nrate = 1")

    assert list(unknown_keys(wrong)) == ["encoder.size", "task.NAME.levels", "training.optimizer.rate"]
    assert not exists("training.optimizer.rate")
    assert exists("task.dep.level")
