"""What pydantic found wrong with a table, as lines for whoever wrote it."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError


def explain(error: ValidationError, prefix: str, valid_keys: list[str] | None = None) -> str:
    """Turn a validation error into lines that name each key, what was found and what is allowed."""
    lines = []
    for problem in error.errors():
        key = ".".join([prefix, *(str(part) for part in problem["loc"])]).strip(".")
        if problem["type"] == "extra_forbidden":
            allowed = f"; valid keys here: {', '.join(valid_keys)}" if valid_keys else ""
            lines.append(f"{key}: unknown key{allowed}")
        elif problem["type"] == "missing":
            lines.append(f"{key}: this key is required")
        elif problem["type"] == "value_error" and isinstance(problem["input"], Mapping):
            lines.append(
                f"{key}: {problem['msg'].removeprefix('Value error, ')}"
            )  # of a whole table: no need to show it
        else:
            lines.append(f"{key} = {problem['input']!r}: {problem['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)
