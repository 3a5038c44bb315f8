"""The README of an export: which graphs there are, what goes in and comes out, and how to make and read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jmt.cascade.config import ModelConfig
from jmt.cascade.encoder_config import TransformerConfig
from jmt.cascade.task_config import GradeConfig, HeadConfig, PairRegressorConfig
from jmt.integrations.model_card import table
from jmt.integrations.onnx.cutting import Part
from jmt.integrations.onnx.example import example
from jmt.integrations.onnx.graph import Port


@dataclass(frozen=True, slots=True)
class Facts:
    """What a README says of the model."""

    name: str
    config: ModelConfig
    licence: tuple[str, ...]
    """Sentences: that of the weights, and what the corpora ask for."""
    version: str
    """Of jmt."""
    sha256: str
    """Of the model's weights."""
    opset: int


_GRAPHS = {
    "annotate": "the scores of all tasks about single sentences",
    "compare": "the scores of all tasks about pairs: first sentences of all pairs, then second ones",
    "relations": "the scores of relations, once heads are chosen from the scores of arcs",
    "words": "the words looked up; a graph per level goes on from there",
}

_OTHERS = {
    "weights.data": "the weights, which all graphs read: keep it beside them",
    "vocabulary.json": "what makes arrays of words",
    "labels.json": "what makes predictions of scores",
    "sample.json": "two sentences with the arrays that go in and come out (`null` is -inf): check your program by them",
}

_WORDS = """\
Sentences come as words, split as the corpora of training are: in English `did` `n't`, and `.` by itself.
Shorter sentences are padded, with 0 in `word_ids`, with -1 in all others. What comes out at padding means nothing.

1. `word_ids`: the place of the form in lower case among `words` in `vocabulary.json`, counted from 1.
   0 stands for a form that is not there.
2. `ngram_ids`: the places of the form's character n-grams among `ngrams`, counted from 1, each once.
   `[0]` stands for a form without any known one.
   * The form keeps its case. Of more than `longest_form` characters, the first and last half of these count.
   * For n-grams longer than 1 it stands between `begin` and `end`, one character each. `begin` + `end` is no n-gram."""

_PIECES = """\
3. `piece_ids`: a window per sentence: special pieces that open it, the pieces of its words, special ones that close it.
   * `pieces` in `vocabulary.json` has the special ones: under `sentence`, `before` the words, and `before` the end.
   * Each word is given to `tokenizer.json` by itself. One without any piece is `unknown`.
   * Of more than `longest_word` characters, or `most_of_a_word` pieces, the first and last half of these count.
4. `piece_words`: for every piece the number of its word, which is sentence x words + word, counted from 0.
   Special pieces and padding have -1.
5. `word_pieces`: for every word the numbers of its pieces, window x pieces + piece.
   `words` and `pieces` are the sizes of the padded arrays.

A sentence of more than `longest_window` pieces needs several windows, which overlap.
In `word_pieces` a word has the pieces of one of them, the one that shows most around it.
In `piece_words` it may be in several."""

_TOGETHER = """\
The arrays `pair_...` are the same for pairs that are read together: a window per pair holds both sentences.
`pair` in `vocabulary.json` has the special pieces before each of them and at the end, and the types.
A pair that is too long has a window for each of its sentences."""

_GRADE = "The grade is the mean of the labels, weighed by a softmax of the scores."
_DIVIDED = " Divide the scores by {:g} before."
_BOTH_ORDERS = " jmt gives the mean of the grades of both orders of the two sentences: feed them in both."
_CLASS = "Take the label with the largest score."
_CONFIDENCES = """\
A softmax of the scores gives probabilities. Where `labels.json` has a `temperature` for the task, divide the scores by
it before; no label changes by that. Where `transitions` holds more than 0 and `forbidden`, divide these, `start` and
`end`, too: probabilities are then the marginals of all sequences (forward-backward)."""

_READING = {
    "tagger": "Take the label with the largest score. Where `labels.json` has `transitions` (from row to column), "
    "`start` and `end`, take the sequence for which these and the scores add up to most (Viterbi); what may not follow "
    "has the score `forbidden`. Where `scheme` is `iobes`, `S-` is `B-` in IOB2, and `E-` is `I-`.",
    "parser": "`arcs` scores governors: search the best tree, or take the largest. Give the heads to `relations.onnx`, "
    "with `dependents` and `governors` as they came out. The relation `root` is for the word under the root alone. "
    "Where `arguments` is `single`, jmt gives no word two subjects or two objects: of several it keeps the likeliest.",
    "lemmatizer": "A label edits the form. It is written `lower`, `title`, `upper` or as it is (`keep`); before "
    "`*` is what its beginning loses and gets, behind it the same of its end: `lower *-3+y` for `Studies`. `=be` is a "
    "whole lemma, `\\{2a};` the sign of this code point. Of a form among `forms`, only the labels there count.",
    "morphology": "The labels of an attribute (`Case=Nom`; `Case=` for none) share a softmax, those in brackets "
    "another one. Take the bundle whose log-probability and those of its values add up to most, or the best value of "
    "each attribute with `[...]` where that is more.",
    "linker": "`links` scores a link from each word (row) to each word (column): it is there where that is above 0. "
    "The confidence in a word is the product of `1 / (1 + exp(-|s| / temperature))` over its row.",
    "classifier": _CLASS,
    "regressor": _GRADE,
    "pair_classifier": _CLASS,
    "pair_regressor": _GRADE,
}


