"""A JSON Schema checker for the few keywords that our schemas use, written for tests only."""

from __future__ import annotations

from typing import Any

TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}
KNOWN = {
    *("$ref", "type", "properties", "required", "additionalProperties", "items", "minimum", "maximum", "enum"),
    *("anyOf", "description", "title", "default"),
}


def conforms(value: Any, schema: dict[str, Any], root: dict[str, Any], place: str = "$") -> list[str]:
    """List what is wrong with a value, each with its place; an unknown keyword is a mistake of the test."""
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        target: Any = root
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        return conforms(value, target, root, place)
    if "anyOf" in schema:
        found = [conforms(value, option, root, place) for option in schema["anyOf"]]
        return [] if [] in found else [problem for problems in found for problem in problems]
    names = schema.get("type", list(TYPES))
    names = [names] if isinstance(names, str) else names
    if not any(isinstance(value, TYPES[name]) and (name == "boolean" or value is not True) for name in names):
        return [f"{place}: {value!r} is no {names}"]
    wrong = [f"{place}: {value!r} not in the enumeration"] if value not in schema.get("enum", [value]) else []
    if isinstance(value, int | float):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            wrong.append(f"{place}: {value!r} out of range")
    elif isinstance(value, list) and "items" in schema:
        for position, inner in enumerate(value):
            wrong += conforms(inner, schema["items"], root, f"{place}[{position}]")
    elif isinstance(value, dict):
        wrong += _object_conforms(value, schema, root, place)
    return wrong


def _object_conforms(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], place: str) -> list[str]:
    wrong = [f"{place}: {key} is missing" for key in schema.get("required", []) if key not in value]
    properties, other = schema.get("properties", {}), schema.get("additionalProperties", {})
    for key, inner in value.items():
        if key in properties:
            wrong += conforms(inner, properties[key], root, f"{place}.{key}")
        elif other is False:
            wrong.append(f"{place}: {key} is not allowed")
        elif isinstance(other, dict):
            wrong += conforms(inner, other, root, f"{place}.{key}")
    return wrong
