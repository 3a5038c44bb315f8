"""What does not follow the schema of documents and judgements."""

from __future__ import annotations

from jmt.document.schema import build_schema


def faults(value: object, schema: dict, place: str = "") -> list[str]:
    """A validator for the few words of JSON Schema that ours uses; it stops at a word that it does not know."""
    if "$ref" in schema:
        return faults(value, build_schema()["$defs"][schema["$ref"].rpartition("/")[2]], place)
    words = {"type", "description", "minimum", "maximum", "items", "properties", "required", "additionalProperties"}
    assert schema.keys() <= words
    types = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float)}
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, types[kind]) for kind in kinds):
        return [f"{place}: no {' or '.join(kinds)}"]
    found = []
    if isinstance(value, list):
        for index, item in enumerate(value):
            found += faults(item, schema["items"], f"{place}.{index}".lstrip("."))
    elif isinstance(value, dict):
        found += [f"{place}: lacks {key}" for key in schema.get("required", []) if key not in value]
        for key, item in value.items():
            inner = schema.get("properties", {}).get(key, schema["additionalProperties"])
            where = f"{place}.{key}".lstrip(".")
            found += [f"{where}: not allowed"] if inner is False else faults(item, inner, where)
    elif not isinstance(value, str):
        found += [f"{place}: below {schema['minimum']}"] if value < schema.get("minimum", value) else []
        found += [f"{place}: above {schema['maximum']}"] if value > schema.get("maximum", value) else []
    return found
