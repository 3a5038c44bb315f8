"""A look at all corpora of a configuration before any training: the examples of every task, and every problem."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from jmt.data.cards import SPLITS, CorpusSpec, Family
from jmt.data.catalogue import Corpus, find_corpus, find_source, place_of, score_range_of, splits_of
from jmt.data.check.faults import find_faults, folded
from jmt.data.check.inspection import TaskData, gold_faults
from jmt.data.check.oddities import oddities
from jmt.data.check.overlap import Shared, shared_sentences
from jmt.data.check.raw_text import RawText
from jmt.data.check.unions import LabelDifference, label_differences, leaks_dropped, mapped_ranges, united
from jmt.data.check.word_labels import WordDifference, word_differences
from jmt.data.readers import READERS, Tokenizer
from jmt.data.splits import SplitLoader, TaskPlan
from jmt.data.unions.leaks import Leaks
from jmt.data.unions.left_out import LeftOut, told
from jmt.errors import CorpusError, JmtError

_NEEDED = ("train", "dev")
_NO_DEV = "without dev, training ends with its last epoch, none is the best"


@dataclass(slots=True)
class Survey:
    """What was found; `problems` keeps a training run from starting, or its figures from meaning anything."""

    tasks: list[TaskData] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
    problems: list[JmtError] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What keeps nothing from training, and is worth a look before it."""
    raw_text: RawText | None = None
    """What a segmenter learns from, where there is one."""
    differences: dict[str, list[LabelDifference]] = field(default_factory=dict)
    """Of every task that unites corpora: the labels that not all of them have."""
    words: dict[str, list[WordDifference]] = field(default_factory=dict)
    """Of every such task: the words that they label in different ways."""
    unread: list[str] = field(default_factory=list)
    """Corpora, or `corpus split`, of which nothing could be looked at; each has its problem."""


def survey(
    plans: Sequence[TaskPlan],
    *,
    own: Mapping[str, CorpusSpec] | None = None,
    folders: Sequence[Path] = (),
    tokenizer: Tokenizer | None = None,
    leaks: Leaks = "any",
) -> Survey:
    """Load the corpora of all tasks and look at them; problems are collected, not raised.

    Train must be there, and dev where the corpus names it: what it lacks is remarked on, unless it is united with
    others.  A test split is looked at where its file is on this machine.  `leaks` says which examples training drops
    where corpora are united.
    """
    found = Survey()
    without_gold: list[LeftOut] = []
    loader = SplitLoader(folders, tokenizer, heard=without_gold.append)
    counts = Counter(plan.task for plan in plans)
    together = {(plan.corpus, plan.family) for plan in plans if counts[plan.task] > 1}
    known: dict[tuple[str, Family], _Known] = {}
    for plan in plans:
        key = (plan.corpus, plan.family)
        if key not in known:
            known[key] = _read_all(plan, own, loader, found, alone=key not in together)
        data = _examples(plan, known[key], loader, found)
        if data is not None and counts[plan.task] == 1:  # grades of several corpora are mapped
            data = replace(data, score_range=plan.score_range or data.score_range)
        if data is not None:
            found.tasks.append(data)
            found.problems += gold_faults(data)
            found.remarks += oddities(data)
    found.remarks += told(without_gold)
    found.shared = shared_sentences(found.tasks)
    apart = {data.corpus for data in found.tasks if counts[data.task] == 1}
    found.problems += [shared.fault() for shared in found.shared if shared.is_leak and shared.training_corpus in apart]
    _look_at_unions(plans, leaks, found)
    return found


def _look_at_unions(plans: Sequence[TaskPlan], leaks: Leaks, found: Survey) -> None:
    """Compare the corpora that tasks unite, and say what training makes of them."""
    ranges = {plan.task: plan.score_range for plan in plans}
    for task, every in united(found.tasks).items():
        found.differences[task] = label_differences(every)
        found.words[task] = word_differences(every)
        remarks, problems = mapped_ranges(every, ranges[task])
        found.remarks += remarks
        found.problems += problems
    dropped, faults = leaks_dropped(found.tasks, leaks)
    found.remarks += told(dropped)
    known = {str(problem) for problem in found.problems}
    found.problems += [fault for text, fault in {str(fault): fault for fault in faults}.items() if text not in known]


