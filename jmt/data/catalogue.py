"""Corpora by name, by path or by hub id: always a `datasets.DatasetDict` with our splits and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
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
    SplitFiles,
    read_card,
)
from jmt.data.foreign import foreign_rows, load_hub_split
from jmt.data.places import own_places, places
from jmt.data.readers import READERS, ReaderOptions, Row, Tokenizer, with_tokens
from jmt.data.treebank_folder import find_treebank
from jmt.errors import ConfigError, CorpusError, InputError, JmtError
from jmt.files.hashing import sha256_of
from jmt.files.whole_file import check_plain
from jmt.formats.pairs import SICK_RANGE, STSB_RANGE

Corpus = Card | CorpusSpec
_RANGES: dict[str, ScoreRange] = {"sick": SICK_RANGE, "stsb": STSB_RANGE}
"""The scores of the readers that know them."""


def find_corpus(name: str, own: Mapping[str, CorpusSpec] | None = None) -> Corpus:
    """Return what a task's `corpus` means: one of the configuration's own, a hub id (`owner/name`), or a known corpus.

    Raises ConfigError naming the known ones where it is none of these.
    """
    if own and name in own:
        return own[name]
    return CorpusSpec(hub=name) if "/" in name else read_card(name)


@dataclass(frozen=True, slots=True)
class Source:
    """The file behind a split, and how it is read; a large treebank's split may be cut into several."""

    paths: tuple[Path, ...]
    wanted: FileSlice
    reader: str
    options: ReaderOptions
    sha256: str | None
    """What the hash has to be, where the card says it."""

    @property
    def place(self) -> str:
        """The file as messages name it, or the first of several."""
        more = f" and {len(self.paths) - 1} more" if len(self.paths) > 1 else ""
        return f"{self.paths[0]}{more}"


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
    wanted = family or _default_family(known)
    return datasets.DatasetDict({split: _load_split(known, wanted, split, folders, tokenizer) for split in splits})


def score_range_of(corpus: Corpus) -> ScoreRange | None:
    """Return the lowest and highest score of a graded corpus, None where it does not say."""
    if isinstance(corpus, Card):
        return next((part.score_range for part in corpus.parts if part.score_range), None)
    return corpus.score_range or _RANGES.get(corpus.reader or "")


def find_source(corpus: Corpus, family: Family, split: str, folders: Sequence[Path] = ()) -> Source:
    """Return the file behind a split; it is not opened.

    Raises ConfigError for a split that is none of ours, and CorpusError where the corpus has no such split or no such
    examples, or where its file is not found.
    """
    if split not in SPLITS:
        raise ConfigError(f"no split is called {split!r}: there are {', '.join(SPLITS)}")
    if isinstance(corpus, Card):
        part = corpus.part(family)
        path, wanted = _locate(
            f"the corpus {corpus.name!r}", part.splits, split, places(corpus.name, folders), corpus.name
        )
        options = ReaderOptions(tuple(part.fields), tuple(part.span_fields), part.score_range, family=family)
        return Source((path,), wanted, part.reader, options, corpus.files[wanted.path].sha256)
    own = READER_FAMILIES.get(corpus.reader or "", family)
    if own != family:
        raise CorpusError(f"the reader {corpus.reader!r} gives {own}, and a task on this corpus needs {family}")
    options = ReaderOptions(
        tuple(corpus.fields),
        tuple(corpus.span_fields),
        corpus.score_range,
        corpus.columns,
        corpus.labels,
        corpus.delimiter,
        corpus.quoting,
        family,
    )
    if corpus.is_treebank:
        files = splits_of(corpus, family, folders)
        if split not in files:
            named = ", ".join(path.name for paths in files.values() for path in paths)
            raise CorpusError(f"{corpus.folder}: no {split} split here, named *-{split}.conllu; there are {named}")
        return Source(files[split], FileSlice(str(corpus.folder)), "conllu", options, None)
    path, wanted = _locate("the corpus", corpus.splits, split, own_places(corpus.folder, folders), None)
    return Source((path,), wanted, str(corpus.reader), options, None)


def place_of(corpus: Corpus, family: Family, split: str, folders: Sequence[Path] = ()) -> str | None:
    """Name the file of a split, None for a split of the hub and for a file that is not here."""
    if isinstance(corpus, CorpusSpec) and corpus.hub:
        return None
    try:
        return find_source(corpus, family, split, folders).place
    except JmtError:
        return None


