"""The card of a model: what it is, what it was trained on, how good it is, what it is for and what not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jmt.cascade.kinds import SEGMENTER
from jmt.data.unions.names import names_in
from jmt.integrations.licensing import CODE_LICENCE, restrictions

_TASK_KINDS = {
    "segmenter": "the sentences, tokens and words of raw text",
    "tagger": "a label for every word",
    "parser": "the head and relation of every word",
    "lemmatizer": "the lemma of every word",
    "morphology": "the morphological features of every word",
    "linker": "the words of its sentence that every word is linked to",
    "classifier": "a class for every sentence",
    "regressor": "a grade for every sentence",
    "pair_regressor": "a grade for two sentences",
    "pair_classifier": "a class for two sentences",
}

_SHOWN = ("accuracy", "f1", "uas", "las", "pearson", "spearman", "mse")
"""Scores that a card shows, in this order; the others are in card.json."""


def write_card(facts: Mapping[str, Any]) -> str:
    """Return README.md of a model from the facts in its card.json, made by `packaging.card_of`."""
    parts = [
        f"# {facts['name']} {facts['release']}",
        f"A cascade of {len(facts['tasks'])} tasks in one network, for the language `{facts['language']}`: "
        f"{facts['parameters']:,} parameters on a {facts['encoder']} body, stored as {facts['storage']} "
        f"({facts['megabytes']:.1f} MB).",
        _how_to_use(facts),
        "## Tasks\n\n" + table(["task", "kind", "level", "what it gives"], _task_rows(facts)),
        "## Figures\n\n" + _figures_text(facts["figures"]),
        "## Corpora\n\n" + table(["corpus", "release", "licence", "tasks"], _corpus_rows(facts)),
        "## What the encoder had seen before\n\n" + facts["encoder_seen"],
        "## Licence\n\n" + _licence_lines(facts),
        "## Training it again\n\n" + _training_text(facts),
        "## Intended use, and limits\n\n" + limits(facts),
    ]
    return "\n\n".join(parts) + "\n"


def _how_to_use(facts: Mapping[str, Any]) -> str:
    """Return a snippet that runs."""
    pairs = any(task["kind"].startswith("pair_") for task in facts["tasks"].values())
    lines = [
        "import jmt",
        f'annotator = jmt.load("{facts["name"]}")',
        'print(annotator("She reads a book.").to_conllu())',
        *(['print(annotator.compare("A man plays a guitar.", "Someone makes music."))'] if pairs else []),
    ]
    return "```python\n" + "\n".join(lines) + "\n```"


def _task_rows(facts: Mapping[str, Any]) -> list[list[str]]:
    """One row per task, lowest level first."""
    ordered = sorted(facts["tasks"].items(), key=lambda item: item[1]["level"])
    return [[name, task["kind"], str(task["level"]), _TASK_KINDS.get(task["kind"], "")] for name, task in ordered]


def _corpus_rows(facts: Mapping[str, Any]) -> list[list[str]]:
    """One row per corpus, with the tasks that were learned from it."""
    corpora: dict[str, list[str]] = {}
    for task, named in facts["corpora"].items():
        for corpus in names_in(named, facts.get("own_corpora", {})):
            corpora.setdefault(corpus, []).append(task)
    licences, releases = facts["licences"], facts["releases"]
    return [
        [name, releases.get(name) or "-", licences.get(name) or "unknown", ", ".join(tasks)]
        for name, tasks in corpora.items()
    ]


def _figures_text(figures: Mapping[str, Mapping[str, Mapping[str, float]]]) -> str:
    """Return one table: a row per score, a column per condition such as `dev, gold tokens`."""
    if not figures:
        return "None were given when the model was packaged: `jmt evaluate` takes them."
    conditions = list(figures)
    names = dict.fromkeys(
        (task, score)
        for scores in figures.values()
        for task, found in scores.items()
        for score in sorted(found.keys() & set(_SHOWN), key=_SHOWN.index)
    )
    rows = [
        [task, score, *(shown(figures[condition].get(task, {}).get(score)) for condition in conditions)]
        for task, score in names
    ]
    text = table(["task", "score", *conditions], rows)
    return (
        f"{text}\n\nAccuracies, F1 and attachment scores (CoNLL-18: punctuation counted, subtypes ignored) are "
        "fractions.  From raw text, sentences and words are split by jmt and aligned as in CoNLL 2018; gold tokens "
        "hide what that costs."
    )


def shown(value: float | None) -> str:
    """Return a score as a card shows it."""
    return "-" if value is None else f"{value:.4f}"


def _licence_lines(facts: Mapping[str, Any]) -> str:
    """Return the licence of the weights, of the code, and what the corpora ask for."""
    lines = [f"- weights: {facts['licence']} (LICENSE and NOTICE in this folder)", f"- code of jmt: {CODE_LICENCE}"]
    return "\n".join([*lines, *(f"- {line}" for line in restrictions(facts["licences"]))])


def _training_text(facts: Mapping[str, Any]) -> str:
    """Return the command, and the configuration where it is known."""
    text = f"```\n{facts['command']}\n```" if facts["command"] else "The command was not given when it was packaged."
    if facts.get("averaged"):
        parts = ", ".join(f"{part['name']} ({part['share']:.2f})" for part in facts["averaged"])
        text += f"\n\nIts weights are the mean of those of several runs: {parts}."
    seed = facts.get("seed")
    text += f"\n\nSeed {seed}; " if seed is not None else "\n\n"
    return text + f"weights before packaging: sha256 {facts['trained_sha256']}."


def limits(facts: Mapping[str, Any]) -> str:
    """Return what the model is for and what it should not be taken for."""
    own = facts.get("own_corpora", {})
    named = [corpus for joined in facts["corpora"].values() for corpus in names_in(joined, own)]
    corpora = ", ".join(dict.fromkeys(named)) or "its corpora"
    learned = any(task["kind"] == SEGMENTER for task in facts["tasks"].values())
    by = "as it learned to" if learned else "by rules"
    lines = [
        f"For linguistic annotation of text like that of {corpora}, and for research and teaching.",
        "Text of other kinds or times, dialects, and errors of spelling cost accuracy that the figures do not show.",
        f"Sentences and words are split {by} before anything is predicted; a wrong split is not mended later.",
    ]
    if any(task["kind"].startswith("pair_") for task in facts["tasks"].values()):
        lines.append(
            "Relatedness and entailment were learned from short, literal sentences about everyday scenes: they say "
            "nothing about facts, opinions or long texts, and must not decide about people."
        )
    if calibrated := facts.get("calibrated"):
        lines.append(
            f"Confidences of {', '.join(calibrated)} are calibrated: fitted to dev, they come true on text like it, "
            "and less on other text."
        )
    else:
        lines.append("Probabilities are not calibrated.")
    lines.append("What the corpora are biased to, the model is biased to.")
    lines += map(str, facts.get("limits", ()))
    return "\n".join(f"- {line}" for line in lines)


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
