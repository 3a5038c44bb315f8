"""`/openapi.json`, written from `ENDPOINTS` and the types that they name, for one model and its settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from jmt import __version__
from jmt.document.schema import build_schema
from jmt.serve.answering.accept import JSON
from jmt.serve.answering.problems import MEDIA_TYPE, PROBLEMS, ProblemBody
from jmt.serve.contract.answers import COMPONENT
from jmt.serve.contract.endpoints import ENDPOINTS, EVERYWHERE, Endpoint, Verb

Schema = dict[str, Any]

_HOME = "#/components/schemas/"
_PROBLEM = "Problem"


def build_document(values: Mapping[str, Any], *, closed: bool) -> dict[str, Any]:
    """Describe the whole service.

    `values` are what schemas say by name alone: the number of every limit, the tasks of the model.  A service that is
    `closed` asks for keys.
    """
    paths: dict[str, Any] = {}
    for endpoint in ENDPOINTS:
        described = _describe(endpoint, closed=closed and not endpoint.is_public)
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = described
    components: dict[str, Any] = {"schemas": _all_schemas(values)}
    if closed:
        components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "jmt", "version": __version__},
        "paths": paths,
        "components": components,
    }


def _describe(endpoint: Endpoint, *, closed: bool) -> dict[str, Any]:
    """Describe what an endpoint takes, and what it may answer by status: its own answer, and problems instead of it."""
    described: dict[str, Any] = {
        "summary": endpoint.name.title(),
        "description": endpoint.description,
        "operationId": re.sub(r"\W", "_", f"{endpoint.name}{endpoint.path}_{endpoint.method.lower()}"),
    }
    if isinstance(endpoint, Verb):
        described["requestBody"] = {"content": {JSON: {"schema": _schema_of(endpoint.takes)}}, "required": True}
    answers = {form: {"schema": _schema_of(held)} for form, held in endpoint.answers.items()}
    responses: dict[str, Any] = {"200": {"description": "Done", "content": answers}}
    for status in sorted({*endpoint.problems, *EVERYWHERE, *([401] if closed else [])}):
        titles = sorted({title for number, title in PROBLEMS.values() if number == status})
        content = {MEDIA_TYPE: {"schema": {"$ref": _HOME + _PROBLEM}}}
        responses[str(status)] = {"description": "; ".join(titles), "content": content}
    described["responses"] = responses
    if closed:
        described["security"] = [{"key": []}]
    return described


def _schema_of(held: type) -> Schema:
    return {"type": "string"} if held is str else {"$ref": _HOME + held.__name__}


def _all_schemas(values: Mapping[str, Any]) -> dict[str, Schema]:
    """Give every schema by name: of what is answered, taken and refused, and those of `jmt/document/schema.json`."""
    named: dict[str, type] = {_PROBLEM: ProblemBody}
    for endpoint in ENDPOINTS:
        held = [*endpoint.answers.values(), *([endpoint.takes] if isinstance(endpoint, Verb) else [])]
        named |= {one.__name__: one for one in held if one is not str}
    found: dict[str, Schema] = {}
    for name, one in named.items():
        schema = TypeAdapter(one).json_schema(ref_template=_HOME + "{model}")
        found |= schema.pop("$defs", {})
        found[name] = schema
    described: dict[str, Schema] = _filled({**found, **build_schema()["$defs"]}, values)
    return described


def _filled(schema: Any, values: Mapping[str, Any]) -> Any:
    """Copy schemas with every name of a value turned to the value, and every reference to the place of its schema here.

    What pydantic adds of itself is left out: titles, and what stands for a field that is left out.
    """
    if isinstance(schema, list):
        return [_filled(inner, values) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    if COMPONENT in schema:
        return {"$ref": _HOME + schema[COMPONENT]}
    filled: Schema = {}
    for key, value in schema.items():
        if key == "$ref":
            filled[key] = value.replace("#/$defs/", _HOME)
        elif key in ("maxItems", "maxLength", "enum") and isinstance(value, str):
            filled[key] = values[value]
        elif isinstance(value, dict) or key not in ("title", "default"):
            filled[key] = _filled(value, values)
    return filled
