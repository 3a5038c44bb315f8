"""`python -m jmt.cli` is `jmt`, too."""

from __future__ import annotations

import sys

from jmt.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
