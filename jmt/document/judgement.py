"""What comparing two sentences returns: plain values with one JSON form, as documents are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jmt.errors import InputError

if TYPE_CHECKING:
    import pandas
    import pyarrow

    from jmt.document.frames.columns import PairColumns


@dataclass(slots=True)
class Judgement:
    """What the pair tasks say about two sentences; None where a task was not asked for."""

    first: str
    second: str
    relatedness: float | None = None
    """Score in the range of the corpus that the task learned from ([1, 5] for SICK)."""
    relatedness_distribution: list[float] | None = None
    """Probability of every whole number of that range, lowest first."""
    entailment: str | None = None
    """The class; of the models that ship `entailment`, `neutral` or `contradiction`."""
    probabilities: dict[str, float] | None = None
    """Probability of every entailment class."""
    values: dict[str, float | str] = field(default_factory=dict)
    """Scores and classes of further pair tasks by their names."""

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from jmt.document.notebook.results import judgement_html

        return judgement_html(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the judgement as it stands in JSON; what was not asked for is left out."""
        entry: dict[str, Any] = {"first": self.first, "second": self.second}
        for key in ("relatedness", "relatedness_distribution", "entailment", "probabilities"):
            value = getattr(self, key)
            if value is not None:
                entry[key] = value
        if self.values:
            entry["values"] = dict(self.values)
        return entry

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> Judgement:
        """Read what `to_dict` wrote.

        Raises InputError where the dictionary has another form.
        """
        try:
            return cls(
                entry["first"],
                entry["second"],
                entry.get("relatedness"),
                entry.get("relatedness_distribution"),
                entry.get("entailment"),
                entry.get("probabilities"),
                dict(entry.get("values", {})),
            )
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise InputError(f"not a judgement (see jmt/document/schema.json): {error!r}") from error

    def to_pandas(self, columns: PairColumns | None = None) -> pandas.DataFrame:
        """Return a data frame of one row, as `jmt.to_pandas` does for many judgements."""
        from jmt.document.frames import to_pandas

        return to_pandas(self, columns)

    def to_arrow(self, columns: PairColumns | None = None) -> pyarrow.Table:
        """Return a table of Arrow of one row, as `jmt.to_arrow` does for many judgements."""
        from jmt.document.frames import to_arrow

        return to_arrow(self, columns)
