"""The keys of a table: which there are, what numbers are, and what is wrong with a table in lines for its writer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError


class Keys(BaseModel):
    """A table that knows its keys and refuses others, and takes `true` for no number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _no_number_is_true(cls, values: Any) -> Any:
        """Refuse what Python takes for 1 and 0; tables within a table look at their own keys."""
        if not isinstance(values, Mapping):
            return values
        wrong = [key for key in values if key in _numbers_of(cls) and _holds_truth(values[key])]
        if wrong:
            fault = PydanticCustomError("truth", "a number belongs here, and true and false are none")
            faults = [InitErrorDetails(type=fault, loc=(key,), input=values[key]) for key in wrong]
            raise ValidationError.from_exception_data(cls.__name__, faults)
        return values


@cache
def _numbers_of(table: type[BaseModel]) -> frozenset[str]:
    """Return the keys that hold numbers and nothing that may be true or false."""
    parts = {name: set(_parts_of(field.annotation)) for name, field in table.model_fields.items()}
    return frozenset(
        name for name, kinds in parts.items() if kinds & {int, float} and not (kinds & {bool, Any} or _tables(kinds))
    )


def _parts_of(annotation: Any) -> list[Any]:
    """Return the types that an annotation is made of; of literal values theirs."""
    if get_origin(annotation) is Literal:
        return [type(value) for value in get_args(annotation)]
    inner = get_args(annotation)
    return [part for one in inner for part in _parts_of(one)] if inner else [annotation]


def _tables(kinds: set[Any]) -> bool:
    return any(isinstance(kind, type) and issubclass(kind, BaseModel) for kind in kinds)


def _holds_truth(value: Any) -> bool:
    """Tell whether this is true or false, or holds such a value."""
    if isinstance(value, Mapping):
        return any(map(_holds_truth, value.values()))
    return any(map(_holds_truth, value)) if isinstance(value, list | tuple) else isinstance(value, bool)


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
            lines.append(f"{key} = {_shown(problem['input'])}: {problem['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    """Return a value as TOML has it, where Python writes it in another way."""
    return str(value).lower() if isinstance(value, bool) else repr(value)
