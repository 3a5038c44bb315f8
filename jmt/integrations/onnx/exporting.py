"""From a checkpoint to a folder of ONNX graphs, with all that is needed to feed and to read them.

Graphs are built from weights that were checked, and never read: neither here nor from a model's folder.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jmt
from jmt.cascade.cascade import Cascade
from jmt.cascade.checkpoint import model_hash, opened, read_card
from jmt.cascade.shapes import expected_weights
from jmt.cascade.symbols.batch import WordBatches
from jmt.errors import InputError
from jmt.files.atomic import replace_folder
from jmt.files.quantise import Array
from jmt.files.targets import check_replaceable
from jmt.integrations.model_facts import licences_of
from jmt.integrations.onnx.cutting import Part, cut_out, cut_up
from jmt.integrations.onnx.graph import Graph
from jmt.integrations.onnx.models import OPSET, WEIGHTS, write_models
from jmt.integrations.onnx.network import LATER, build_graph
from jmt.integrations.onnx.readme import Facts, facts_of_graphs, readme
from jmt.integrations.onnx.sample import Sampler
from jmt.integrations.onnx.symbols import labels_of, vocabulary_of
from jmt.integrations.onnx.words import PIECE
from jmt.runtime.engine import missing_part
from jmt.runtime.weights import words_of_corpus


def export_model(model: str | Path, output: Path, *, corpus: str = "", levels: bool = False) -> Path:
    """Write the graphs of a model into the folder `output`, with `levels` one per level, too, and return it.

    Sentences are read as those of `corpus`, a corpus that has a vector; empty: of none.

    Raises:
        InputError: a place that holds something else or cannot be written, a model without tasks, one of which the
            runtime has no part for, clauses for words, a corpus that has no vector.
        CheckpointError: no such model, or one that cannot be believed.
    """
    check_replaceable(output, kind="export", part=WEIGHTS)
    with opened(model) as stored:
        cascade, missing = stored.cascade, missing_part(stored.cascade)
        weights = {} if missing else stored.read_weights(expected_weights(cascade))
    if missing:
        raise InputError(f"{model}: jmt has no ONNX nodes for {missing}")
    if not cascade.config.tasks:
        raise InputError(f"{model}: it splits text and has no other task: graphs begin with words")
    if cascade.lexicon.unit != "characters":
        raise InputError(f"{model}: its words are clauses (encoder.ngrams_of), which exports do not explain to readers")
    if number := cascade.corpus_number(corpus):
        weights = words_of_corpus(weights, number)
    facts = _facts_of(stored.place, cascade)

    def write(fresh: Path) -> None:
        _write(fresh, facts, cascade, weights, levels=levels)
        for paper in ("LICENSE", "NOTICE"):
            if (stored.place / paper).is_file():
                shutil.copyfile(stored.place / paper, fresh / paper)

    replace_folder(output, write)
    return output


def _facts_of(place: Path, cascade: Cascade) -> Facts:
    """Return what a README says of the model in a checkpoint folder."""
    card = read_card(place)
    own = place.parent.name if place.name in ("best", "last") else place.name
    terms = licences_of(card)
    return Facts(
        name=str(card.get("name") or own),
        config=cascade.config,
        licence=(f"Of the weights: {terms['weights']}.", *terms["restrictions"]),
        version=jmt.__version__,
        sha256=model_hash(place),
        opset=OPSET,
    )


def parts_of(graph: Graph, cascade: Cascade, *, levels: bool) -> list[Part]:
    """Return the graphs for users: of all single sentences, of pairs, of relations, and where asked for per level."""
    tasks = {"annotate": cascade.token_tasks, "compare": cascade.pair_tasks}
    at_once = [name for name in graph.outputs if graph.piece_of[name] != LATER]
    later = [name for name in graph.outputs if graph.piece_of[name] == LATER]
    chosen = {name: [one for one in at_once if one.rpartition(".")[0] in own] for name, own in tasks.items()}
    parts = [cut_out(graph, name, outputs) for name, outputs in chosen.items() if outputs]
    parts += [cut_out(graph, LATER, later, at_once)] if later else []
    numbers = range(1, cascade.config.levels + 1)
    return [*parts, *(cut_up(graph, [PIECE, *(f"level{number}" for number in numbers)]) if levels else [])]


def _write(folder: Path, facts: Facts, cascade: Cascade, weights: Mapping[str, Array], *, levels: bool) -> None:
    """Write all files but the licence's."""
    graph = build_graph(cascade, weights)
    parts = parts_of(graph, cascade, levels=levels)
    write_models(folder, graph, parts, facts_of_graphs(facts))
    batches = WordBatches.of(cascade.config.encoder, cascade.lexicon, cascade.pretrained)
    tokenizer = batches.tokenizer
    _write_json(folder / "vocabulary.json", vocabulary_of(cascade, tokenizer))
    _write_json(folder / "labels.json", labels_of(cascade, weights))
    _write_json(folder / "sample.json", _samples(parts, cascade, Sampler(cascade, weights, batches)))
    (folder / "README.md").write_text(readme(facts, parts), encoding="utf-8")
    if tokenizer is not None:
        (folder / "tokenizer.json").write_text(tokenizer.content, encoding="utf-8")


def _samples(parts: list[Part], cascade: Cascade, sampler: Sampler) -> dict[str, Any]:
    """Return sentences, inputs and outputs for the graphs that compute from words, and of relations with the first."""
    sentences = sampler.sentences()
    samples: dict[str, Any] = {}
    for name, tasks in (("annotate", cascade.token_tasks), ("compare", cascade.pair_tasks)):
        if tasks:
            inputs, outputs = sampler.arrays(sentences, tasks, pairs=name == "compare")
            asked = {port.name for part in parts if part.name in (name, LATER) for port in part.inputs}
            samples[name] = {
                "sentences": sentences,
                "inputs": {port: array.tolist() for port, array in inputs.items() if port in asked},
                "outputs": {port: _shown(array) for port, array in outputs.items()},
            }
    return samples


def _shown(array: Array) -> Any:
    """Return nested lists of numbers with as many digits as float32 has; None for -inf, which JSON does not know."""
    if array.ndim:
        return [_shown(row) for row in array]
    return float(f"{array:.7g}") if abs(array) != float("inf") else None


def _write_json(path: Path, content: Any) -> None:
    """Write JSON as ASCII, so that every form survives."""
    path.write_text(json.dumps(content, separators=(",", ":")), encoding="ascii")
