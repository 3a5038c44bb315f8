"""A look at all corpora of a configuration before any training: the examples of every task, and every problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jmt.data.cards import CorpusSpec, Family
from jmt.data.catalogue import Corpus, find_corpus, find_source, score_range_of
from jmt.data.check.faults import find_faults, folded
from jmt.data.check.inspection import TaskData, gold_faults
from jmt.data.check.oddities import oddities
from jmt.data.check.overlap import Shared, shared_sentences
from jmt.data.readers import READERS, Tokenizer
from jmt.data.splits import SplitLoader, TaskPlan
from jmt.errors import CorpusError, JmtError

_NEEDED = ("train", "dev")


@dataclass(slots=True)
class Survey:
    """What was found; `problems` keeps a training run from starting, or its figures from meaning anything."""

    tasks: list[TaskData] = field(default_factory=list)
    shared: list[Shared] = field(default_factory=list)
    problems: list[JmtError] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What keeps nothing from training, and is worth a look before it."""
    unread: list[str] = field(default_factory=list)
    """Corpora, or `corpus split`, of which nothing could be looked at; each has its problem."""


def survey(
    plans: Sequence[TaskPlan],
    *,
    own: Mapping[str, CorpusSpec] | None = None,
    folders: Sequence[Path] = (),
    tokenizer: Tokenizer | None = None,
) -> Survey:
    """Load the corpora of all tasks and look at them; problems are collected, not raised.

    Train and dev must be there; a test split is looked at where its file is on this machine.
    """
    found = Survey()
    loader = SplitLoader(folders, tokenizer)
    known: dict[tuple[str, Family], _Known] = {}
    for plan in plans:
        key = (plan.corpus, plan.family)
        if key not in known:
            known[key] = _read_all(plan, own, loader, found)
        data = _examples(plan, known[key], loader, found)
        if data is not None:
            found.tasks.append(data)
            found.problems += gold_faults(data)
            found.remarks += oddities(data)
    found.shared = shared_sentences(found.tasks)
    found.problems += [shared.fault() for shared in found.shared if shared.is_leak]
    return found


@dataclass(slots=True)
class _Known:
    corpus: Corpus | None = None
    paths: dict[str, str] = field(default_factory=dict)
    """Of every split that could be read, its file."""


def _read_all(plan: TaskPlan, own: Mapping[str, CorpusSpec] | None, loader: SplitLoader, found: Survey) -> _Known:
    result, name, family, folders = _Known(), plan.corpus, plan.family, loader.folders
    try:
        corpus = result.corpus = find_corpus(name, own)
    except JmtError as error:
        found.problems.append(error)
        found.unread.append(name)
        return result
    for split in (*_NEEDED, "test"):
        path = _path_of(corpus, family, split, folders)
        if split not in _NEEDED and path is None:
            continue
        try:
            loader.read(plan, corpus, split)
            result.paths[split] = str(path or name)
            found.remarks += _tidied(corpus, family, split, folders)
        except JmtError as error:
            found.unread.append(f"{name} {split}")
            known = {str(problem) for problem in found.problems}
            found.problems += [
                fault for fault in _all_faults(corpus, family, split, folders, error) if str(fault) not in known
            ]
    return result


def _path_of(corpus: Corpus, family: Family, split: str, folders: Sequence[Path]) -> Path | None:
    """Return the file of a split, None for a split of the hub and for a file that is not here."""
    if isinstance(corpus, CorpusSpec) and corpus.hub:
        return None
    try:
        return find_source(corpus, family, split, folders).path
    except JmtError:
        return None


def _all_faults(
    corpus: Corpus, family: Family, split: str, folders: Sequence[Path], first: JmtError
) -> Sequence[JmtError]:
    """Return every fault of a split's file where it was a line that stopped the reader, else that one error."""
    if not isinstance(first, CorpusError) or first.line is None or _path_of(corpus, family, split, folders) is None:
        return [first]
    source = find_source(corpus, family, split, folders)
    return folded(find_faults(source.path, source.reader, source.options)) if source.reader in READERS else [first]


def _tidied(corpus: Corpus, family: Family, split: str, folders: Sequence[Path]) -> list[str]:
    """Return what the reader of a split takes otherwise than it is written."""
    if isinstance(corpus, CorpusSpec) and corpus.hub:
        return []
    source = find_source(corpus, family, split, folders)
    noted: list[CorpusError] = []
    if source.reader in READERS:
        for _ in READERS[source.reader].noted(source.path, source.options, noted.append):
            pass
    return [str(note) for note in folded(noted)]


def _examples(plan: TaskPlan, known: _Known, loader: SplitLoader, found: Survey) -> TaskData | None:
    if known.corpus is None or not known.paths or (plan.is_hint and "train" not in known.paths):
        return None
    try:
        splits = loader.load(plan, known.corpus, list(known.paths))
    except JmtError as error:
        found.problems.append(error)
        found.unread.append(plan.corpus)
        return None
    return TaskData(plan.task, plan.corpus, splits, known.paths, score_range_of(known.corpus))
