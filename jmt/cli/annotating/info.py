"""Tell what a model is made of and how it was trained: a screenful, and with --all the whole card."""

from __future__ import annotations

import argparse
from typing import Any

from jmt.cli.options.model_choice import MODEL_HELP
from jmt.cli.terminal.console import format_table, show
from jmt.cli.terminal.output import write_json
from jmt.safety.printable import on_one_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL", help=MODEL_HELP)
    parser.add_argument("--all", action="store_true", help="print all of the card that the model comes with")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of tables")


def run(arguments: argparse.Namespace) -> int:
    from jmt.integrations.model_facts import model_facts

    facts = model_facts(arguments.model)
    if arguments.json:
        write_json(facts)
    else:
        show(_lay_out(facts, whole=arguments.all))
    return 0


def _lay_out(facts: dict[str, Any], *, whole: bool) -> str:
    """Turn the facts into tables for a reader, and the `whole` card into lines, or the beginning of it."""
    encoder, sizes = facts["encoder"], facts["parameters"]
    card = {key: value for key, value in facts["card"].items() if key not in _SHOWN_APART}
    tasks = [
        [name, task["kind"], task["level"], ", ".join(task["reads"]) or "-", len(task["labels"]), task["parameters"]]
        for name, task in sorted(facts["tasks"].items(), key=lambda item: -item[1]["level"])
    ]
    return "\n".join(
        [
            f"{facts['folder']}",
            f"sha256 {facts['sha256']}",
            f"{facts['megabytes']} MB, weights stored as {facts['storage']}",
            "",
            f"language {facts['language']}, encoder {encoder['kind']} {_lay_out_encoder(encoder)}",
            *_lay_out_corpora(encoder["corpus_vectors"]),
            f"{facts['words']:,} words, {facts['ngrams']:,} character n-grams, {sum(sizes.values()):,} parameters"
            f" ({', '.join(f'{name} {count:,}' for name, count in sizes.items())})",
            _lay_out_engine(facts["only_torch_has"]),
            *_lay_out_temperatures(facts["temperatures"]),
            "",
            format_table(["task", "kind", "level", "reads", "labels", "parameters"], tasks),
            "",
            *cut(_lay_out_licence(facts["licence"])),
            "",
            *(cut(lay_out_card(card)) if whole else _brief(card)),
        ]
    ).rstrip()


MOST_LINES, LONGEST_LINE = 200, 2_000
"""Of a card as it is printed; `--json` gives all of it."""

_BRIEF_LINES, _BRIEF_LINE = 20, 120
"""Of a card without `--all`."""

_MOST_LIMITS, _LIMIT = 10, 400
"""Sentences on what a model is bad at, without `--all`, and characters of each."""

_SHOWN_APART = ("licence", "licences", "tasks", "name", "language", "encoder", "parameters", "storage", "megabytes")
"""Keys of the card that other lines show already."""


def _lay_out_encoder(encoder: dict[str, Any]) -> str:
    """Return a few words on the body."""
    if encoder["kind"] == "transformer":
        return f"from {on_one_line(encoder['pretrained'])}, pairs {encoder['pairs']}"
    return f"of {encoder['hidden_size']} units per direction"


def _lay_out_corpora(names: list[str]) -> list[str]:
    """Say which corpora are told apart, where any are."""
    return [f"corpora to name with --corpus: {', '.join(map(on_one_line, names))}"] if names else []


def _lay_out_temperatures(temperatures: dict[str, float]) -> list[str]:
    """Say which confidences are calibrated, and how much less sure they are made."""
    listed = ", ".join(f"{on_one_line(task)} {value:.2f}" for task, value in temperatures.items())
    return [f"confidences calibrated, at temperatures {listed}"] if listed else []


def _lay_out_engine(only_torch_has: str | None) -> str:
    """Say what computes it on a CPU."""
    return (
        f"computed by torch: the runtime has no part for {only_torch_has}"
        if only_torch_has
        else "computed by the runtime"
    )


def _lay_out_licence(licence: dict[str, Any]) -> list[str]:
    """Say what may be done with the weights, and that the code is another matter."""
    lines = [f"licence of the weights: {on_one_line(licence['weights'])}; of the code: {licence['code']}"]
    lines += [f"  corpus {on_one_line(name)}: {on_one_line(terms)}" for name, terms in licence["corpora"].items()]
    return lines + [f"  {on_one_line(line)}" for line in licence["restrictions"]]


def cut(lines: list[str]) -> list[str]:
    """Return as many lines, and as much of each, as a reader would read; the last one says what is left out."""
    shown = [line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]} ..." for line in lines[:MOST_LINES]]
    return shown if len(lines) <= MOST_LINES else [*shown, f"... and {len(lines) - MOST_LINES:,} lines more (--json)"]


def _brief(card: dict[str, Any]) -> list[str]:
    """Return what a model is bad at and the beginning of its card, figures first; the last line says how to see all."""
    first: dict[str, Any] = {key: card[key] for key in ("figures", "dev") if key in card}
    limits = card.get("limits")
    if isinstance(limits, list) and limits:
        card = {key: value for key, value in card.items() if key != "limits"}
        bad = ["limits:", *(f"  {on_one_line(str(limit))[:_LIMIT]}" for limit in limits[:_MOST_LIMITS]), ""]
        return [*bad, *_brief(card)]
    lines = _on_few_lines({**first, **card})
    shown = [line if len(line) <= _BRIEF_LINE else f"{line[: _BRIEF_LINE - 4]} ..." for line in lines[:_BRIEF_LINES]]
    return shown if shown == lines else [*shown, "", "the whole card: --all, or --json for programs"]


def _on_few_lines(card: dict[str, Any]) -> list[str]:
    """Turn a card into one line per fact as `lay_out_card` does, where a table of plain values is one line, too."""
    lines = []
    for key, value in card.items():
        if not isinstance(value, dict) or not value:
            lines += lay_out_card({key: value})
        elif any(isinstance(inner, dict) for inner in value.values()):
            lines += [f"{on_one_line(key)}:", *(f"  {line}" for line in _on_few_lines(value))]
        else:
            lines.append(f"{on_one_line(key)}: {on_one_line(', '.join(f'{k} {_shown(v)}' for k, v in value.items()))}")
    return lines


def lay_out_card(card: dict[str, Any], indent: str = "") -> list[str]:
    """Turn the card of a model into one line per fact, nested ones indented."""
    lines = []
    for key, value in ((on_one_line(key), value) for key, value in card.items()):
        if value in ({}, [], None):
            continue
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *lay_out_card(value, indent + "  ")]
        elif isinstance(value, str) and "\n" in value.strip("\n"):
            # Commands, to be pasted: every line is one of its own, and each is made safe by itself.
            lines += [f"{indent}{key}:", *(f"{indent}  {on_one_line(line)}" for line in value.strip("\n").split("\n"))]
        else:
            lines.append(f"{indent}{key}: {on_one_line(_shown(value))}")
    return lines


def _shown(value: object) -> str:
    """Return a value of a card in words, numbers with four digits."""
    return f"{value:.4f}" if isinstance(value, float) else _in_words(value)


def _in_words(value: object) -> str:
    """Return a value of a card on one line: a part of a mean as `first (sha256 0123456789ab...) 0.40`."""
    match value:
        case list():
            return ", ".join(map(_in_words, value))
        case {"name": str(name), "sha256": str(sha256), "share": float(share)}:
            return f"{name} (sha256 {sha256[:12]}...) {share:.2f}"
        case dict():
            return " ".join(f"{key} {_in_words(entry)}" for key, entry in value.items())
    return str(value)
