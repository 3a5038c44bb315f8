"""Keys of `[task.NAME]` that are about the network: what all kinds of task have, and what each kind adds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from jmt.cascade.keys import Keys

Fraction = Annotated[float, Field(ge=0.0, lt=1.0)]
Samples = Annotated[int, Field(ge=0, le=1000)]


class Read(Keys):
    """One lower task whose prediction enters here, and how far this task's gradient flows into what is below."""

    task: str
    """Name of the lower task."""
    gradient: Literal["flow", "stop", "stop_input"] = "flow"
    """How far this task's gradient flows: into all that is below (`flow`), not into the prediction (`stop`), or into
    nothing below, hidden states included (`stop_input`)."""


class HeadConfig(Keys):
    """What all tasks of a cascade have in common; each kind adds its own keys."""

    kind: str
    """Kind of output layer: `tagger`, `parser`, `lemmatizer`, `morphology` or `linker` of words, `classifier` or
    `regressor` of single sentences, `pair_classifier` or `pair_regressor` of two."""
    level: int = Field(ge=1)
    """Position in the hierarchy, 1 = lowest."""
    reads: tuple[Read, ...] = ()
    """Lower tasks whose predictions enter: those about single sentences into the level's encoder, pair tasks into the
    classifier."""
    dropout: Fraction = 0.2
    """Dropout rate in the classifier."""
    input_dropout: Fraction | None = None
    """Dropout rate of words and label embeddings where they enter this level; unset: the encoder's `input_dropout`."""

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
    """Code of spans inside the model, where the column holds spans in IOB2; unset: plain labels, one per word."""
    decoder: Literal["softmax", "crf"] = "softmax"
    """How labels are chosen: word by word (`softmax`), or for the sentence as a whole (`crf`, a conditional random
    field)."""
    classifier_size: int = Field(default=200, ge=1)
    """Width of the ReLU layer before the softmax."""


class LemmatizerConfig(HeadConfig):
    """Keys of a task of kind `lemmatizer`."""

    kind: Literal["lemmatizer"] = "lemmatizer"
    column: str = "lemma"
    """Column of the corpus that holds the lemmas."""
    minimum: int = Field(default=2, ge=1)
    """Times that an edit of forms to lemmas has to occur in training to be among those to choose from."""
    classifier_size: int = Field(default=200, ge=1)
    """Width of the ReLU layer before the softmax over edits."""


class MorphologyConfig(HeadConfig):
    """Keys of a task of kind `morphology`."""

    kind: Literal["morphology"] = "morphology"
    column: str = "feats"
    """Column of the corpus that holds the features, `Attribute=Value|...` and `_` where there are none."""
    minimum: int = Field(default=2, ge=1)
    """Times that a bundle of features has to occur in training to have a score of its own, beside those of its values;
    the others share one."""
    classifier_size: int = Field(default=200, ge=1)
    """Width of the ReLU layer before the softmax over each attribute's values."""


class LinkerConfig(HeadConfig):
    """Keys of a task of kind `linker`."""

    kind: Literal["linker"] = "linker"
    column: str = "links"
    """Column of the corpus that says which words of its sentence each word is linked to: `_`, `3` or `2|5`."""
    link_size: int = Field(default=100, ge=1)
    """Size of a word's views as the source and as the target of a link."""
    distances: int = Field(default=10, ge=0, le=1000)
    """Words between source and target up to which every distance has a weight of its own; what is farther apart shares
    that of the farthest."""


class ParserConfig(HeadConfig):
    """Keys of a task of kind `parser`."""

    kind: Literal["parser"] = "parser"
    column: Literal["deprel"] = "deprel"
    """Column of the corpus that holds the relations; heads stand beside it."""
    tree: Literal["mst", "eisner"] = "mst"
    """Tree search for sentences whose best heads are no tree with one root: over all trees (`mst`), or over projective
    ones, as in the paper (`eisner`)."""
    arguments: Literal["single", "any"] = "single"
    """How many subjects, and how many direct objects, a word may govern: one of each (`single`), as in Universal
    Dependencies, chosen for all its dependents together; or what each arc scores highest by itself (`any`)."""
    scorer: Literal["matcher", "biaffine"] = "matcher"
    """Scores of arcs and relations: the paper's (`matcher`) or deep biaffine ones (`biaffine`)."""
    classifier_size: int = Field(default=400, ge=1)
    """`matcher` only. Width of the ReLU layer before the softmax over relations."""
    arc_size: int = Field(default=500, ge=1)
    """`biaffine` only. Size of a word's views as dependent and as governor, for arcs."""
    deprel_size: int = Field(default=100, ge=1)
    """`biaffine` only. Size of a word's views as dependent and as governor, for relations."""

    @model_validator(mode="before")
    @classmethod
    def _dropout_of_the_scorer(cls, values: Any) -> Any:
        """Let `dropout`, where unset, be that of Dozat and Manning for their scorer."""
        if isinstance(values, Mapping) and values.get("scorer") == "biaffine":
            return {"dropout": 0.33, **values}
        return values


