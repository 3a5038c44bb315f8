"""What annotating returns: documents of sentences of tokens.

Plain values that know neither tensors nor spaCy.  `to_dict` gives the one JSON form of the project: a line of
`--to jsonl` and an entry of the service's answers, described by `jmt/document/schema.json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jmt.document.conllu import write_document, write_sentence
from jmt.document.words import Chunk, EmptyNode, MultiwordToken, Token
from jmt.errors import InputError
from jmt.safety.extras import needed_for

if TYPE_CHECKING:
    import pandas
    import pyarrow
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    from jmt.document.frames.columns import WordColumns

_OF_SENTENCE = ("labels", "scores", "probabilities")
"""What is said of a whole sentence, in its attributes and in JSON."""


@dataclass(slots=True)
class Sentence:
    """A sentence: its tokens, and whatever else its CoNLL-U form holds."""

    tokens: list[Token]
    text: str = ""
    start: int | None = None
    end: int | None = None
    comments: list[str] = field(default_factory=list)
    """Comment lines with their `#`, in order."""
    multiword_tokens: list[MultiwordToken] = field(default_factory=list)
    empty_nodes: list[EmptyNode] = field(default_factory=list)
    spans: dict[str, list[Chunk]] = field(default_factory=dict)
    """Spans of every span task by its name."""
    verbatim: bool = False
    """True for a sentence read from CoNLL-U: its comments and MISC are complete, writing adds only predictions."""
    line: int | None = None
    """1-based line on which it starts in its file."""
    labels: dict[str, str] = field(default_factory=dict)
    """Class of the sentence by every task that gives sentences one (kind `classifier`), by its name."""
    scores: dict[str, float] = field(default_factory=dict)
    """Score of the sentence by every task that grades sentences (kind `regressor`), in the range of its corpus."""
    probabilities: dict[str, dict[str, float]] = field(default_factory=dict)
    """Probability of every class, by task, where it was asked for."""

    @property
    def surface_tokens(self) -> list[Token | MultiwordToken]:
        """What is written, in order: multiword tokens, and the words outside of them; a new list each time."""
        ranges = {range_.first: range_ for range_ in self.multiword_tokens}
        written: list[Token | MultiwordToken] = []
        covered = 0
        for token in self.tokens:
            if range_ := ranges.get(token.id):
                covered = range_.last
                written.append(range_)
            elif token.id > covered:
                written.append(token)
        return written

    def words_of(self, unit: Token | MultiwordToken) -> list[Token]:
        """Return the words that a surface token stands for; a word stands for itself."""
        return self.tokens[unit.first - 1 : unit.last] if isinstance(unit, MultiwordToken) else [unit]

    @property
    def sent_id(self) -> str | None:
        """The value of `# sent_id`, where the sentence has one."""
        return self.comment("sent_id")

    def comment(self, key: str) -> str | None:
        """Return the value of the comment `# key = value`, None where there is none."""
        for comment in self.comments:
            name, equals, value = comment[1:].partition("=")
            if equals and name.strip() == key:
                return value.strip()
        return None

    def write_tree(self, heads: Sequence[int], deprels: Sequence[str | None]) -> None:
        """Write the governor and the relation of every token.

        Where that changes the tree, DEPS of the whole sentence becomes `_`, in empty nodes, too: an enhanced graph
        stands on its tree, and half a graph is none.  LEMMA, FEATS and MISC restate neither trees nor tags, and stay.
        Raises InputError where there is not one of each for every token.
        """
        tokens = self.tokens
        if not len(tokens) == len(heads) == len(deprels):
            raise InputError(
                f"{len(tokens)} tokens need as many heads and relations, found {len(heads)} and {len(deprels)}"
            )
        changed = any(
            token.head != head or token.deprel != deprel
            for token, head, deprel in zip(tokens, heads, deprels, strict=True)
        )
        for token, head, deprel in zip(tokens, heads, deprels, strict=True):
            token.head, token.deprel = head, deprel
            token.deps = "_" if changed else token.deps
        for node in self.empty_nodes if changed else ():
            node.columns = (*node.columns[:7], "_", *node.columns[8:])

    def to_conllu(self) -> str:
        """Return the sentence as CoNLL-U lines, with the empty line that ends it."""
        return write_sentence(self)

    def _repr_html_(self) -> str:
        """Return the drawing that a notebook shows."""
        from jmt.document.notebook.results import sentences_html

        return sentences_html([self])

    def to_dict(self) -> dict[str, Any]:
        """Return the sentence as it stands in JSON."""
        entry: dict[str, Any] = {
            "tokens": [token.to_dict() for token in self.tokens],
            "spans": {
                task: [{"label": span.label, "first": span.first, "last": span.last} for span in spans]
                for task, spans in self.spans.items()
            },
        }
        for key in _OF_SENTENCE:
            if said := getattr(self, key):
                entry[key] = dict(said)
        if self.multiword_tokens:
            entry["multiword_tokens"] = [range_.to_dict() for range_ in self.multiword_tokens]
        sent_id = self.sent_id if self.comments else None
        if sent_id is not None:
            entry["sent_id"] = sent_id
        return entry

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any], text: str) -> Sentence:
        """Read what `to_dict` wrote; `text` is the document's."""
        tokens = [Token.from_dict(token) for token in entry["tokens"]]
        start = tokens[0].start if tokens else None
        end = tokens[-1].end if tokens else None
        own = " ".join(token.text for token in tokens) if start is None else text[start:end]
        spans = {
            task: [Chunk(span["label"], span["first"], span["last"]) for span in found]
            for task, found in entry.get("spans", {}).items()
        }
        comments = [f"# sent_id = {entry['sent_id']}"] if "sent_id" in entry else []
        ranges = [MultiwordToken.from_dict(range_) for range_ in entry.get("multiword_tokens", ())]
        labels, scores, probabilities = (dict(entry.get(key, {})) for key in _OF_SENTENCE)
        return cls(
            tokens,
            own,
            start,
            end,
            comments,
            ranges,
            spans=spans,
            labels=labels,
            scores=scores,
            probabilities=probabilities,
        )


