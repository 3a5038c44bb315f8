"""Write a trained model as ONNX graphs, for programs in other languages.

A graph takes a batch of words as arrays and gives the scores of each task.  Beside the graphs stand the weights, which
they share, the vocabulary, the labels, a sample to check a program by, and a README.md that says how to feed the graphs
and read what they give.  Splitting text and searching trees are left to the program.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from jmt.cli.options.corpus_choice import add_corpus
from jmt.cli.options.model_choice import MODEL_HELP
from jmt.cli.terminal.console import show_written


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    parser.add_argument("--output", metavar="DIR", type=Path, required=True, help="folder to write")
    parser.add_argument("--levels", action="store_true", help="write a graph for each level of the cascade, too")
    add_corpus(parser)


def run(arguments: argparse.Namespace) -> int:
    from jmt.safety.extras import require

    require("`jmt export`", "onnx")
    from jmt.integrations.onnx.exporting import export_model

    folder = export_model(arguments.model, arguments.output, corpus=arguments.corpus, levels=arguments.levels)
    show_written(folder)
    return 0
