"""Libraries that only an extra brings: which extra that is, and the line that says so where one is not installed.

`pip install jmt` brings what annotating needs.  Whatever needs more says so in one line, from every door: commands by
`jmt.cli.main`, Python by the function that imports the library.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from jmt.errors import MissingLibraryError

LIBRARIES = {
    "spacy": ("spacy",),
    "frames": ("pandas", "pyarrow"),
    "train": ("torch", "transformers", "datasets", "seqeval", "scipy", "torchjd", "tomli_w"),
    "serve": ("starlette", "uvicorn", "httptools", "orjson", "prometheus_client"),
    "client": ("httpx2",),
    "tensorboard": ("tensorboard",),
    "figures": ("matplotlib",),
    "export": ("onnx",),
    "ray": ("ray",),
}
"""What is imported of the libraries that an extra of pyproject.toml brings; a test compares the two."""

_EXTRA_OF = {library: extra for extra, libraries in LIBRARIES.items() for library in libraries}


@contextmanager
def needed_for(what: str) -> Iterator[None]:
    """Import and use libraries inside; where one is missing that an extra brings, `what` is said to need it.

    Any other module that is not found is a fault, of ours or of an installation, and passes as it is.

    Raises:
        MissingLibraryError: a library of an extra is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:  # which a MissingLibraryError is not: what was said nearer by stays
        if error.name not in _EXTRA_OF:
            raise
        raise _missing(what, [error.name]) from error


def require(what: str, *libraries: str) -> None:
    """Refuse to begin `what` where one of the libraries that it will import is not installed.

    Raises:
        MissingLibraryError: one or more of them are missing.
    """
    if missing := [library for library in libraries if find_spec(library) is None]:
        raise _missing(what, missing)


def _missing(what: str, libraries: list[str]) -> MissingLibraryError:
    extras = ",".join(dict.fromkeys(_EXTRA_OF[library] for library in libraries))
    return MissingLibraryError(f"{what} needs {', '.join(libraries)}, not installed here: pip install 'jmt[{extras}]'")