@dataclass(slots=True)
class Document:
    """An annotated text; every offset counts code points of `text` as it was given."""

    text: str
    sentences: list[Sentence]
    name: str | None = None
    """What `# newdoc id` and the ids of sentences in CoNLL-U are made of; yours to set, not part of the JSON form."""

    @property
    def tokens(self) -> list[Token]:
        """Every token of every sentence, in order; a new list each time."""
        return [token for sentence in self.sentences for token in sentence.tokens]

    def _repr_html_(self) -> str:
        """Return the drawings that a notebook shows."""
        from jmt.document.notebook.results import sentences_html

        return sentences_html(self.sentences)

    def to_conllu(self) -> str:
        """Return CoNLL-U: `# newdoc`, `# sent_id`, `# text`, `SpaceAfter=No` from the offsets, span labels in MISC.

        Ids are `1`, `2` and so on, or `NAME-1` where the document has a name; sentences read from CoNLL-U keep theirs.
        """
        return write_document(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the one JSON form; empty nodes, and the columns DEPS and MISC of what was read, stay out."""
        return {"text": self.text, "sentences": [sentence.to_dict() for sentence in self.sentences]}

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> Document:
        """Read what `to_dict` wrote.

        Raises InputError where the dictionary has another form.
        """
        try:
            text = entry["text"]
            return cls(text, [Sentence.from_dict(sentence, text) for sentence in entry["sentences"]])
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise InputError(f"not an annotated document (see jmt/document/schema.json): {error!r}") from error

    def to_spacy(self, vocab: Vocab | None = None, *, language: str = "en") -> Doc:
        """Return a spaCy `Doc` with the same text, parts of speech, trees, and spans under `doc.spans[task]`.

        Chunks are `doc.spans["chunks"]`.  Classes of sentences are spans over them under `doc.spans[task]`, too; their
        scores are a tuple, one for each, under `doc.user_data[task]`.
        Multiword tokens are `doc.spans["multiword_tokens"]`; in place of one that its words do not make up (`du`) the
        text has the words.
        Without `vocab` it gets a new one of `language`, a code of spaCy such as `en`, `fr` or `xx`.  What the model
        found is `doc.spans["chunks"]`; `doc.noun_chunks` is made by spaCy's own rules from parts of speech and trees,
        in English from labels other than those of Universal Dependencies, so that it lacks most objects.
        Raises MissingLibraryError where spaCy is not installed, InputError for a language that it does not have.
        """
        from jmt.document.spacy import build_doc, build_vocab

        with needed_for("Document.to_spacy"):
            return build_doc(self, build_vocab(language) if vocab is None else vocab)

    def to_pandas(self, columns: WordColumns | None = None) -> pandas.DataFrame:
        """Return a data frame with a row per word, as `jmt.to_pandas` does for many documents."""
        from jmt.document.frames import to_pandas

        return to_pandas(self, columns)

    def to_arrow(self, columns: WordColumns | None = None) -> pyarrow.Table:
        """Return a table of Arrow with a row per word, as `jmt.to_arrow` does for many documents."""
        from jmt.document.frames import to_arrow

        return to_arrow(self, columns)
