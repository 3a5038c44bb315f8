"""What a run's segmenter learns from, where there is one: the paragraphs of its treebanks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jmt.cascade.symbols.examples import TaskExamples
from jmt.data.catalogue import find_corpus
from jmt.data.readers import Tokenizer
from jmt.data.segmentation_examples import segmentation_examples
from jmt.data.splits import SplitLoader, training_splits
from jmt.data.treebanks import read_treebank_split
from jmt.data.unions.joining import Joiner, Part
from jmt.data.unions.leaks import EvaluationSentences
from jmt.data.unions.left_out import LEAK, LeftOut, ignore
from jmt.document import Sentence
from jmt.runs.config import RunConfig
from jmt.runs.splits import plans_of
from jmt.runs.uniting import Heard, evaluation_sentences


def raw_text_splits(
    config: RunConfig, folders: Sequence[Path], tokenizer: Tokenizer, heard: Heard = ignore
) -> dict[str, dict[str, TaskExamples]]:
    """Load what the segmenter learns from, where there is one: the paragraphs of all its treebanks, one after another.

    Of several treebanks, sentences of an evaluation split are dropped from training; the paragraph ends there.

    Raises:
        CorpusError: a treebank that is missing or malformed, or a corpus that is none, or nothing is left of one.
    """
    segmenter = config.segmenter
    if segmenter is None:
        return {}
    loader = SplitLoader(folders, tokenizer)
    evaluated = evaluation_sentences(config, loader, plans_of(config), folders)
    data = config.data[segmenter.name]
    read = {name: _paragraphs_of(config, name, folders, evaluated, heard) for name in dict.fromkeys(data.corpora)}
    if len(data.corpora) == 1:
        return {segmenter.name: {split: part.examples for split, part in read[data.corpora[0]].items()}}
    joiner = Joiner()
    found = {"train": joiner.join([read[name]["train"] for name in data.corpora])}
    if dev := [parts["dev"] for parts in read.values() if "dev" in parts]:
        found["dev"] = joiner.join(dev)
    return {segmenter.name: found}


def _paragraphs_of(
    config: RunConfig, name: str, folders: Sequence[Path], evaluated: EvaluationSentences, heard: Heard
) -> dict[str, Part]:
    """Load the paragraphs of one treebank by split; training data is thinned to the share that is asked for."""
    assert config.segmenter is not None
    task = config.segmenter.name
    corpus = find_corpus(name, config.corpora)
    found = {}
    for split in training_splits(corpus, "sentences", folders):
        sentences = read_treebank_split(corpus, name, split, folders)
        dropped: set[int] = set()
        if split == "train" and config.training.share < 1:
            sentences = sentences[: max(1, int(len(sentences) * config.training.share))]
        if split == "train" and config.data[task].is_united:
            dropped = _leaks(name, sentences, evaluated)
            heard(LeftOut(task, name, split, "sentence", len(dropped), len(sentences), LEAK))
        found[split] = Part(name, segmentation_examples(task, sentences, dropped))
    return found


def _leaks(name: str, sentences: Sequence[Sentence], evaluated: EvaluationSentences) -> set[int]:
    """Return the ids of the objects that are sentences of an evaluation split, too."""
    kept = evaluated.free_of_them(name, [[token.text for token in sentence.tokens] for sentence in sentences])
    return set(map(id, sentences)) - {id(sentences[place]) for place in kept}
