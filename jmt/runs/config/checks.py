"""Keys that mean nothing beside others are refused, with what would mean something."""

from __future__ import annotations

import math

from jmt.cascade.encoder_config import BiLSTMConfig
from jmt.cascade.kinds import SEGMENTER
from jmt.data.hints import HINTS
from jmt.data.unions.names import SIGN
from jmt.errors import ConfigError
from jmt.runs.config.run_config import RunConfig
from jmt.runs.config.variations import check_variations
from jmt.training.sharing import graph_of
from jmt.training.weighting.methods import METHODS
from jmt.training.weighting.refusals import FIXED, check_weighting


def check_run(config: RunConfig) -> None:
    """Refuse keys that mean nothing beside others, and say what would.

    Raises:
        ConfigError: both sizes of batches, a weight beside learned ones, nothing to freeze.
    """
    check_weighting(config.training)
    if config.training.weighting.upper_bound:
        _check_upper_bound(config)
    method = config.training.weighting.method
    for name, data in config.data.items():
        if data.batch_size is not None and data.batch_tokens is not None:
            raise ConfigError(f"task.{name}: batch_tokens takes the place of batch_size: give one of them")
        if data.weight is not None and method not in FIXED:
            raise ConfigError(
                f"task.{name}.weight: training.weighting.method `{method}` weighs tasks itself, which would make up "
                f"for it: drop weight, or take a method that does not: {', '.join(FIXED)}"
            )
    for name in config.data:
        check_variations(config, name)
    _check_unions(config)
    _check_corpus_vectors(config)
    _check_named_tasks(config)
    _check_ties(config)
    _check_named_parts(config)
    _check_roles(config)
    if config.training.freezing.epochs and isinstance(config.model.encoder, BiLSTMConfig):
        raise ConfigError("training.freezing: a `bilstm` has no pretrained encoder to freeze: drop the table")


def _check_named_tasks(config: RunConfig) -> None:
    """Refuse schedules that name tasks which are not there, or leave some out.

    Raises:
        ConfigError: naming the key and the tasks.
    """
    there = list(config.data)
    for task in config.training.weighting.likelihoods:
        if task not in there:
            raise ConfigError(
                f"training.weighting.likelihoods: there is no task `{task}`; tasks here: {', '.join(there)}"
            )
    for schedule in (config.training, *config.training.phase):
        grouped = [task for tasks in schedule.groups for task in tasks]
        for key, named in (("sampling.ratios", schedule.sampling.ratios), ("groups", grouped)):
            if unknown := [task for task in named if task not in there]:
                raise ConfigError(f"training.{key}: there is no task `{unknown[0]}`; tasks here: {', '.join(there)}")
        if grouped and (missing := [task for task in there if task not in grouped]):
            raise ConfigError(
                f"training.groups: {', '.join(missing)}: in no list, and so never trained; put each in one"
            )


def _check_unions(config: RunConfig) -> None:
    """Refuse lists of corpora without an entry or with names that cannot be told apart, and shares of other corpora.

    Raises:
        ConfigError: naming the key.
    """
    for name, data in config.data.items():
        if not data.corpora:
            raise ConfigError(f'task.{name}.corpus is an empty list: name one corpus, or several as in ["ewt", "gum"]')
        if data.is_united and (odd := [corpus for corpus in data.corpora if SIGN in corpus]):
            raise ConfigError(
                f"task.{name}.corpus: {odd[0]!r} has a `{SIGN}` in its name, which stands between the names of several "
                "corpora: give it another one"
            )
        shares = data.corpus_shares
        if shares is None:
            continue
        if len(data.corpora) == 1:
            raise ConfigError(f"task.{name}.corpus_shares: there is one corpus, {data.corpora[0]}: drop the key")
        if len(shares) != len(data.corpora) or not all(0 < share < math.inf for share in shares):
            raise ConfigError(
                f"task.{name}.corpus_shares = {list(shares)}: give one number above 0 for each of the "
                f"{len(data.corpora)} corpora, {', '.join(data.corpora)}"
            )


def _check_corpus_vectors(config: RunConfig) -> None:
    """Refuse vectors of corpora that no task unites with others, and tasks of which all corpora have one.

    Raises:
        ConfigError: naming the corpus and what would mean something.
    """
    encoder, before = config.model.encoder, config.inherited
    inherited = before.encoder.corpus_vectors if before else ()
    known = before.tasks if before else {}
    united = {corpus for data in config.data.values() if data.is_united for corpus in data.corpora}
    if unknown := [name for name in encoder.corpus_vectors if name not in united and name not in inherited]:
        there = f"those are {', '.join(sorted(united))}" if united else 'none does, as corpus = ["ewt", "gum"] would'
        raise ConfigError(
            f"encoder.corpus_vectors: {unknown[0]!r} is no corpus of a task that learns from several; {there}"
        )
    for name, data in config.data.items():
        if name in config.trained and name not in known and all(encoder.corpus_numbers(data.corpora)):
            raise ConfigError(
                f"task.{name}.corpus: {data.corpora_named}: encoder.corpus_vectors tells all its sentences from those "
                "of users, whose corpus is none: leave one of its corpora out of encoder.corpus_vectors"
            )


