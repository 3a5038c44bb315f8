"""Score a trained model on all of its tasks that there is data for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jmt.cascade.checkpoint import find_checkpoint, model_hash, read_card
from jmt.cascade.prediction import Engine, Predictor
from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.cards import CorpusSpec
from jmt.data.catalogue import Corpus
from jmt.data.unions.left_out import LeftOut, told
from jmt.engines import load_model
from jmt.errors import InputError
from jmt.evaluation.breakdown import by_length, by_vocabulary, lengths_of
from jmt.evaluation.by_corpus import with_corpora
from jmt.evaluation.calibration.judged import judge
from jmt.evaluation.calibration.reliability import reliability
from jmt.evaluation.evaluate import TaskResult, evaluate_tasks
from jmt.evaluation.own_tokens import OwnTokenScores, evaluate_own_tokens, pool
from jmt.evaluation.report import Conditions, ModelScores
from jmt.evaluation.sources import TaskSource, find_sources, holds_text, load_examples, load_treebank, with_split
from jmt.evaluation.watching import Watch, WatchedPredictor, nobody
from jmt.models.places import find_model
from jmt.segmentation import Segmenter


@dataclass(slots=True)
class LoadedModel:
    """A checkpoint to be scored, and what its card says about its making."""

    name: str
    folder: Path
    predictor: Predictor[Engine]
    segmenter: Segmenter
    """What splits raw text."""
    card: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(
        cls, name: str, folder: str | Path, *, device: str = "cpu", segmenter: str = "auto", engine: str = "auto"
    ) -> LoadedModel:
        """Read a checkpoint, as `jmt.engines.load_model` does with the same choices; raises CheckpointError."""
        place = find_checkpoint(folder)
        model = load_model(place, device=device, segmenter=segmenter, engine=engine)
        return cls(name, place, Predictor(model.engine), model.segmenter, read_card(place))

    @property
    def tasks(self) -> Mapping[str, Any]:
        """The configuration of every task."""
        return self.predictor.cascade.config.tasks

    @property
    def sha256(self) -> str:
        """The hash of the weights."""
        return model_hash(self.folder)

    def sources(self, chosen: Mapping[str, Sequence[str]], split: str) -> list[TaskSource]:
        """Return what each task is scored on: its own corpus, or what the user chose."""
        own = {name: CorpusSpec.model_validate(spec) for name, spec in self.card.get("own_corpora", {}).items()}
        mine = {task: given for task, given in chosen.items() if task in self.tasks}
        return find_sources(self.tasks, self.card.get("corpora", {}), own, mine, split)


def common_sources(
    models: Sequence[LoadedModel], chosen: Mapping[str, Sequence[str]], split: str, tasks: Collection[str]
) -> dict[str, list[TaskSource]]:
    """Return the sources of each of `tasks`, those of the first model which has it, so that all see the same examples.

    Raises InputError for a chosen task that no model has, and where there is nothing to score.
    """
    for task in chosen:
        if not any(task in model.tasks for model in models):
            known = ", ".join(dict.fromkeys(name for model in models for name in model.tasks))
            raise InputError(f"--data {task}=...: there is no task `{task}`; there are {known}")
    found: dict[str, list[TaskSource]] = {}
    for model in models:
        every = model.sources(chosen, split)
        for task in dict.fromkeys(source.task for source in every if source.task in tasks):
            found.setdefault(task, [source for source in every if source.task == task])
    if not found:
        names = ", ".join(tasks)
        raise InputError(
            f"{models[0].name} does not say what it was trained on: name the data with --data TASK=FILE ({names})"
        )
    return found


def score_models(
    names: Sequence[str],
    *,
    data: Mapping[str, Sequence[str]],
    split: str,
    tokens: str,
    tasks: Sequence[str] | None,
    folders: Sequence[Path],
    device: str = "cpu",
    segmenter: str = "auto",
    engine: str = "auto",
    calibration: bool = False,
    report: Callable[[str], None],
    watch: Watch = nobody,
) -> tuple[list[ModelScores], Conditions]:
    """Load and score every model on the same sources; `report` hears what is under way, `watch` how far it has come.

    `data` names other files or corpora of some tasks, `tokens` is "gold" or "own", `tasks` are those to score, all
    where it is None; `device`, `segmenter` and `engine` choose as in `jmt.load`; `calibration`: of gold tokens, also
    what confidences are worth.
    Raises InputError for a task that no model has, and where there is nothing to score.
    """
    chosen = {"device": device, "segmenter": segmenter, "engine": engine}
    models = [LoadedModel.load(name, find_model(name), **chosen) for name in names]
    named = common_sources(models, data, split, chosen_tasks(models, tasks))
    sources = with_split([source for of_task in named.values() for source in of_task], folders)
    left_out = {} if tasks else _tasks_without_data(models, named)
    where = ", ".join(dict.fromkeys(f"{source.name} ({source.split})" for source in sources))
    dropped: list[LeftOut] = []
    scores = []
    for model in models:
        report(f"scoring {model.name} on {where} ...")
        own = [source for source in sources if source.task in model.tasks]
        watched = WatchedPredictor(model.predictor, watch)
        if tokens == "own":
            found, reasons = _score_on_own_tokens(model, watched, own, folders, dropped.append)
            left_out.update(reasons)
        else:
            found = _score_on_gold_tokens(model, watched, own, folders, dropped.append, calibration=calibration)
        scores.append(found)
    for line in told(dict.fromkeys(dropped)):
        report(line)
    corpora: dict[str, dict[str, str | None]] = {}
    for source in sources:
        corpora.setdefault(source.task, {})[source.name] = source.release
    return scores, Conditions(split, tokens, corpora, left_out)


def chosen_tasks(models: Sequence[LoadedModel], named: Sequence[str] | None) -> Sequence[str]:
    """Return the tasks to score, all that some model has where none is named; refuse one that no model has."""
    known = list(dict.fromkeys(task for model in models for task in model.tasks))
    asked = known if named is None else named
    if unknown := [task for task in asked if task not in known]:
        raise InputError(f"--tasks: there is no task `{unknown[0]}`; there are {', '.join(known)}")
    return asked


def _tasks_without_data(models: Sequence[LoadedModel], sources: Collection[str]) -> dict[str, str]:
    """Say of every task without a source why it gets no score."""
    reason = "the model does not say which corpus it was trained on; name data with --data"
    return {task: reason for model in models for task in model.tasks if task not in sources}


def _score_on_gold_tokens(
    model: LoadedModel,
    watched: WatchedPredictor,
    sources: Sequence[TaskSource],
    folders: Sequence[Path],
    heard: Callable[[LeftOut], object],
    *,
    calibration: bool = False,
) -> ModelScores:
    """Score every source on the words of its corpus, with breakdowns by known words and by length."""
    segmenter = model.segmenter
    way_out = "--tasks LIST scores some tasks only"
    every = load_examples(sources, model.tasks, folders=folders, tokenizer=segmenter, heard=heard, way_out=way_out)
    results = with_corpora(evaluate_tasks(watched, every), every)
    groups = {examples.task: _groups(model, results[examples.task], examples) for examples in every}
    ordered = {source.task: results[source.task] for source in sources}
    scores = ModelScores(model.name, model.sha256, model.card.get("seed"), ordered, groups)
    if calibration:
        scores.calibration.update({task: reliability(judged) for task, judged in judge(watched, every).items()})
    return scores


def _score_on_own_tokens(
    model: LoadedModel,
    watched: WatchedPredictor,
    sources: Sequence[TaskSource],
    folders: Sequence[Path],
    heard: Callable[[LeftOut], object],
) -> tuple[ModelScores, dict[str, str]]:
    """Score what can be scored from raw text, and say of the rest why it cannot.

    Treebanks are split and tokenised by ourselves, one after the other; the sentences of pairs, and of tables that have
    running text, are raw text anyway.
    """
    whole = [source for source in sources if source.family == "pairs" or holds_text(source, folders)]
    scores = _score_on_gold_tokens(model, watched, whole, folders, heard)
    raw = [source for source in sources if source.family == "sentences" and source.reader == "conllu"]
    lengths: dict[str, list[int]] = {}
    found: dict[str, dict[str, OwnTokenScores]] = {}
    for name, corpus in _treebanks(raw):
        together = [source for source in raw if source.corpus == corpus]
        sentences = load_treebank(together[0], folders)
        own = evaluate_own_tokens(watched, model.segmenter, sentences, [source.task for source in together])
        scores.tables[name] = own.table
        for source in together:
            found.setdefault(source.task, {})[source.name] = own
            lengths.setdefault(source.task, []).extend(len(sentence.tokens) for sentence in sentences)
    scores.results.update({task: pool(watched.cascade, task, treebanks) for task, treebanks in found.items()})
    scores.groups.update({task: by_length(scores.results[task].metric, count) for task, count in lengths.items()})
    ordered = {source.task: scores.results[source.task] for source in sources if source.task in scores.results}
    without = [source for source in sources if source not in raw and source not in whole]
    return replace(scores, results=ordered), _without_raw_text(without, ordered)


def _treebanks(sources: Sequence[TaskSource]) -> list[tuple[str, Corpus]]:
    """Return every treebank once, by the name that it is met by first."""
    found: list[tuple[str, Corpus]] = []
    for source in sources:
        if all(source.corpus != corpus for _, corpus in found):
            found.append((source.name, source.corpus))
    return found


def _without_raw_text(sources: Sequence[TaskSource], scored: Collection[str]) -> dict[str, str]:
    """Say of which tasks, or of which corpora of a task that is scored on others, there is no raw text."""
    return {
        f"{source.task}.corpora.{source.name}"
        if source.task in scored
        else source.task: f"{source.name} has words only, no raw text"
        for source in sources
    }


def _groups(model: LoadedModel, result: TaskResult, examples: TaskExamples) -> list[Any]:
    words = model.predictor.cascade.lexicon.words
    return [
        *by_vocabulary(result, examples, lambda word: word.lower() in words),
        *by_length(result.metric, lengths_of(examples.inputs)),
    ]
