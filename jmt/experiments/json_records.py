"""Files of JSON in the folder of a run: read, or refused with what to do about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jmt.errors import InputError


def read_record(path: Path, kind: type[dict[str, Any]] | type[list[Any]]) -> Any:
    """Return what a file holds, an empty one of its kind where there is no file.

    Raises:
        InputError: it was cut off or changed, or is a folder.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return kind()
    except IsADirectoryError as error:
        raise damaged(path, "it is a folder") from error
    except (ValueError, RecursionError) as error:
        raise damaged(path, str(error)) from error
    if not isinstance(content, kind):
        raise damaged(path, f"it holds no {'table' if kind is dict else 'list'}")
    return content


def damaged(path: Path, reason: str) -> InputError:
    """Return the error that says how to come by a whole record again."""
    return InputError(f"{path}: damaged: {reason}. {train_again(path.parent)}")


def train_again(folder: Path) -> str:
    """Say how to come by a run of a comparison again."""
    return f"Delete {folder}, and the same command trains this run again"