class MaxoutHeadConfig(HeadConfig):
    """Keys of a task about whole sentences: of the layers behind what words are pooled to."""

    hidden_layers: int = Field(default=1, ge=1)
    """Number of Maxout layers before the softmax."""
    maxout_size: int = Field(default=100, ge=1)
    """Width of a Maxout layer."""
    maxout_pool: int = Field(default=4, ge=2)
    """Number of linear pieces that a Maxout unit takes the largest of."""


class ClassifierConfig(MaxoutHeadConfig):
    """Keys of a task of kind `classifier`."""

    kind: Literal["classifier"] = "classifier"
    column: str = "label"
    """Column of the corpus that holds the class of every sentence."""
    noise_samples: Samples = 0
    """Samples of noise in the labels in each step, of a strength that is learned for every example; 0: no noise."""


class GradeConfig(HeadConfig):
    """What all kinds of task have whose answer is a grade: the mean over whole scores."""

    score_range: tuple[int, int] | None = None
    """Lowest and highest score, whole numbers; unset: those on the corpus's card."""
    grade_temperature: float = Field(default=1.0, ge=0.01, le=100)
    """Divisor of the scores before the softmax whose mean is the grade: below 1, grades come nearer to the ends of the
    range, which a mean seldom reaches. It changes what a trained model says, and nothing in training."""


class RegressorConfig(GradeConfig, MaxoutHeadConfig):
    """Keys of a task of kind `regressor`."""

    kind: Literal["regressor"] = "regressor"
    column: str = "score"
    """Column of the corpus that holds the score of every sentence."""


class PairHeadConfig(MaxoutHeadConfig):
    """Keys of a task about pairs."""

    interaction: Literal["pooled", "attention"] = "pooled"
    """How two sentences meet: each pooled by itself (`pooled`), or compared word by word as well (`attention`)."""
    compare_size: int = Field(default=200, ge=1)
    """`attention` only. Size of a comparison."""


class PairRegressorConfig(GradeConfig, PairHeadConfig):
    """Keys of a task of kind `pair_regressor`."""

    kind: Literal["pair_regressor"] = "pair_regressor"
    column: str = "relatedness"
    """Column of the corpus that holds the scores."""
    dropout: Fraction = 0.4
    orders: Literal["given", "both"] = "given"
    """Orders of the two sentences in which a pair is graded: the one `given`, or the mean over `both`, where a grade is
    one of the pair and not of its order. That takes up to twice the time, and says the same in both orders."""
    quadruplets: float = Field(default=0.0, ge=0)
    """Weight of a second loss over any two pairs of a batch, four sentences: the pair of the higher grade has to come
    out higher, by half the difference of the grades or more. 0: none."""


class PairClassifierConfig(PairHeadConfig):
    """Keys of a task of kind `pair_classifier`."""

    kind: Literal["pair_classifier"] = "pair_classifier"
    column: str = "entailment"
    """Column of the corpus that holds the classes."""
    noise_samples: Samples = 0
    """Samples of noise in the labels in each step, of a strength that is learned for every pair; 0: no noise."""
    dropout: Fraction = 0.2
    hidden_layers: int = Field(default=3, ge=1)


class SegmenterConfig(Keys):
    """Keys of a task of kind `segmenter`, which stands below the levels and is not climbed."""

    kind: Literal["segmenter"] = "segmenter"
    """`segmenter`: raw text to tokens, the words of multiword tokens, and sentences."""
    level: Literal[0] = 0
    """Below the lowest level: it reads no task, and none reads it."""
    name: str = "segmenter"
    """What the task is called."""
    trait_rows: int = Field(default=8192, ge=2, le=2**20)
    """Rows of the table of traits: forms, shapes, beginnings and ends of atoms share them by a hash."""
    trait_size: int = Field(default=48, ge=1, le=1024)
    """Size of a trait's vector."""
    spacing_size: int = Field(default=16, ge=1, le=1024)
    """Size of the vector of the white space before or behind an atom."""
    hidden_size: int = Field(default=96, ge=1, le=1024)
    """Size of the hidden states of atoms."""
    dilations: tuple[Annotated[int, Field(ge=1, le=64)], ...] = Field(default=(1, 2, 4, 8), min_length=1, max_length=8)
    """How far each convolution looks, in atoms; an atom sees as many to each side as they add up to."""
    dropout: Fraction = 0.2
    """Dropout rate between the layers."""
    trait_dropout: Fraction = 0.1
    """Share of traits that are left out in training, so that unknown forms are not strange."""
    minimum: int = Field(default=2, ge=1)
    """How often training must see an expansion (`cut *+3`) for it to be learned."""