def splits_of(corpus: Corpus, family: Family, folders: Sequence[Path] = ()) -> dict[str, tuple[Path, ...]]:
    """Return the splits that a corpus has, in the order train, dev, test; of a treebank's folder with their files.

    A corpus of the hub is taken to have train and dev.  Raises CorpusError as `find_treebank` does.
    """
    if isinstance(corpus, Card):
        return dict.fromkeys(corpus.part(family).splits.named(), ())
    if corpus.hub:
        return {"train": (), "dev": ()}
    if corpus.is_treebank:
        return find_treebank(str(corpus.folder), own_places(None, folders))
    return dict.fromkeys(corpus.splits.named(), ())


def _locate(
    name: str, files: SplitFiles, split: str, candidates: Sequence[Path], fetchable: str | None
) -> tuple[Path, FileSlice]:
    wanted = files.get(split)
    if wanted is None:
        raise CorpusError(
            f"{name} has no {split} split; it has {', '.join(files.named())}. "
            f'A split may be a part of a file, as in {split} = "train.txt[8036:]"'
        )
    tried = [folder / wanted.path for folder in candidates]
    for path in tried:
        if path.is_file():
            return path, wanted
    if other := next((path for path in tried if path.exists()), None):
        try:
            check_plain(other)
        except InputError as error:
            raise CorpusError(f"{name} ({split}): {error}") from None
    way_out = (
        "paths are taken from the current folder, then from that of the configuration, then from those of --corpora "
        "and JMT_CORPORA"
    )
    if fetchable:
        way_out = (
            f"get it with `jmt corpora fetch {fetchable}`, or point --corpora or JMT_CORPORA at the folder that holds "
            f"{fetchable}/"
        )
    looked = ", ".join(dict.fromkeys(str(path.parent) for path in tried))
    raise CorpusError(f"{name}: {wanted.path} ({split}) was not found; looked in {looked}; {way_out}")


def _default_family(corpus: Corpus) -> Family:
    if isinstance(corpus, Card):
        return "sentences" if corpus.sentences else "pairs"
    return READER_FAMILIES.get(corpus.reader or "", "pairs" if "first" in corpus.columns else "sentences")


def _load_split(
    corpus: Corpus, family: Family, split: str, folders: Sequence[Path], tokenizer: Tokenizer | None
) -> datasets.Dataset:
    if isinstance(corpus, CorpusSpec) and corpus.hub:
        return _load_hub(load_hub_split(corpus, split), corpus, family, tokenizer)
    source = find_source(corpus, family, split, folders)
    parts = [_load_file(path, source, tokenizer) for path in source.paths]
    whole = datasets.concatenate_datasets(parts) if len(parts) > 1 else parts[0]
    return _sliced(whole, source.wanted, source.paths[0])


def _load_file(path: Path, source: Source, tokenizer: Tokenizer | None) -> datasets.Dataset:
    reader = READERS[source.reader]
    found = sha256_of(path)
    if source.sha256 is not None and found != source.sha256:
        raise CorpusError(
            f"sha256 is {found}, the card says {source.sha256}: this is another release, or damaged. Fetch it again "
            "with `jmt corpora fetch`, or declare it as a corpus of your own, [corpora.NAME] with a reader and paths",
            path,
        )
    if READER_FAMILIES.get(source.reader) == "sentences":
        tokenizer = None
    key = {"sha256": found, "reader": [source.reader, reader.version], "options": asdict(source.options)}
    return _cached(key, lambda: reader.rows(path, source.options), tokenizer)


def _load_hub(
    dataset: datasets.Dataset, spec: CorpusSpec, family: Family, tokenizer: Tokenizer | None
) -> datasets.Dataset:
    told = {"columns": spec.columns, "labels": spec.labels, "range": spec.score_range, "family": family}
    key = {"data": dataset._fingerprint, **told, "reader": ["hub", 2]}
    return _cached(key, lambda: foreign_rows(dataset, spec, family), tokenizer)


def _cached(
    key: Mapping[str, object], read_rows: Callable[[], Iterator[Row]], tokenizer: Tokenizer | None
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