def _check_roles(config: RunConfig) -> None:
    """Refuse roles that mean nothing: no main task, an adversary that is read, a hint that there is not.

    Raises:
        ConfigError: naming the task and what would mean something.
    """
    roles = {name: data.role for name, data in config.data.items()}
    if "main" not in roles.values():
        raise ConfigError("task: every task has a role beside the main ones, and there is no main one: drop a role")
    for name, data in config.data.items():
        head = config.model.tasks.get(name)
        if head is None:  # the segmenter
            if data.role != "main":
                raise ConfigError(f"task.{name}.role: a segmenter is trained for its own sake: drop the role")
            if data.shuffled:
                raise ConfigError(f"task.{name}.shuffled: a segmenter shares nothing, and is no placebo: drop it")
            continue
        if data.rare_tokens is not None:
            raise ConfigError(f"task.{name}.rare_tokens: the training data of a segmenter has them alone: drop it")
        if data.role == "hint" and (head.kind != "tagger" or getattr(head, "column", None) not in HINTS):
            raise ConfigError(f"task.{name}.role `hint` needs kind `tagger` and a column of {', '.join(HINTS)}")
        if data.role != "adversarial" and data.reversal is not None:
            raise ConfigError(f"task.{name}.reversal is of role `adversarial`: drop it, or take that role")
        if data.role == "main" and data.until is not None:
            raise ConfigError(f"task.{name}.until: a main task is trained to the end: drop it, or take role `aux`")
        for read in head.reads:
            if roles.get(read.task) == "adversarial":
                raise ConfigError(
                    f"task.{name}.reads: `{read.task}` is adversarial, its prediction is to become useless"
                )
    needs_all = METHODS[config.training.weighting.method].schedules == ("joint",)
    if needs_all and any(data.until is not None for data in config.data.values()):
        raise ConfigError(
            f"training.weighting.method `{config.training.weighting.method}` weighs all tasks in every step: drop until"
        )


def _check_named_parts(config: RunConfig) -> None:
    """Refuse a part of the network that is not there, naming those that are."""
    body = ["pretrained"] if not isinstance(config.model.encoder, BiLSTMConfig) else []
    stitches = ["stitches"] if any(how.kind == "cross_stitch" for how in config.model.sharing.values()) else []
    levels = [f"level{level}" for level in range(1, config.model.levels + 1)]
    segmenter = [SEGMENTER] if config.model.segmenter else []
    there = ["words", *body, *levels, *stitches, *segmenter, *config.model.tasks]
    shared = config.training.weighting.shared
    if shared is not None and shared not in there:
        raise ConfigError(f"training.weighting.shared: no part `{shared}`; there are {', '.join(there)}")
    if unknown := [name for name in config.training.subnetwork if name not in there]:
        raise ConfigError(
            f"training.subnetwork.{unknown[0]}: no such part of the network; there are {', '.join(there)}"
        )


def _check_ties(config: RunConfig) -> None:
    """Refuse ties that name tasks which have no copy of the level, graphs that are none of those that have one, and
    weightings that need one stream for all.

    Raises:
        ConfigError: naming the key and the tasks that have a copy.
    """
    for name, how in config.sharing.items():
        level = int(name.removeprefix("level"))
        climbing = [task for task, head in config.model.tasks.items() if head.level >= level]
        there = list(dict.fromkeys(map(config.model.sharing[name].copy_of, climbing)))
        named = [task for tasks in how.clusters for task in tasks]
        named += [how.anchor] if how.anchor not in ("pairwise", "mean") else []
        if unknown := [task for task in named if task not in there]:
            raise ConfigError(f"sharing.{name}: `{unknown[0]}` has no copy of this level; {', '.join(there)} have")
        if len(climbing) < 2:
            raise ConfigError(f"sharing.{name}: `{climbing[0]}` alone climbs to this level: there is nothing to share")
        if how.graph:
            try:
                graph_of(there, how)
            except ConfigError as error:
                raise ConfigError(f"sharing.{name}: {error}") from None
    handed_over = any(schedule.hand_over for schedule in config.training.phase or (config.training,))
    if handed_over and not any(how.kind != "experts" for how in config.model.sharing.values()):
        raise ConfigError("training.hand_over: no task has a copy of a level of its own: add a [sharing.levelN]")
    if config.sharing and config.training.weighting.upper_bound:
        raise ConfigError(
            "training.weighting.upper_bound: with [sharing] every task has hidden states of its own, and there are "
            "none that all tasks read; set it to false"
        )


def _check_upper_bound(config: RunConfig) -> None:
    """Refuse MGDA-UB without hidden states that all tasks share on the same sentences.

    Raises:
        ConfigError: several levels, or several batches in a step, whose gradients never meet at one token.
    """
    instead = "; set training.weighting.upper_bound = false, which takes gradients at the parameters"
    levels = {task.level for task in config.model.tasks.values()}
    if len(levels) > 1 and not isinstance(config.model.encoder, BiLSTMConfig):
        raise ConfigError(
            f"training.weighting.upper_bound: tasks stand on levels {', '.join(map(str, sorted(levels)))} of a "
            "transformer, which read each other's layers, and there are no hidden states that all of them read: put "
            f"them on one level{instead}"
        )
    ways = {
        (data.corpora, data.corpus_shares, data.batch_size, data.batch_tokens, data.passes, data.variations)
        for data in config.data.values()
    }
    if len(ways) > 1:
        raise ConfigError(
            "training.weighting.upper_bound: the tasks have batches of their own, and gradients at the hidden states "
            f"of different sentences never conflict: give all tasks one corpus, and batches of one size{instead}"
        )
