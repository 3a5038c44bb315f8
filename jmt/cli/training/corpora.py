"""List, describe and fetch corpora.

  jmt corpora list               what is known, and whether its files are here
  jmt corpora show ewt           source, licence, files, sizes and hashes of one corpus
  jmt corpora fetch sick         bring its files from their public homes, checked; goes on where it was interrupted

Corpora are looked for in --corpora and JMT_CORPORA, then in the user's cache, where `fetch` puts them.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jmt.cli.options.configuration import add_corpora
from jmt.cli.terminal.console import draw_bar, format_table, on_terminal, say, show
from jmt.cli.terminal.output import write_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from jmt.data.cards import Card
    from jmt.data.download import Progress

    ProgressFor = Callable[[str], Progress | None]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="list | show NAME | fetch NAME")
    listing = actions.add_parser("list", help="what is known, and whether its files are here")
    show = actions.add_parser("show", help="source, licence, files, sizes and hashes of one corpus")
    fetch = actions.add_parser("fetch", help="bring a corpus from its public home")
    for action in (show, fetch):
        action.add_argument("name", metavar="NAME", help="a known corpus, as `jmt corpora list` names it")
    for action in (listing, show):
        add_corpora(action)
    fetch.add_argument("--to", metavar="DIR", type=Path, help="folder for DIR/NAME; left out: the user's cache")


def run(arguments: argparse.Namespace) -> int:
    if arguments.action == "list":
        return _list_corpora(arguments.corpora)
    if arguments.action == "show":
        return _show_corpus(arguments.name, arguments.corpora)
    return _fetch_one(arguments.name, arguments.to)


def _list_corpora(folders: list[Path]) -> int:
    """Print one line per known corpus."""
    from jmt.data.cards import card_names, read_card

    cards = [read_card(name) for name in card_names()]
    rows = [[card.name, card.language, card.licence, _splits_here(card, folders), card.title] for card in cards]
    show(format_table(["name", "language", "licence", "here", "what"], rows))
    return 0


def _splits_here(card: Card, folders: list[Path]) -> str:
    """Say which splits of a corpus are on this machine."""
    from jmt.data.places import place_of_split

    found = [
        split for part in card.parts for split in part.splits.named() if place_of_split(card.name, part, split, folders)
    ]
    return " ".join(dict.fromkeys(found)) or "-"


def _show_corpus(name: str, folders: list[Path]) -> int:
    """Print the card of one corpus and where its files were found."""
    from jmt.data.cards import read_card
    from jmt.data.places import place_of_split

    card = read_card(name)
    for key in ("title", "source", "release", "licence", "language"):
        show(f"{key:<9} {getattr(card, key)}")
    for note in card.notes:
        show(f"note      {note}")
    for part in card.parts:
        what = "pairs" if part is card.pairs else "sentences"
        show(f"\n{what}, read as {part.reader}, with the columns {', '.join(part.columns)}")
        if part.score_range:
            show(f"scores from {part.score_range[0]:g} to {part.score_range[1]:g}")
        rows = []
        for split in part.splits.named():
            size = part.sizes.get(split)  # type: ignore[call-overload]
            counts = [size.examples if size else "?", (size.words if size else None) or "?"]
            where = place_of_split(card.name, part, split, folders) or "not here"
            rows.append([split, getattr(part.splits, split), *counts, where])
        show(format_table(["split", "file", what, "words", "where"], rows))
    show()
    for file_name, file in card.files.items():
        show(f"{file_name}  sha256 {file.sha256 or file.fetch_sha256 or 'not pinned'}")
        for home in file.homes:
            show(f"  {home}")
    return 0


def _fetch_one(name: str, folder: Path | None) -> int:
    """Bring the files of one corpus, and print their paths."""
    from jmt.data.cards import read_card
    from jmt.data.fetch import fetch_corpus
    from jmt.data.places import fetched_home

    card = read_card(name)
    say(f"{card.title}; licence: {card.licence}")
    with bars() as progress_for:
        paths = fetch_corpus(card, (folder or fetched_home()) / name, report=say, progress_for=progress_for)
    for path in paths:
        write_data(f"{path}\n")
    return 0


@contextmanager
def bars() -> Iterator[ProgressFor]:
    """Offer a progress bar per file, on a terminal only."""
    if not on_terminal():
        yield lambda name: None
        return
    opened: list[Any] = []

    def progress_for(name: str) -> Progress:
        bar = draw_bar(about=name, unit="B", divisor=1024)
        opened.append(bar)

        def move(arrived: int, whole: int | None) -> None:
            bar.total = whole
            bar.update(arrived - bar.n)

        return move

    try:
        yield progress_for
    finally:
        for bar in opened:
            bar.close()
