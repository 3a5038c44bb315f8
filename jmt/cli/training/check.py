"""Look at a configuration and its corpora before any training.

Prints of a segmenter how many paragraphs, sentences, multiword tokens and words it learns from.  Prints of all other
tasks sizes, lengths, duplicates, non-projective trees, label tables, labels that train lacks, and evaluation sentences
that are in training data, within a corpus and across corpora.  Then comes every problem with its file and line, also
of the vectors that `[training.vectors]` names.  The exit code is 1 where there is a problem.  Remarks are none: labels
that were read without their blanks, columns that look like no closed set of labels, labels that never change, labels of
spans that a task takes for those of words, a corpus without dev.  Overlap
within a corpus is often by design and only reported; overlap across corpora, one task's evaluation sentences in another
one's training data, is a problem, unless training drops it: of a task on several corpora it does, and remarks say how
much.  Of such tasks there are also the labels that some corpora lack, the words that corpora label in
different ways, and the grades that are mapped.
"""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from jmt.cli.options.configuration import add_changes, add_config, add_corpora
from jmt.cli.options.task_list import add_tasks

if TYPE_CHECKING:
    from jmt.data.check.inspection import TaskData
    from jmt.errors import JmtError
    from jmt.runs.config import RunConfig


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_config(parser)
    add_changes(parser, example="task.dep.level=2")
    add_tasks(parser, meaning="keep only these tasks, as in xpos,dep")
    add_corpora(parser)
    parser.add_argument(
        "--from", metavar="MODEL", dest="start_from", help="look at it as `jmt train --from MODEL` would take it"
    )


def run(arguments: argparse.Namespace) -> int:
    from jmt.cli.terminal.console import say, show
    from jmt.cli.training.check_report import report
    from jmt.data.check.raw_text import look_at_raw_text
    from jmt.data.check.survey import survey
    from jmt.data.places import places
    from jmt.runs.config import read_config
    from jmt.runs.splits import plans_of
    from jmt.segmentation import RuleSegmenter

    tasks = arguments.tasks.split(",") if arguments.tasks else None
    config = read_config(arguments.config, overrides=arguments.set, tasks=tasks, start_from=arguments.start_from)
    places("", arguments.corpora)  # a folder that is not there is no problem of a corpus
    say(f"looking at the corpora of {', '.join(config.model.named_tasks)} ...")
    found = survey(
        sorted(plans_of(config), key=lambda plan: config.model.tasks[plan.task].level),
        own=config.corpora,
        folders=arguments.corpora,
        tokenizer=RuleSegmenter(config.model.language),
        leaks=config.training.leaks or "any",
    )
    if segmenter := config.segmenter:
        treebanks = config.data[segmenter.name].corpora
        found.raw_text = look_at_raw_text(segmenter.name, treebanks, own=config.corpora, folders=arguments.corpora)
        known = {str(problem) for problem in found.problems}
        found.problems += [problem for problem in found.raw_text.problems if str(problem) not in known]
    found.problems += _range_problems(config, {data.task for data in found.tasks})
    found.problems += _variation_problems(config, found.tasks)
    found.problems += _vector_problems(config)
    found.remarks += _uncoded_spans(config, found.tasks)
    show("\n\n".join(report(found)))
    return 1 if found.problems else 0


def _range_problems(config: RunConfig, looked_at: Collection[str]) -> list[JmtError]:
    """Return what training would refuse of the ranges of the graded tasks whose corpora could be read."""
    from jmt.errors import ConfigError
    from jmt.runs.splits import with_score_ranges

    tasks = {name: task for name, task in config.model.tasks.items() if name in looked_at}
    read = config.model_copy(update={"model": config.model.model_copy(update={"tasks": tasks})})
    try:
        with_score_ranges(read)
    except ConfigError as error:
        return [error]
    return []


def _variation_problems(config: RunConfig, looked_at: Sequence[TaskData]) -> list[JmtError]:
    """Return what training would refuse of the classes that variations of pairs need or name."""
    from jmt.errors import ConfigError
    from jmt.runs.config.variations import itself_gold

    found: list[JmtError] = []
    for name in dict.fromkeys(data.task for data in looked_at):
        splits = [data.splits for data in looked_at if data.task == name]
        golds = [gold for examples in splits if "train" in examples for gold in examples["train"].gold]
        try:
            if golds:
                itself_gold(config, name, golds)
        except ConfigError as error:
            found.append(error)
    return found


def _uncoded_spans(config: RunConfig, looked_at: Sequence[TaskData]) -> list[str]:
    """Return remarks on taggers whose labels are those of spans, and that take them for labels of single words."""
    from jmt.data.check.oddities import example_of_spans

    found = {}
    for data in looked_at:
        label = example_of_spans(data)
        if label and getattr(config.model.tasks[data.task], "scheme", "other") is None:
            found[data.task] = label
    return [
        f'task.{task}: labels as `{label}` look like spans: `scheme = "iobes"` learns, scores and returns them as spans'
        for task, label in found.items()
    ]


def _vector_problems(config: RunConfig) -> list[JmtError]:
    """Return what is wrong with the files of vectors that the configuration names."""
    from jmt.cli.terminal.console import say
    from jmt.training.vectors.fitting import named_tables, vector_faults

    settings, encoder = config.training.vectors, config.model.encoder
    if settings is None:
        return []
    for table, path in named_tables(settings, encoder.ngrams):
        say(f"looking at the vectors of {table}: {path} ...")
    return vector_faults(settings, encoder.ngrams, {"words": encoder.word_size, "ngrams": encoder.ngram_size})
