"""Corpus cards: what a corpus is, where it comes from, which files make its splits, and how they are read."""

from __future__ import annotations

import importlib.resources
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from jmt.cascade.keys import Keys
from jmt.cascade.kinds import KINDS
from jmt.errors import ConfigError, CorpusError
from jmt.formats.tables.quoting import Quoting

SPLITS = ("train", "dev", "test")
Family = Literal["sentences", "pairs"]
"""Whether examples are single sentences or pairs of them; a corpus may offer both."""
ReaderName = Literal[
    "table", "conllu", "conll2000", "columns", "emotion_causes", "sick", "stsb", "pairs", "jsonl", "parquet", "hub"
]
READER_FAMILIES: dict[str, Family] = {
    "conllu": "sentences",
    "conll2000": "sentences",
    "columns": "sentences",
    "emotion_causes": "sentences",
    "sick": "pairs",
    "stsb": "pairs",
    "pairs": "pairs",
}
TABLE_READERS = ("table", "pairs", "jsonl", "parquet", "hub")
"""Readers of columns with names."""
_NO_DELIMITERS = frozenset('"\r\n\0')
_SLICE = re.compile(r"(?P<path>.+?)\[(?P<start>\d*):(?P<stop>\d*)\]")


@dataclass(frozen=True, slots=True)
class FileSlice:
    """A file, or the examples `start` to `stop` (0-based, stop left out) of it."""

    path: str
    start: int = 0
    stop: int | None = None

    @classmethod
    def parse(cls, text: str) -> FileSlice:
        """Read `train.txt`, `train.txt[:8036]` or `train.txt[8036:]`; raise ValueError on an empty slice."""
        match = _SLICE.fullmatch(text)
        if match is None:
            if text.endswith("]") and "[" in text:
                raise ValueError(f"{text!r} is not a slice of a file: write it as file[start:stop], both whole numbers")
            return cls(text)
        start = int(match["start"] or 0)
        stop = int(match["stop"]) if match["stop"] else None
        if stop is not None and stop <= start:
            raise ValueError(f"the slice of {text!r} is empty: its start must be below its stop")
        return cls(match["path"], start, stop)


class SplitFiles(Keys):
    """The file, or slice of a file, behind each split."""

    train: str | None = None
    """File, or slice of a file, with the training examples."""
    dev: str | None = None
    """File, or slice of a file, with the development examples."""
    test: str | None = None
    """File, or slice of a file, with the test examples."""

    @field_validator("train", "dev", "test")
    @classmethod
    def _well_formed(cls, text: str | None) -> str | None:
        if text is not None:
            FileSlice.parse(text)
        return text

    def get(self, split: str) -> FileSlice | None:
        """Return the file of `split`, or None where the corpus has no such split."""
        text: str | None = getattr(self, split) if split in SPLITS else None
        return None if text is None else FileSlice.parse(text)

    def named(self) -> dict[str, FileSlice]:
        """Return the splits that exist, in the order train, dev, test."""
        return {split: file for split in SPLITS if (file := self.get(split)) is not None}


class SplitSize(Keys):
    """How many examples, and words where they are counted, a split has when read in full."""

    examples: int
    """Number of sentences or pairs."""
    words: int | None = None
    """Number of words, where they are counted."""


ScoreRange = tuple[float, float]


class Part(Keys):
    """The sentences, or the pairs, of a corpus: one reader and its files."""

    reader: ReaderName
    """Format of the files."""
    columns: list[str]
    """Columns that a task may name."""
    splits: SplitFiles
    """File behind each split."""
    sizes: dict[Literal["train", "dev", "test"], SplitSize] = Field(default_factory=dict)
    """Size of each split."""
    score_range: ScoreRange | None = None
    """Lowest and highest score of a corpus of graded pairs."""
    fields: list[str] = Field(default_factory=lambda: ["tokens", "ner"])
    """Reader `columns` only. What the columns of the file hold, from the left; the first are the words."""
    span_fields: list[str] = Field(default_factory=lambda: ["ner", "chunk"])
    """Those of `fields` (names that are not there do no harm) whose labels are spans, in IOB2."""

    @field_validator("score_range")
    @classmethod
    def _rising(cls, score_range: ScoreRange | None) -> ScoreRange | None:
        return _rising_range(score_range)


class CorpusFile(Keys):
    """One file of a corpus: its hash and its public homes, tried in order.

    `sha256` is checked whenever the file is read; `fetch_sha256` (taken from a public record, no copy was at hand) only
    when it is fetched.  A home that ends in `.gz` is unpacked; `https://.../archive.zip#inner/name` is one member.
    """

    sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    """Hash of the file, checked whenever it is read."""
    fetch_sha256: str | None = Field(default=None, pattern="^[0-9a-f]{64}$")
    """Hash of the file from a public record, checked when it is fetched."""
    size: int | None = Field(default=None, gt=0)
    """Size in bytes."""
    homes: list[str] = Field(default_factory=list)
    """Addresses that the file is fetched from, tried in order."""


