"""Make one model out of several runs of the same network: the mean of their weights.

The runs must have begun with the same weights: the same `seed` and encoder, and what is about training changed, such as
`--set training.seed=2` (other batches and dropout), rates or epochs.  Whether the mean is better than its parts is for
`jmt evaluate` to say.
"""

from __future__ import annotations

import argparse
from pathlib import Path

_OF_ONE_RUN = ("epoch", "dev", "figures")
"""What the card of a run says that is not true of a mean."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("models", metavar="MODEL", nargs="+", help="two or more runs, or checkpoint folders")
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="the checkpoint folder to write")
    parser.add_argument("--shares", metavar="LIST", help="of each model, as in 0.7,0.3 (default: all the same)")


def run(arguments: argparse.Namespace) -> int:
    """Average and save."""
    from jmt.cascade.checkpoint import find_checkpoint, model_hash, read_card
    from jmt.cli.terminal.console import say
    from jmt.errors import ConfigError
    from jmt.network import checkpoint
    from jmt.training.starting.averaging import average

    folders = {name: find_checkpoint(name) for name in arguments.models}
    if len(folders) < 2:
        raise ConfigError("jmt average: give two models or more, each once")
    if arguments.output.exists():
        raise ConfigError(f"{arguments.output}: exists already; choose another --output")
    shares = _read_shares(arguments.shares, len(folders))
    model = average({name: checkpoint.load(folder) for name, folder in folders.items()}, shares)
    parts = [
        {"name": Path(name).resolve().name, "sha256": model_hash(folder), "share": share}
        for (name, folder), share in zip(folders.items(), shares, strict=True)
    ]
    card = read_card(next(iter(folders.values())))
    kept = {key: value for key, value in card.items() if key not in _OF_ONE_RUN}
    checkpoint.save(model, arguments.output, card={**kept, "averaged": parts})
    say(f"the mean of {len(parts)} models is in {arguments.output}")
    return 0


def _read_shares(text: str | None, count: int) -> list[float]:
    """Read --shares, scaled to sum to 1."""
    from jmt.errors import ConfigError

    if text is None:
        return [1 / count] * count
    try:
        shares = [float(part) for part in text.split(",")]
    except ValueError:
        shares = []
    if len(shares) != count or not all(0 < share < float("inf") for share in shares):
        raise ConfigError(f"--shares {text}: {count} numbers above 0 are needed, one for each model, as in 0.7,0.3")
    return [share / sum(shares) for share in shares]
