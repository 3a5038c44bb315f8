"""List the methods that weigh tasks against each other, and what a schedule gives them to work on.

A configuration names one as `method` in [training.weighting], beside the keys that it reads.  Under the schedules
`successive` and `sampled` a step has the batch of one corpus; under `joint` it has one of every corpus.
"""

from __future__ import annotations

import argparse
import json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the option of `jmt methods`."""
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")


def run(arguments: argparse.Namespace) -> int:
    """Print the table of methods, from the code itself."""
    from jmt.cli.terminal.console import format_table, show
    from jmt.cli.terminal.output import write_data
    from jmt.training.weighting import METHODS

    if arguments.json:
        for name, method in METHODS.items():
            facts = method._asdict()
            del facts["build"]
            write_data(json.dumps({"method": name, **facts}) + "\n")
        return 0
    rows = [
        [name, ", ".join(method.schedules), method.needs, ", ".join(method.keys) or "-", method.does, method.paper]
        for name, method in METHODS.items()
    ]
    show(format_table(["method", "schedules", "needs", "keys", "what it does", "paper"], rows))
    return 0
