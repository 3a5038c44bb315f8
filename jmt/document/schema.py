"""The JSON Schema of what `Document.to_dict` and `Judgement.to_dict` return.

`jmt/document/schema.json` is made from this file by one command, and a test says when it was forgotten:

    python -m jmt.document.schema --write
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

SCHEMA_FILE = Path(__file__).with_name("schema.json")

Schema = dict[str, Any]

_START, _END = "first code point in the document's text", "one past the last code point"


def build_schema() -> Schema:
    """Return the schema: an instance is a `Document` or a `Judgement`; both are defined under `$defs`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What jmt returns for a text or a pair of sentences",
        "anyOf": [_reference("Document"), _reference("Judgement")],
        "$defs": {
            "Document": _object(
                "An annotated text; offsets count code points of `text`.",
                {"text": {"type": "string"}, "sentences": _list(_reference("Sentence"))},
            ),
            "Sentence": _object(
                "The tokens of a sentence, its spans and what is said of it as a whole, by the name of their task.",
                {"tokens": _list(_reference("Token")), "spans": _map(_list(_reference("Span")))},
                {
                    "labels": _described(_map({"type": "string"}), "class of the sentence, by task"),
                    "scores": _described(_map({"type": "number"}), "score of the sentence, by task"),
                    "probabilities": _described(
                        _map(_map(_probability())), "probability of every class, by task, where it was asked for"
                    ),
                    "multiword_tokens": _list(_reference("MultiwordToken")),
                    "sent_id": {"type": "string"},
                },
            ),
            "Token": _token(),
            "MultiwordToken": _object(
                "A written form that stands for several words, such as French `du` for `de` and `le`.",
                {
                    "first": _whole(1, "id of the first word"),
                    "last": _whole(1, "id of the last word, which belongs to it"),
                    "text": {"type": "string"},
                },
                {"start": _whole(0, _START), "end": _whole(0, _END)},
            ),
            "Span": _object(
                "Consecutive tokens under one label.",
                {
                    "label": {"type": "string"},
                    "first": _whole(1, "id of the first token"),
                    "last": _whole(1, "id of the last token, which belongs to the span"),
                },
            ),
            "Judgement": _judgement(),
        },
    }


def _token() -> Schema:
    schema = _object(
        "A word. Every key that is not named here is a task of the cascade, and its value that task's label (spans as "
        "IOB2). The words of a multiword token have their own part of it where they make it up, else all of it.",
        {"id": _whole(1, "position in the sentence"), "text": {"type": "string"}},
        {
            "start": _whole(0, _START),
            "end": _whole(0, _END),
            "lemma": {"type": "string", "description": "the word as a dictionary lists it"},
            "upos": {"type": "string", "description": "universal part of speech"},
            "xpos": {"type": "string", "description": "part of speech of the treebank's own set"},
            "feats": {"type": "string", "description": "features such as `Case=Nom|Number=Sing`; `_` for none"},
            "head": _whole(0, "id of the governor, 0 for the root"),
            "deprel": {"type": "string", "description": "relation to the governor"},
            "confidences": _described(_map(_probability()), "probability of what was predicted, by task"),
        },
    )
    return {**schema, "additionalProperties": {"type": "string"}}


def _judgement() -> Schema:
    return _object(
        "What the pair tasks say about two sentences; a task that was not asked for has no key.",
        {"first": {"type": "string"}, "second": {"type": "string"}},
        {
            "relatedness": {"type": "number", "description": "in the range of the corpus learned from"},
            "relatedness_distribution": _described(
                _list(_probability()), "probability of every whole number of that range, lowest first"
            ),
            "entailment": {"type": "string"},
            "probabilities": _described(_map(_probability()), "probability of every entailment class"),
            "values": _described(_map({"type": ["number", "string"]}), "scores and classes of further pair tasks"),
        },
    )


def _object(description: str, required: Schema, optional: Schema | None = None) -> Schema:
    return {
        "type": "object",
        "description": description,
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


def _whole(minimum: int, description: str) -> Schema:
    return {"type": "integer", "minimum": minimum, "description": description}


def _probability() -> Schema:
    return {"type": "number", "minimum": 0, "maximum": 1}


def _described(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def render_schema() -> str:
    """Return the content of `jmt/document/schema.json`."""
    return json.dumps(build_schema(), indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Print the schema, or with `--write` put it into `jmt/document/schema.json`."""
    if arguments == ["--write"]:
        SCHEMA_FILE.write_text(render_schema(), encoding="utf-8")
        return 0
    if arguments:
        sys.stderr.write(f"unknown arguments: {' '.join(arguments)}; allowed is --write\n")
        return 2
    sys.stdout.write(render_schema())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
