"""`python -m jmt` is `jmt`, where the command is not on the path."""

from __future__ import annotations

import sys

from jmt.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