@dataclass(slots=True)
class _Known:
    corpus: Corpus | None = None
    paths: dict[str, str] = field(default_factory=dict)
    """Of every split that could be read, its file."""


def _read_all(
    plan: TaskPlan, own: Mapping[str, CorpusSpec] | None, loader: SplitLoader, found: Survey, *, alone: bool
) -> _Known:
    result, name, family, folders = _Known(), plan.corpus, plan.family, loader.folders
    try:
        corpus = result.corpus = find_corpus(name, own)
    except JmtError as error:
        found.problems.append(error)
        found.unread.append(name)
        return result
    found.remarks += _treebank_found(name, corpus, family, folders)
    lacks_dev = "dev" not in _named_splits(corpus, family, folders)
    if lacks_dev and alone and not _is_treebank(corpus):
        found.remarks.append(f"{name}: no dev; {_NO_DEV}")
    for split in (*_NEEDED, "test"):
        if split == "dev" and lacks_dev:
            continue
        path = place_of(corpus, family, split, folders)
        if path is None and (split not in _NEEDED or (split != "train" and _is_treebank(corpus))):
            continue
        try:
            loader.read(plan, corpus, split)
            result.paths[split] = path or name
            found.remarks += _tidied(corpus, family, split, folders)
        except JmtError as error:
            found.unread.append(f"{name} {split}")
            known = {str(problem) for problem in found.problems}
            found.problems += [
                fault for fault in _all_faults(corpus, family, split, folders, error) if str(fault) not in known
            ]
    return result


def _is_treebank(corpus: Corpus) -> bool:
    return isinstance(corpus, CorpusSpec) and corpus.is_treebank


def _named_splits(corpus: Corpus, family: Family, folders: Sequence[Path]) -> list[str]:
    """Return the splits that a corpus says it has; what keeps them from being found is a problem later."""
    try:
        return list(splits_of(corpus, family, folders))
    except JmtError:
        return list(SPLITS)


def _treebank_found(name: str, corpus: Corpus, family: Family, folders: Sequence[Path]) -> list[str]:
    """Say which files make the splits of a treebank's folder; what keeps them from being found is a problem later."""
    if not _is_treebank(corpus):
        return []
    try:
        files = splits_of(corpus, family, folders)
    except JmtError:
        return []
    there = [f"{split} is {' and '.join(path.name for path in paths)}" for split, paths in files.items()]
    missing = [f"no {split}" for split in SPLITS if split not in files]
    without = "" if "dev" in files else f"; {_NO_DEV}"
    return [f"{name}: {', '.join([*there, *missing])}{without}"]


def _all_faults(
    corpus: Corpus, family: Family, split: str, folders: Sequence[Path], first: JmtError
) -> Sequence[JmtError]:
    """Return every fault of a split's file where it was a line that stopped the reader, else that one error."""
    if not isinstance(first, CorpusError) or first.line is None or place_of(corpus, family, split, folders) is None:
        return [first]
    source = find_source(corpus, family, split, folders)
    if source.reader not in READERS:
        return [first]
    return [fault for path in source.paths for fault in folded(find_faults(path, source.reader, source.options))]


def _tidied(corpus: Corpus, family: Family, split: str, folders: Sequence[Path]) -> list[str]:
    """Return what the reader of a split takes otherwise than it is written."""
    if isinstance(corpus, CorpusSpec) and corpus.hub:
        return []
    source = find_source(corpus, family, split, folders)
    noted: list[CorpusError] = []
    if source.reader in READERS:
        for path in source.paths:
            deque(READERS[source.reader].noted(path, source.options, noted.append), maxlen=0)
    return [str(note) for note in folded(noted)]


def _examples(plan: TaskPlan, known: _Known, loader: SplitLoader, found: Survey) -> TaskData | None:
    if known.corpus is None or not known.paths or (plan.is_hint and "train" not in known.paths):
        return None
    try:
        if "train" in known.paths and loader.lacks_column(plan, known.corpus):
            found.remarks.append(f"task.{plan.task} is left out of training: the column {plan.column!r} is empty")
            return None
        splits = loader.load(plan, known.corpus, list(known.paths))
    except JmtError as error:
        found.problems.append(error)
        found.unread.append(plan.corpus)
        return None
    return TaskData(plan.task, plan.corpus, splits, known.paths, score_range_of(known.corpus))