class Card(Keys):
    """One known corpus."""

    name: str
    """Name of the corpus in configurations."""
    title: str
    """One line that says what it is."""
    source: str
    """Address where a reader finds out more."""
    licence: str
    """Licence of the corpus."""
    language: str
    """Code of its language."""
    release: str
    """Release that the sizes and hashes are those of."""
    notes: list[str] = Field(default_factory=list)
    """Traps worth knowing."""
    sentences: Part | None = None
    """Its single sentences."""
    pairs: Part | None = None
    """Its pairs of sentences."""
    files: dict[str, CorpusFile] = Field(default_factory=dict)
    """Its files by name."""

    @model_validator(mode="after")
    def _complete(self) -> Card:
        if self.sentences is None and self.pairs is None:
            raise ValueError("a card has a part [sentences] or [pairs]")
        for part in self.parts:
            for file in part.splits.named().values():
                if file.path not in self.files:
                    raise ValueError(f"the file {file.path!r} of a split is not described under [files]")
        return self

    @property
    def parts(self) -> list[Part]:
        """The sentences, the pairs, or both."""
        return [part for part in (self.sentences, self.pairs) if part is not None]

    def part(self, family: Family) -> Part:
        """Return the part that holds `family`; raise CorpusError where the corpus has none."""
        part = self.sentences if family == "sentences" else self.pairs
        if part is None:
            has = "pairs" if family == "sentences" else "sentences"
            raise CorpusError(f"the corpus {self.name!r} has {has}, no {family}: a task of this kind cannot use it")
        return part


