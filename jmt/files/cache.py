"""The folder of everything that jmt keeps for the user, and that can be made again."""

from __future__ import annotations

import os
from pathlib import Path


def cache_home() -> Path:
    """Return `$XDG_CACHE_HOME/jmt`, else `~/.cache/jmt`."""
    root = os.environ.get("XDG_CACHE_HOME")
    return (Path(root) if root else Path.home() / ".cache") / "jmt"
