"""Corpora by name, by path or by hub id: always a `datasets.DatasetDict` with our splits and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import datasets

from jmt.data.arrow_cache import cached_dataset
from jmt.data.cards import (
    READER_FAMILIES,
    SPLITS,
    Card,
    CorpusSpec,
    Family,
    FileSlice,
    ScoreRange,
    read_card,
)
from jmt.data.foreign import foreign_rows, load_hub_split, load_parquet
from jmt.data.places import places, sha256_of
from jmt.data.readers import READERS, ReaderOptions, Row, Tokenizer, with_tokens
from jmt.errors import ConfigError, CorpusError

Corpus = Card | CorpusSpec


def find_corpus(name: str, own: Mapping[str, CorpusSpec] | None = None) -> Corpus:
    """Return what a task's `corpus` means: one of the configuration's own, a hub id (`owner/name`), or a known corpus.

    Raises ConfigError naming the known ones where it is none of these.
    """
    if own and name in own:
        return own[name]
    return CorpusSpec(hub=name) if "/" in name else read_card(name)


def load_corpus(
    corpus: str | Corpus,
    *,
    family: Family | None = None,
    splits: Sequence[str] = ("train", "dev"),
    folders: Sequence[Path] = (),
    tokenizer: Tokenizer | None = None,
) -> datasets.DatasetDict:
    """Load the splits that are asked for, and only these; files are read once and kept as Arrow.

    Sentences have the column `tokens` and those of their reader; pairs `first`, `second` and, with a `tokenizer`,
    `first_tokens` and `second_tokens`; `line` is where an example starts in its file.  A corpus with both (miniature)
    gives sentences unless `family` is "pairs".  Raises CorpusError where a split or its file is missing, saying where
    it was looked for, where a hash is wrong, and where the file is malformed.
    """
    known = find_corpus(corpus) if isinstance(corpus, str) else corpus
    load = _load_card_split if isinstance(known, Card) else _load_spec_split
    family = family or _default_family(known)
    return datasets.DatasetDict({split: load(known, family, split, folders, tokenizer) for split in splits})  # type: ignore[operator]


def score_range_of(corpus: Corpus) -> ScoreRange | None:
    """Return the lowest and highest score of a graded corpus, None where it does not say."""
    if isinstance(corpus, Card):
        return corpus.pairs.score_range if corpus.pairs else None
    return corpus.score_range or {"sick": (1.0, 5.0), "stsb": (0.0, 5.0)}.get(corpus.reader or "")


def locate(corpus: Corpus, family: Family, split: str, folders: Sequence[Path] = ()) -> tuple[Path, FileSlice]:
    """Return the file of a split and which part of it is meant.

    Raises CorpusError where the corpus has no such split, or where its file is not found.
    """
    if isinstance(corpus, Card):
        files = corpus.part(family).splits
        candidates = places(corpus.name, folders)
        way_out = (
            f"get it with `jmt corpora fetch {corpus.name}`, or point --corpora or JMT_CORPORA at the folder "
            f"that holds {corpus.name}/"
        )
    else:
        files = corpus.splits
        candidates = [Path(), *folders]
        way_out = "paths are taken from the current folder, then from those of --corpora"
    wanted = files.get(split)
    if wanted is None:
        raise CorpusError(
            f"{_name(corpus)} has no {split} split; it has {', '.join(files.named())}. "
            f'A split may be a part of a file, as in {split} = "train.txt[8036:]"'
        )
    tried = [folder / wanted.path for folder in candidates]
    for path in tried:
        if path.is_file():
            return path, wanted
    looked = ", ".join(dict.fromkeys(str(path.parent) for path in tried))
    raise CorpusError(f"{_name(corpus)}: {wanted.path} ({split}) was not found; looked in {looked}; {way_out}")


def _name(corpus: Corpus) -> str:
    return f"the corpus {corpus.name!r}" if isinstance(corpus, Card) else "the corpus"


def _default_family(corpus: Corpus) -> Family:
    if isinstance(corpus, Card):
        return "sentences" if corpus.sentences else "pairs"
    return READER_FAMILIES.get(corpus.reader or "", "pairs" if "first" in corpus.columns else "sentences")


def _load_card_split(
    card: Card, family: Family, split: str, folders: Sequence[Path], tokenizer: Tokenizer | None
) -> datasets.Dataset:
    part = card.part(family)
    path, wanted = locate(card, family, split, folders)
    options = ReaderOptions(tuple(part.fields), tuple(part.span_fields), part.score_range)
    expected = card.files[wanted.path].sha256
    return _sliced(_load_file(path, part.reader, options, tokenizer, expected), wanted, path)


def _load_spec_split(
    spec: CorpusSpec, family: Family, split: str, folders: Sequence[Path], tokenizer: Tokenizer | None
) -> datasets.Dataset:
    if split not in SPLITS:
        raise ConfigError(f"no split is called {split!r}: there are {', '.join(SPLITS)}")
    own = READER_FAMILIES.get(spec.reader or "", family)
    if own != family:
        raise CorpusError(f"the reader {spec.reader!r} gives {own}, and a task on this corpus needs {family}")
    if spec.hub:
        return _load_foreign(load_hub_split(spec, split), spec, spec.hub, tokenizer)
    path, wanted = locate(spec, family, split, folders)
    if spec.reader == "parquet":
        return _sliced(_load_foreign(load_parquet(path), spec, str(path), tokenizer, sha256_of(path)), wanted, path)
    options = ReaderOptions(tuple(spec.fields), tuple(spec.span_fields), spec.score_range, spec.columns)
    return _sliced(_load_file(path, str(spec.reader), options, tokenizer, None), wanted, path)


def _load_file(
    path: Path, reader_name: str, options: ReaderOptions, tokenizer: Tokenizer | None, expected: str | None
) -> datasets.Dataset:
    reader = READERS[reader_name]
    found = sha256_of(path)
    if expected is not None and found != expected:
        raise CorpusError(
            f"sha256 is {found}, the card says {expected}: this is another release, or damaged. Fetch it again with "
            "`jmt corpora fetch`, or declare it as a corpus of your own, [corpora.NAME] with a reader and paths",
            path,
        )
    if READER_FAMILIES.get(reader_name) == "sentences":
        tokenizer = None
    key = {"sha256": found, "reader": [reader_name, reader.version], "options": asdict(options)}
    return _cached(key, lambda: reader.rows(path, options), tokenizer)


def _load_foreign(
    dataset: datasets.Dataset, spec: CorpusSpec, place: str, tokenizer: Tokenizer | None, sha256: str | None = None
) -> datasets.Dataset:
    key = {"data": sha256 or dataset._fingerprint, "columns": spec.columns, "reader": ["foreign", 1]}
    return _cached(key, lambda: foreign_rows(dataset, spec, place), tokenizer)


def _cached(
    key: dict[str, object], read_rows: Callable[[], Iterator[Row]], tokenizer: Tokenizer | None
) -> datasets.Dataset:
    if tokenizer is None:
        return cached_dataset(key, read_rows)
    return cached_dataset({**key, "tokenizer": tokenizer.name_and_version}, lambda: with_tokens(read_rows(), tokenizer))


def _sliced(dataset: datasets.Dataset, wanted: FileSlice, path: Path) -> datasets.Dataset:
    if wanted.start == 0 and wanted.stop is None:
        return dataset
    stop = len(dataset) if wanted.stop is None else wanted.stop
    if wanted.start >= len(dataset) or stop > len(dataset):
        raise CorpusError(f"there are {len(dataset)} examples, and [{wanted.start}:{stop}] of them are asked for", path)
    return dataset.select(range(wanted.start, stop))
