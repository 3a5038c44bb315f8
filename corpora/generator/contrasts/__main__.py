"""`python -m corpora.generator.contrasts OUTPUT_FOLDER` writes the corpus `minimal_pairs`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from corpora.generator.contrasts.write import write_corpus


def main(arguments: list[str] | None = None) -> int:
    """Write the corpus into the folder named on the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m corpora.generator.contrasts", description="Write the corpus of minimal pairs."
    )
    parser.add_argument("output_folder", type=Path, help="where the files go; made if it does not exist")
    write_corpus(parser.parse_args(arguments).output_folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
