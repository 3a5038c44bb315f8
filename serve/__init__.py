"""The HTTP service over an `Annotator`; installed, imported and run as `jmt.serve`."""

from __future__ import annotations

if __name__ != "jmt.serve":
    raise ImportError(f"this folder is installed as `jmt.serve`, not as `{__name__}`: write `import jmt.serve`")
