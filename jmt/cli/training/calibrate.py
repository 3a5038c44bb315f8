"""Make the confidences of a trained model come true: of predictions that say .9, nine in ten should be right.

One number per task, its temperature, is fitted to the dev split, and a copy of the model is written with it.  What is
predicted stays the same.  `jmt train` does this by itself at its end; `jmt evaluate --calibration` measures it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from jmt.cli.options.computing import add_device, add_engine
from jmt.cli.options.configuration import add_corpora
from jmt.cli.options.data_choice import add_data, data_by_task
from jmt.cli.options.model_choice import MODEL_HELP
from jmt.cli.options.task_list import add_tasks, named_tasks
from jmt.cli.terminal.console import say, show


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="the checkpoint folder to write")
    add_data(parser, meaning="fit a task to this file, or to this known corpus, instead of dev of its own one")
    add_tasks(parser, meaning="calibrate these tasks only, as in xpos,dep; others stay as they are; left out: all")
    add_corpora(parser)
    add_device(parser, default="cpu")
    add_engine(parser)


def run(arguments: argparse.Namespace) -> int:
    """Calibrate, save and tell."""
    from jmt.cli.training.calibration_table import calibration_table
    from jmt.evaluation.calibration.models import calibrate_model

    fitted = calibrate_model(
        arguments.model,
        arguments.output,
        data=data_by_task(arguments.data),
        tasks=named_tasks(arguments.tasks),
        folders=arguments.corpora,
        device=arguments.device,
        engine=arguments.engine,
        report=say,
    )
    show(calibration_table(fitted))
    say(f"the calibrated model is in {arguments.output}")
    return 0
