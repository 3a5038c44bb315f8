"""Learn vectors of words and of character n-grams from raw text, for a configuration to start from.

`jmt vectors train TEXT...` learns both tables of Hashimoto et al. (2017) by skip-gram with negative sampling; a
configuration loads them by `[training.vectors] words = FOLDER, ngrams = FOLDER`.  `jmt vectors distill ENCODER` takes
word vectors from a pretrained encoder instead.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jmt.cli.options.configuration import add_corpora
from jmt.cli.terminal.console import on_terminal, positive, redraw, say
from jmt.cli.terminal.output import write_data

if TYPE_CHECKING:
    from jmt.training.vectors.skipgram import Progress, SkipgramSettings

_NGRAM_SIZES = (1, 2, 3, 4)
_REPORT_SECONDS = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions of `jmt vectors` and their options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_training(actions)
    _add_distillation(actions)


def _add_training(actions: Any) -> None:
    """Declare the options of `jmt vectors train`."""
    train = actions.add_parser("train", help="learn vectors from raw text", allow_abbrev=False)
    train.add_argument("texts", metavar="TEXT", nargs="+", help="UTF-8 text files, or folders of .txt files")
    train.add_argument("--output", metavar="DIR", type=Path, required=True, help="the folder to write")
    train.add_argument("--tables", choices=("both", "words", "ngrams"), default="both")
    train.add_argument("--language", default="en", help="whose tokenizer rules to use (default: en)")
    train.add_argument("--size", type=positive, default=100, help="numbers in a vector (paper: 100)")
    train.add_argument("--window", type=positive, default=1, help="words to either side (paper: 1)")
    train.add_argument("--negatives", type=positive, default=15, help="noise words for every pair (paper: 15)")
    train.add_argument(
        "--subsample", type=float, default=1e-5, help="leave out words of a greater share now and then (paper: 1e-5)"
    )
    train.add_argument("--minimum", type=positive, default=10, help="occurrences of a word (paper: 10)")
    train.add_argument("--ngram-minimum", type=positive, default=10, help="occurrences of an n-gram (paper: 10)")
    train.add_argument("--epochs", type=positive, default=5, help="passes over the text (default: 5)")
    train.add_argument("--rate", type=float, default=0.1, help="AdaGrad's rate at the start (default: 0.1)")
    train.add_argument("--seed", type=int, default=1)
    train.add_argument("--config", metavar="CONFIG", help="read the training sentences of this configuration, too")
    add_corpora(train)


def _add_distillation(actions: Any) -> None:
    """Declare the options of `jmt vectors distill`."""
    distill = actions.add_parser("distill", help="take word vectors from a pretrained encoder", allow_abbrev=False)
    distill.add_argument("encoder", metavar="ENCODER", help="folder or hub id of a Hugging Face encoder")
    words = distill.add_mutually_exclusive_group(required=True)
    words.add_argument("--config", metavar="CONFIG", help="the words of this configuration's training sentences")
    words.add_argument("--words", metavar="FILE", type=Path, help="one word a line, most frequent first")
    add_corpora(distill)
    distill.add_argument("--output", metavar="DIR", type=Path, required=True, help="the folder to write")
    distill.add_argument("--size", type=positive, default=100, help="numbers in a vector, by principal components")
    distill.add_argument(
        "--layer", type=_read_layer, default="mean", help="0 (embeddings) upwards, -1 the top, or mean"
    )


def _read_layer(text: str) -> int | str:
    """Read the option --layer."""
    try:
        return "mean" if text == "mean" else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"a layer's number or `mean` is needed, not {text!r}") from None


def run(arguments: argparse.Namespace) -> int:
    """Run one action."""
    return _distill_words(arguments) if arguments.action == "distill" else _train_tables(arguments)


def _distill_words(arguments: argparse.Namespace) -> int:
    """Send every word through the encoder and keep what is most of it."""
    import numpy as np

    from jmt.cli.terminal.console import progress
    from jmt.network.encoders.pretrained import fetch_pretrained
    from jmt.training.vectors.distillation import BATCH, encode_words, reduce_size
    from jmt.training.vectors.named_vectors import NamedVectors, write_vectors

    words = _words_to_distill(arguments)
    batches = encode_words(fetch_pretrained(arguments.encoder), words, arguments.layer)
    found = progress(batches, total=-(-len(words) // BATCH), unit="batch", about="encoding")
    vectors = reduce_size(np.concatenate(list(found)), arguments.size)
    about = {"method": "distilled", "encoder": Path(arguments.encoder).name, "layer": arguments.layer}
    write_vectors(arguments.output, {"words": NamedVectors(words, vectors)}, about)
    say(f"words: {len(words):,} vectors of {arguments.size}")
    write_data(f"{arguments.output}\n")
    return 0


def _words_to_distill(arguments: argparse.Namespace) -> list[str]:
    """Return the words, in lower case and without repetition, most frequent first."""
    from collections import Counter

    from jmt.errors import InputError
    from jmt.formats.text import read_lines

    if arguments.words:
        words = list(dict.fromkeys(line.strip().lower() for line in read_lines(arguments.words) if line.strip()))
    else:
        counts = Counter(form.lower() for sentence in _training_sentences(arguments) for form in sentence)
        words = sorted(counts, key=lambda word: (-counts[word], word))
    if not words:
        raise InputError("there are no words to take vectors of; give --words FILE with one word a line")
    return words


def _train_tables(arguments: argparse.Namespace) -> int:
    """Read the text once, then learn one table after the other."""
    from dataclasses import asdict

    from jmt.training.vectors.named_vectors import write_vectors
    from jmt.training.vectors.raw_tables import NgramTraining, WordTraining
    from jmt.training.vectors.raw_text import find_texts, read_sentences
    from jmt.training.vectors.text_index import TextIndex

    settings = _read_settings(arguments)
    paths = find_texts(arguments.texts)
    sentences = chain(read_sentences(paths, arguments.language), _training_sentences(arguments))
    with TextIndex(_progress_of_reading(sentences)) as text:
        say(f"{text.words:,} words, {len(text.forms):,} forms in {len(paths)} files")
        about = {"method": "skip-gram", "language": arguments.language, "words": text.words}
        tables = {}
        for kind in ("words", "ngrams"):
            if arguments.tables not in (kind, "both"):
                continue
            training = WordTraining(text, settings) if kind == "words" else NgramTraining(text, settings, _NGRAM_SIZES)
            _show_training(kind, training.train())
            tables[kind] = training.result()
            # Written after each table, so that the first is there if the second is interrupted.
            write_vectors(arguments.output, tables, {**about, "settings": asdict(settings)})
            say(f"{kind}: {tables[kind].vectors.shape[0]:,} vectors of {settings.size}")
    write_data(f"{arguments.output}\n")
    return 0


def _read_settings(arguments: argparse.Namespace) -> SkipgramSettings:
    """Gather the options of training."""
    from jmt.errors import ConfigError
    from jmt.training.vectors.skipgram import SkipgramSettings

    if arguments.rate <= 0 or arguments.subsample < 0:
        raise ConfigError("--rate must be above 0, and --subsample 0 (leave nothing out) or above")
    return SkipgramSettings(
        size=arguments.size,
        window=arguments.window,
        negatives=arguments.negatives,
        subsample=arguments.subsample,
        minimum=arguments.minimum,
        ngram_minimum=arguments.ngram_minimum,
        epochs=arguments.epochs,
        rate=arguments.rate,
        seed=arguments.seed,
    )


def _training_sentences(arguments: argparse.Namespace) -> Iterator[Sequence[str]]:
    """Yield the training sentences of the configuration named by --config: their words only, no labels."""
    if not arguments.config:
        return
    from jmt.runs.config import read_config
    from jmt.runs.splits import load_splits
    from jmt.segmentation import RuleSegmenter
    from jmt.training.starting.build import sentences_of

    config = read_config(arguments.config)
    splits = load_splits(config, arguments.corpora, RuleSegmenter(config.model.language))
    yield from sentences_of(split["train"] for split in splits.values())


def _progress_of_reading(sentences: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    """Pass sentences on; on a terminal, show how many words went by."""
    from jmt.cli.terminal.console import weighed_progress

    return weighed_progress(sentences, len, unit="word")


def _show_training(kind: str, reports: Iterable[Progress]) -> None:
    """Say how far training is: on a terminal in one line that changes, else every ten seconds."""
    shown = 0.0
    terminal = on_terminal()
    for report in reports:
        finished = report.done >= report.total
        if report.seconds - shown < (0.5 if terminal else _REPORT_SECONDS) and not finished:
            continue
        shown = report.seconds
        line = (
            f"{kind}: {report.done / max(report.total, 1):4.0%}, {report.words_a_second:,.0f} words/s, "
            f"{report.seconds_left:.0f} s left, loss {report.loss:.3f}"
        )
        if terminal and not finished:
            redraw(line)
        else:
            if terminal:
                redraw("")
            say(line)
