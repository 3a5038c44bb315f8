"""What clients get, for `/openapi.json`: documents and judgements of the one schema, and the frames around them."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import FastAPI

from jmt.document_to_schema import build_schema
from jmt.serve.problems import MEDIA_TYPE, PROBLEMS

Schema = dict[str, Any]

_WORD: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    properties = {**required, **(optional or {})}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _frame(key: str, items: str, unit: str) -> Schema:
    """Describe an answer of the model: who answered which tasks, the results in the order of the request, its size."""
    tasks = {**_list(_WORD), "description": "the tasks answered, lowest first"}
    ran = {**_list(_WORD), "description": "every task that had to run for them, lowest first"}
    usage = _object({unit: _COUNT, "sentences": _COUNT, "tokens": _COUNT})
    model = _object({"name": _WORD, "revision": _WORD})
    return _object({"model": model, "tasks": tasks, "ran": ran, key: _list(_reference(items)), "usage": usage})


SCHEMAS: dict[str, Schema] = {
    "AnnotateAnswer": _frame("documents", "Document", "texts"),
    "CompareAnswer": _frame("judgements", "Judgement", "pairs"),
    "ModelAnswer": _object(
        {
            "name": _WORD,
            "revision": {**_WORD, "description": "hash of the checkpoint"},
            "language": _WORD,
            "tasks": _list(
                _object({"name": _WORD, "kind": _WORD, "level": _COUNT, "reads": _list(_WORD), "labels": _list(_WORD)})
            ),
            "limits": _map(_COUNT),
            "version": {**_WORD, "description": "of jmt"},
        }
    ),
    "StatusAnswer": _object({"status": _WORD}),
    "Problem": {
        "description": "Problem details (RFC 9457); nothing of the request is repeated",
        **_object(
            {
                "type": {"type": "string", "enum": [f"urn:jmt:problem:{code}" for code in PROBLEMS]},
                "title": _WORD,
                "status": _COUNT,
                "detail": _WORD,
                "request_id": _WORD,
            },
            {"errors": _list(_object({"pointer": _WORD, "code": _WORD, "detail": _WORD}))},
        ),
    },
}
"""Every schema of an answer by its name; those of `jmt/schema.json` stand beside them in `/openapi.json`."""


def describe_answers(answer: str, problems: tuple[int, ...]) -> dict[int | str, dict[str, Any]]:
    """Describe what an endpoint may answer, by status: its own answer, and the problems it reports instead."""
    described: dict[int | str, dict[str, Any]] = {
        200: {"description": "Done", "content": {"application/json": {"schema": _reference(answer)}}}
    }
    for status in problems:
        titles = sorted({title for number, title in PROBLEMS.values() if number == status})
        content = {MEDIA_TYPE: {"schema": _reference("Problem")}}
        described[status] = {"description": "; ".join(titles), "content": content}
    return described


def add_schemas(app: FastAPI) -> None:
    """Let `app.openapi()` give the schemas that its answers refer to."""
    app.openapi = partial(_complete, app, app.openapi)  # type: ignore[method-assign]


def _complete(app: FastAPI, describe: Any) -> dict[str, Any]:
    description: dict[str, Any] = describe()
    schemas = description.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(SCHEMAS)
    schemas.update(_moved(build_schema()["$defs"]))
    return description


def _moved(schema: Any) -> Any:
    """Copy schemas of `jmt/schema.json` with their references turned to the place they have here."""
    if isinstance(schema, dict):
        return {
            key: value.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(value)
            for key, value in schema.items()
        }
    return [_moved(inner) for inner in schema] if isinstance(schema, list) else schema
