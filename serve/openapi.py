"""What clients send and get, for `/openapi.json`: documents and judgements of the one schema, and the frames around."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from fastapi import FastAPI

from jmt.annotate.building import WORD_PATTERN
from jmt.document.schema import build_schema
from jmt.serve.answering.accept import CONLLU
from jmt.serve.answering.problems import MEDIA_TYPE, PROBLEMS
from jmt.serve.asking.access import PUBLIC
from jmt.serve.settings import Settings
from jmt.serve.watching.metrics import MEDIA_TYPE as METRICS_TYPE

Schema = dict[str, Any]

_WORD: Schema = {"type": "string"}
_COUNT: Schema = {"type": "integer", "minimum": 0}
EVERYWHERE = (400, 405, 408, 421, 431, 500, 501)
"""Problems that any path may report: what is no HTTP, the wrong method, a client that is too slow or says too much, a
host or a coding that is not ours, a fault of ours."""


NOT_BLANK = r"[^\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""Something that Python does not count as white space; `\\S` means other things in other languages."""


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


_CONFIDENCES: Schema = {
    "confidences": {"type": "boolean", "description": "Add the probability of each prediction; not in CoNLL-U."}
}


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
            },
            {
                "request_id": {**_WORD, "description": "missing where the request could not be read at all"},
                "errors": _list(_object({"pointer": _WORD, "code": _WORD, "detail": _WORD})),
            },
        ),
    },
}
"""Every schema of an answer by its name; those of `jmt/document/schema.json` stand beside them in `/openapi.json`."""


def request_schemas(token_tasks: Sequence[str], pair_tasks: Sequence[str], settings: Settings) -> dict[str, Schema]:
    """Describe what the two verbs take, with the limits and tasks of this service."""
    text = {**_WORD, "maxLength": settings.max_characters}
    sentence = {**text, "pattern": NOT_BLANK, "minLength": 1}
    word = {**text, "pattern": WORD_PATTERN, "minLength": 1}
    texts = {**_items(text, settings.max_texts), "description": "Raw texts; each becomes a document."}
    words = _items(word, settings.max_sentence_tokens)
    tokens = {**_items(words, settings.max_texts), "description": "Tokenised sentences; each becomes a document."}
    pair = _object({"first": sentence, "second": sentence})
    pairs = {**_items(pair, settings.max_texts), "description": "The pairs to judge."}
    nothing: Schema = {"type": "null"}
    of_tokens, of_pairs = {**_tasks(token_tasks), **_CONFIDENCES}, _tasks(pair_tasks)
    return {
        "AnnotateRequest": {
            "description": "Either raw texts, or sentences that are tokenised already.",
            "anyOf": [
                _object({"texts": texts}, {"tokens": nothing, **of_tokens}),
                _object({"tokens": tokens}, {"texts": nothing, **of_tokens}),
            ],
        },
        "CompareRequest": _object({"pairs": pairs}, of_pairs),
    }


def _items(items: Schema, most: int) -> Schema:
    return {**_list(items), "minItems": 1, "maxItems": most}


def _tasks(names: Sequence[str]) -> dict[str, Schema]:
    described = "What to answer; all that the model has, where left out. What a task reads runs, too."
    chosen = {**_list({**_WORD, "enum": list(names)}), "minItems": 1}
    return {"tasks": {"anyOf": [chosen, {"type": "null"}], "description": described}} if names else {}


def describe_answers(
    path: str, answer: str | None, problems: tuple[int, ...], *, closed: bool
) -> dict[int | str, dict[str, Any]]:
    """Describe what an endpoint may answer, by status: its own answer, and the problems it reports instead."""
    forms: dict[str, Any] = {METRICS_TYPE: {"schema": _WORD}}
    if answer is not None:
        forms = {"application/json": {"schema": _reference(answer)}}
    if answer == "AnnotateAnswer":
        forms[CONLLU] = {"schema": _WORD}
    described: dict[int | str, dict[str, Any]] = {200: {"description": "Done", "content": forms}}
    unauthorized = (401,) if closed and path not in PUBLIC else ()
    for status in sorted({*problems, *EVERYWHERE, *unauthorized}):
        titles = sorted({title for number, title in PROBLEMS.values() if number == status})
        content = {MEDIA_TYPE: {"schema": _reference("Problem")}}
        described[status] = {"description": "; ".join(titles), "content": content}
    return described


def describe_request(path: str, body: str | None, *, closed: bool) -> dict[str, Any]:
    """Describe what an endpoint takes: its body, and a key where one is needed."""
    described: dict[str, Any] = {}
    if body is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": _reference(body)}}}
    if closed and path not in PUBLIC:
        described["security"] = [{"key": []}]
    return described


def add_schemas(app: FastAPI, requests: dict[str, Schema], *, closed: bool) -> None:
    """Let `app.openapi()` give the schemas that its requests and answers refer to."""
    app.openapi = partial(_complete, app.openapi, requests, closed)  # type: ignore[method-assign]


def _complete(describe: Any, requests: dict[str, Schema], closed: bool) -> dict[str, Any]:
    description: dict[str, Any] = describe()
    components = description.setdefault("components", {})
    components["schemas"] = {**SCHEMAS, **requests, **_moved(build_schema()["$defs"])}
    if closed:
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return description


def _moved(schema: Any) -> Any:
    """Copy schemas of `jmt/document/schema.json` with their references turned to the place they have here."""
    if isinstance(schema, dict):
        return {
            key: value.replace("#/$defs/", "#/components/schemas/") if key == "$ref" else _moved(value)
            for key, value in schema.items()
        }
    return [_moved(inner) for inner in schema] if isinstance(schema, list) else schema