class CorpusSpec(Keys):
    """A corpus of one's own, `[corpora.NAME]` in a configuration: a reader with a path per split, the folder of a
    treebank, or a hub id.

    `columns` maps our names to those of a table where they are called otherwise
    (`columns = { tokens = "words", upos = "pos_tags" }`).
    """

    reader: ReaderName | None = None
    """Format of the files; left out for a hub id, and for a table (CSV, TSV, JSON lines, Parquet), which its content
    and its header tell, and for files that end in `.conllu`."""
    train: str | None = None
    """File with the training examples, or a slice of one: `all.conllu[:9000]`."""
    dev: str | None = None
    """File with the development examples, or a slice of one."""
    test: str | None = None
    """File with the test examples, or a slice of one."""
    folder: str | None = None
    """Given alone: the folder of one treebank in CoNLL-U, whose `*-ud-train.conllu`, `*-ud-dev.conllu` and
    `*-ud-test.conllu` (or else `*-train.conllu` ...) are its splits; dev and test may be missing, and a split that is
    cut into `*-train-a.conllu`, `*-train-b.conllu` ... is united. Beside files: where paths are looked up after the
    current folder, before those of `--corpora` and `JMT_CORPORA`; left out, the folder of the configuration."""
    hub: str | None = None
    """Id of a corpus on the hub of Hugging Face, `owner/name`, instead of files."""
    subset: str | None = None
    """Configuration name of the hub corpus, where it has several."""
    revision: str | None = None
    """Revision of the hub corpus: a commit, a tag or a branch."""
    columns: dict[str, str] = Field(default_factory=dict)
    """Our names of columns to those of a table or a hub corpus: `{ text = "body", label = "topic" }`. Usual names are
    known without it."""
    labels: dict[str, str] = Field(default_factory=dict)
    """Labels of a table or a hub corpus to those that are meant: `{ 0 = "entailment", 1 = "neutral" }`; one that is not
    named is refused. For the columns `label` and `entailment`."""
    delimiter: str | None = None
    """What stands between the cells of a table, one character; left out: tab, comma or semicolon, as its header
    shows."""
    quoting: Quoting | None = None
    """`csv`: cells of a table may stand in quotation marks; `text`: these are text. Left out: the file shows it."""
    fields: list[str] = Field(default_factory=lambda: ["tokens", "ner"])
    """Reader `columns` only. What the columns of the file hold, from the left; the first must be `tokens`."""
    span_fields: list[str] = Field(default_factory=lambda: ["ner", "chunk"])
    """Those of `fields` (names that are not there do no harm) whose labels are spans, in IOB2."""
    score_range: ScoreRange | None = None
    """Lowest and highest score of a corpus of graded pairs."""
    language: str | None = None
    """Code of its language, where it matters to say so."""
    licence: str | None = None
    """Its licence, as the cards of models that learn from it shall say it: `CC BY-SA 4.0`."""
    release: str | None = None
    """Which release of it, or which part, as those cards shall say it."""

    @field_validator("score_range")
    @classmethod
    def _rising(cls, score_range: ScoreRange | None) -> ScoreRange | None:
        return _rising_range(score_range)

    @model_validator(mode="before")
    @classmethod
    def _treebank(cls, values: Any) -> Any:
        """Let a folder that is given alone be one of CoNLL-U, and files without a reader tables."""
        if not isinstance(values, Mapping):
            return values
        if values.get("folder") and not values.keys() & {*SPLITS, "hub"}:
            return {"reader": "conllu", **values}
        files = [str(values[split]) for split in SPLITS if values.get(split)]
        if files and not values.keys() & {"reader", "hub"}:
            is_conllu = all(file.split("[")[0].endswith(".conllu") for file in files)
            return {"reader": "conllu" if is_conllu else "table", **values}
        return values

    @model_validator(mode="after")
    def _one_source(self) -> CorpusSpec:
        is_hub = self.hub is not None
        if is_hub and self.reader not in (None, "hub"):
            raise ValueError(f"a hub id is read by the reader hub, not {self.reader!r}: leave `reader` out")
        if not is_hub and self.reader in (None, "hub"):
            raise ValueError(
                "nothing says where this corpus is: give the `folder` of a treebank (`--set corpora.NAME.folder=DIR`, "
                "where DIR holds its *-ud-train.conllu), a `reader` with the path of each split, or a `hub` id"
            )
        if not is_hub and not self.splits.named() and not self.is_treebank:
            raise ValueError("no file given: name at least one of `train`, `dev` and `test`")
        if self.fields[:1] != ["tokens"]:
            raise ValueError(f"the first of `fields` must be 'tokens', not {self.fields[:1]}")
        self._check_table_keys()
        return self

    def _check_table_keys(self) -> None:
        if self.columns and self.reader == "columns":
            raise ValueError(
                "the reader 'columns' takes the names of its columns from the left, as `fields`; words under a header "
                "are read by 'table'"
            )
        for key in ("columns", "labels", "delimiter", "quoting"):
            if getattr(self, key) and self.reader not in (None, *TABLE_READERS):
                known = ", ".join(TABLE_READERS)
                raise ValueError(f"the reader {self.reader!r} knows its columns: `{key}` is for {known}")
        if self.delimiter is not None and (len(self.delimiter) != 1 or self.delimiter in _NO_DELIMITERS):
            raise ValueError(f"`delimiter` is one character, and no quotation mark or line end; not {self.delimiter!r}")

    @property
    def is_treebank(self) -> bool:
        """Whether it is a folder whose files are found by their names."""
        named = (self.hub, self.train, self.dev, self.test)
        return bool(self.folder) and self.reader == "conllu" and not any(named)

    @property
    def splits(self) -> SplitFiles:
        """The files per split, as far as they are named."""
        return SplitFiles(train=self.train, dev=self.dev, test=self.test)

    def beside(self, folder: Path) -> CorpusSpec:
        """Return the corpus with the folder of its configuration noted, where some file is not in the current one."""
        if self.is_treebank and not Path(str(self.folder)).is_dir() and (folder / str(self.folder)).is_dir():
            return self.model_copy(update={"folder": str(folder / str(self.folder))})
        files = [] if self.hub else [file.path for file in self.splits.named().values()]
        if self.folder is not None or folder == Path() or all(Path(file).is_file() for file in files):
            return self
        return self.model_copy(update={"folder": str(folder)})


def _rising_range(score_range: ScoreRange | None) -> ScoreRange | None:
    if score_range is not None and not -math.inf < score_range[0] < score_range[1] < math.inf:
        raise ValueError(f"score_range is [lowest, highest]; {list(score_range)} does not rise")
    return score_range


def family_of_kind(kind: str) -> Family:
    """Return which examples a head of `kind` reads."""
    return "pairs" if KINDS[kind].about_pairs else "sentences"


def card_names() -> list[str]:
    """Return the names of the known corpora, sorted."""
    folder = importlib.resources.files("jmt.corpora")
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read_card(name: str) -> Card:
    """Read the card of a known corpus; raise ConfigError naming the known ones where there is none."""
    known = card_names()
    if name not in known:
        raise ConfigError(
            f"no corpus is called {name!r}: known are {', '.join(known)}; a corpus of your own is declared as "
            f"[corpora.{name}] in the configuration, with a reader and paths or with a hub id"
        )
    text = importlib.resources.files("jmt.corpora").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return parse_card(tomllib.loads(text), f"{name}.toml")


def parse_card(fields: Mapping[str, Any], origin: str | Path) -> Card:
    """Check the fields of a card; raise CorpusError naming the first wrong one."""
    try:
        return Card.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "card"
        raise CorpusError(f"{key}: {first['msg']}", origin) from error