def readme(facts: Facts, parts: Sequence[Part]) -> str:
    """Return README.md of an export with these graphs."""
    config, main = facts.config, [part for part in parts if part.name in _GRAPHS and part.name != "words"]
    levels = [part for part in parts if part not in main]
    pieces = isinstance(config.encoder, TransformerConfig)
    together = any(port.name.startswith("pair_") for part in main for port in part.inputs)
    annotates = any(part.name == "annotate" for part in main)
    sections = [
        f"# {_printable(facts.name)} as ONNX graphs",
        f"Written by jmt {facts.version} (`jmt export`); operators of opset {facts.opset}, float32. "
        f"SHA-256 of the model's weights: `{facts.sha256}`.",
        "## Files\n\n" + table(["file", "what it is"], _files(parts, pieces=pieces)),
        "## What goes in\n\n" + _ports(main, "inputs"),
        "## What comes out\n\n" + _ports(main, "outputs"),
        "## From words to arrays\n\n" + "\n".join([_WORDS, *([_PIECES] if pieces else [])]),
        *([_TOGETHER] if together else []),
        "## From scores to predictions\n\n" + table(["task", "kind", "how"], _reading(config)) + f"\n\n{_CONFIDENCES}",
        *(["## Level by level\n\n" + _levels(levels)] if levels else []),
        *(["## In Python\n\n" + _program(main, pieces=pieces)] if annotates else []),
        "## Licence\n\n" + "\n".join(map(_printable, facts.licence)),
    ]
    return "\n\n".join(sections) + "\n"


def _printable(text: str) -> str:
    """Return what a stranger's model says of itself, on one line and without signs that steer a terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _files(parts: Iterable[Part], *, pieces: bool) -> list[list[str]]:
    graphs = [[f"{part.name}.onnx", _GRAPHS.get(part.name, "the scores of this level's tasks")] for part in parts]
    tokenizer = [["tokenizer.json", "what makes word pieces of words (Hugging Face tokenizers)"]] if pieces else []
    return [*graphs, *([name, about] for name, about in _OTHERS.items()), *tokenizer]


def _ports(parts: Iterable[Part], direction: Literal["inputs", "outputs"]) -> str:
    """List what goes into some graphs, or comes out of them, each once, with the graphs that have it."""
    ports: dict[str, Port] = {}
    graphs: dict[str, list[str]] = {}
    for part in parts:
        for port in part.inputs if direction == "inputs" else part.outputs:
            ports[port.name] = port
            graphs.setdefault(port.name, []).append(part.name)
    rows = [
        [f"`{name}`", ", ".join(graphs[name]), port.type, " x ".join(map(_size, port.shape)), port.about]
        for name, port in ports.items()
    ]
    return table(["name", "graphs", "type", "shape", "what it is"], rows)


def _size(size: int | str) -> str:
    return f"({size})" if " " in str(size) else str(size)


def _reading(config: ModelConfig) -> list[list[str]]:
    return [[f"`{name}`", task.kind, _reading_of(task)] for name, task in config.tasks.items()]


def _reading_of(task: HeadConfig) -> str:
    text = _READING[task.kind]
    if isinstance(task, GradeConfig) and task.grade_temperature != 1:
        text += _DIVIDED.format(task.grade_temperature)
    if isinstance(task, PairRegressorConfig) and task.orders == "both":
        text += _BOTH_ORDERS
    return text


def _levels(parts: Iterable[Part]) -> str:
    rows = [
        [f"{part.name}.onnx", *(", ".join(f"`{port.name}`" for port in ports) for ports in (part.inputs, part.outputs))]
        for part in parts
    ]
    return "What a graph takes from those below it goes out of them under the same name.\n\n" + table(
        ["graph", "in", "out"], rows
    )


def _program(parts: Iterable[Part], *, pieces: bool) -> str:
    parses = any(part.name == "relations" for part in parts)
    return f"```python\n{example(pieces=pieces, parses=parses)}```"


def facts_of_graphs(facts: Facts) -> Mapping[str, str]:
    """Return what every graph says of itself."""
    return {"name": facts.name, "jmt": facts.version, "sha256": facts.sha256}
