"""Keys of `[task.NAME]` that are about the network: what all kinds of task have, and what each kind adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

Fraction = Annotated[float, Field(ge=0.0, lt=1.0)]


class Read(BaseModel):
    """One lower task whose prediction enters here, and how far this task's gradient flows into what is below."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    task: str
    gradient: Literal["flow", "stop", "stop_input"] = "flow"
    """Into all of it; not into the prediction; or into nothing below, hidden states included (METHODS.md R19)."""


class HeadConfig(BaseModel):
    """What all tasks of a cascade have in common; each kind adds its own keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    level: int = Field(ge=1)
    """Position in the hierarchy, 1 = lowest."""
    reads: tuple[Read, ...] = ()
    """Lower tasks whose predictions enter: token tasks into the level's encoder, pair tasks into the classifier."""
    dropout: Fraction = 0.2
    """Dropout in the classifier."""
    input_dropout: Fraction | None = None
    """Dropout of words and label embeddings where they enter this level; unset: the encoder's `input_dropout`."""

    @field_validator("reads", mode="before")
    @classmethod
    def _names_are_enough(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [{"task": item} if isinstance(item, str) else item for item in value]
        return value


class TaggerConfig(HeadConfig):
    """Keys of a task of kind `tagger`."""

    kind: Literal["tagger"] = "tagger"
    column: str
    """Column of the corpus that holds the labels."""
    scheme: Literal["iob2", "iobes"] | None = None
    """Code of spans inside the model: the corpus has IOB2; unset: plain labels, one per word."""
    decoder: Literal["softmax", "crf"] = "softmax"
    """Labels word by word, or the sentence as a whole by a conditional random field."""
    classifier_size: int = Field(default=200, ge=1)
    """Width of the ReLU layer before the softmax."""


class ParserConfig(HeadConfig):
    """Keys of a task of kind `parser`."""

    kind: Literal["parser"] = "parser"
    column: Literal["deprel"] = "deprel"
    tree: Literal["mst", "eisner"] = "mst"
    """Tree search where the greedy heads are no single-root tree: non-projective, or projective as in the paper."""
    scorer: Literal["matcher", "biaffine"] = "matcher"
    """The paper's scores, or deep biaffine ones."""
    classifier_size: int = Field(default=400, ge=1)
    """Of the matcher: width of the ReLU layer before the softmax over relations."""
    arc_size: int = Field(default=500, ge=1)
    """Of the biaffine scorer: size of a word's views as dependent and governor."""
    deprel_size: int = Field(default=100, ge=1)
    """The same for relations."""

    @model_validator(mode="before")
    @classmethod
    def _dropout_of_the_scorer(cls, values: Any) -> Any:
        """Let `dropout`, where unset, be that of Dozat and Manning for their scorer."""
        if isinstance(values, Mapping) and values.get("scorer") == "biaffine":
            return {"dropout": 0.33, **values}
        return values


class PairHeadConfig(HeadConfig):
    """Keys of a task about pairs."""

    interaction: Literal["pooled", "attention"] = "pooled"
    """Each sentence by itself, or compared with the other one word by word."""
    compare_size: int = Field(default=200, ge=1)
    """Of attention: size of a comparison."""
    hidden_layers: int = Field(default=1, ge=1)
    """Maxout layers before the softmax."""
    maxout_size: int = Field(default=100, ge=1)
    maxout_pool: int = Field(default=4, ge=2)


class PairRegressorConfig(PairHeadConfig):
    """Keys of a task of kind `pair_regressor`."""

    kind: Literal["pair_regressor"] = "pair_regressor"
    column: str = "relatedness"
    dropout: Fraction = 0.4
    score_range: tuple[int, int] | None = None
    """Lowest and highest score; unset: the corpus's card tells."""


class PairClassifierConfig(PairHeadConfig):
    """Keys of a task of kind `pair_classifier`."""

    kind: Literal["pair_classifier"] = "pair_classifier"
    column: str = "entailment"
    dropout: Fraction = 0.2
    hidden_layers: int = Field(default=3, ge=1)
