"""What `jmt check` prints about the corpora of a configuration, section by section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from jmt.cli.terminal.console import format_table
from jmt.data.check.inspection import TaskData, label_table, loose_spans, summarise_split, unseen_labels
from jmt.data.check.overlap import Shared
from jmt.data.check.raw_text import RawText
from jmt.data.check.survey import Survey
from jmt.data.check.unions import LabelDifference
from jmt.data.check.word_labels import WordDifference

_MOST_WORDS = 20
"""Words with different labels that are shown: enough to see which conventions differ."""
_MOST_ROWS = 150
"""Labels of a task that are shown: more than a tag set has, fewer than the edits of a lemmatizer."""


def report(survey: Survey) -> Iterator[str]:
    """Yield the sections of a report."""
    if survey.raw_text:
        yield _raw_text(survey.raw_text)
    if survey.tasks or not survey.raw_text:
        yield from _tasks(survey)
    if survey.remarks:
        yield f"Remarks ({len(survey.remarks)})\n" + "\n".join(survey.remarks)
    yield problems(survey)


def _raw_text(found: RawText) -> str:
    """Lay out how much raw text a segmenter learns from."""
    header = ["corpus", "split", "paragraphs", "sentences", "tokens", "multiword", "words"]
    rows: list[list[object]] = [
        [one.corpus, one.split, one.paragraphs, one.sentences, one.tokens, one.multiword_tokens, one.words]
        for one in found.splits
    ]
    return f"Raw text of {found.task}\n" + (format_table(header, rows) if rows else "nothing could be read")


def _tasks(survey: Survey) -> Iterator[str]:
    """Yield what there is to say of the tasks that learn from words and pairs."""
    yield sizes(survey.tasks)
    for data in survey.tasks:
        yield labels(data, named=data.task in survey.differences)
    for task, found in survey.differences.items():
        if found:
            yield differences(task, found)
    for task, words in survey.words.items():
        if words:
            yield word_table(task, words)
    yield unseen(survey)
    for data in survey.tasks:
        yield from _irregular_spans(data)
    within = [shared for shared in survey.shared if shared.corpus == shared.training_corpus]
    across = [shared for shared in survey.shared if shared.corpus != shared.training_corpus]
    yield overlap("within a corpus (often by design)", within, survey)
    yield overlap("across corpora", across, survey)


def sizes(tasks: list[TaskData]) -> str:
    """Lay out sizes, lengths, duplicates and non-projective trees per task and split."""
    header = [
        "task",
        "corpus",
        "split",
        "examples",
        "words",
        "shortest",
        "median",
        "longest",
        "duplicates",
        "non-proj.",
    ]
    rows: list[list[object]] = []
    for data in tasks:
        for split, examples in data.splits.items():
            found = summarise_split(examples)
            crossing = "" if found.nonprojective is None else share(found.nonprojective, found.examples)
            lengths = [found.shortest, found.median, found.longest]
            rows.append(
                [data.task, data.corpus, split, found.examples, found.words, *lengths, found.duplicates, crossing]
            )
    return "Sizes (lengths in words)\n" + (format_table(header, rows) if rows else "nothing could be read")


def share(part: int, whole: int) -> str:
    """A count beside its percentage."""
    return f"{part} ({100 * part / whole:.1f} %)" if part else "0"


def labels(data: TaskData, *, named: bool = False) -> str:
    """Lay out how often each label occurs in each split; of several corpora the one is `named`."""
    table = label_table(data)
    splits = list(data.splits)
    rows = [[label or "(empty)", *(counts[split] for split in splits)] for label, counts in table.items()]
    rarer = f"\n... and {len(rows) - _MOST_ROWS} rarer ones" if len(rows) > _MOST_ROWS else ""
    corpus = f" in {data.corpus}" if named else ""
    return (
        f"Labels of {data.task}{corpus} ({len(table)})\n" + format_table(["label", *splits], rows[:_MOST_ROWS]) + rarer
    )


def differences(task: str, found: Sequence[LabelDifference]) -> str:
    """Lay out the labels that only some corpora of a task have, and how often they are there."""
    title = f"Labels of {task} that some of its corpora lack in training ({len(found)})"
    rows = [[one.label or "(empty)", *one.counts.values()] for one in found[:_MOST_ROWS]]
    rarer = f"\n... and {len(found) - _MOST_ROWS} rarer ones" if len(found) > _MOST_ROWS else ""
    return f"{title}\n{format_table(['label', *found[0].counts], rows)}{rarer}"


def word_table(task: str, found: Sequence[WordDifference]) -> str:
    """Lay out the words that the corpora of a task label in different ways: their most frequent labels in each."""
    corpora = list(dict.fromkeys(corpus for one in found for corpus in one.labels))
    rows = [[one.word, *(_said(one.labels.get(corpus)) for corpus in corpora)] for one in found[:_MOST_WORDS]]
    more = f"\n... and {len(found) - _MOST_WORDS} more" if len(found) > _MOST_WORDS else ""
    title = f"Words of {task} that its corpora label otherwise in training ({len(found)})"
    return f"{title}\n{format_table(['word', *corpora], rows)}{more}"


def _said(counts: Counter[str] | None) -> str:
    """Say what a corpus calls a word."""
    if not counts:
        return "-"
    return ", ".join(
        f"{label or '(empty)'} {100 * count / counts.total():.0f} %" for label, count in counts.most_common(2)
    )


def unseen(survey: Survey) -> str:
    """List the labels that training never shows."""
    rows: list[list[object]] = [
        [data.task, label.split, label.label, label.count, f"{label.path or data.corpus}:{label.line or '?'}"]
        for data in survey.tasks
        for label in unseen_labels(data, [one for one in survey.tasks if one.task == data.task])
    ]
    title = "Labels that train does not have (scored as wrong, no error)"
    return f"{title}\n" + _findings(["task", "split", "label", "count", "first"], rows, survey)


def _irregular_spans(data: TaskData) -> Iterator[str]:
    """Say where I- labels begin a span."""
    for split in data.splits:
        lines = loose_spans(data, split)
        if lines:
            place = f"{data.paths.get(split, data.corpus)}:{lines[0]}"
            yield f"Spans of {data.task} {split}: {len(lines)} sentences begin a span with I-, first {place}"


def overlap(where: str, found: list[Shared], survey: Survey) -> str:
    """Lay out the evaluation sentences that are in training data."""
    header = ["evaluated", "split", "trained on", "sentences", "of", "five words or more", "whole pairs"]
    rows: list[list[object]] = [
        [one.corpus, one.split, one.training_corpus, one.sentences, one.of, len(one.examples), one.whole_pairs or ""]
        for one in found
    ]
    return f"Evaluation sentences in training data, {where}\n" + _findings(header, rows, survey)


def _findings(header: list[str], rows: list[list[object]], survey: Survey) -> str:
    """Lay out what was found, and say what could not be searched: nothing found there means nothing."""
    if not survey.tasks:
        return "not looked at: nothing could be read"
    table = format_table(header, rows) if rows else "none"
    unread = ", ".join(dict.fromkeys(survey.unread))
    return f"{table}\nnot looked at: {unread}" if unread else table


def problems(survey: Survey) -> str:
    """List every problem with its place."""
    found = survey.problems
    return f"Problems ({len(found)})\n" + ("\n".join(str(problem) for problem in found) if found else "none")
