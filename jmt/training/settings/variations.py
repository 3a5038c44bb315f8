"""What a configuration may say about pairs in training that say the same in another way: `[task.NAME.variations]`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from jmt.cascade.keys import Keys

Rate = Annotated[float, Field(ge=0.0, le=1.0)]


class PairVariations(Keys):
    """`[task.NAME.variations]`: how pairs are varied in training, each time they come up; grades and classes stay."""

    itself: Rate = 0.0
    """Further pairs of an epoch that are a sentence and itself, as a share of the usual ones. Their grade is the
    highest one, their class `itself_label`. The other keys vary their two sentences as any, each by itself."""
    itself_label: str | None = None
    """Class of a sentence and itself; unset: the one that is called `entailment`, in whatever case."""
    swap: Rate = 0.0
    """Chance that the two sentences of a pair change places: of graded pairs any, of classes `symmetric_labels`."""
    symmetric_labels: tuple[str, ...] = ()
    """Classes that hold in both orders, as contradiction does, and entailment and neutral do not."""
    final_stop: Rate = 0.0
    """Chance that a sentence that has no final full stop gets one."""
    case: Rate = 0.0
    """Chance that a sentence is written in lower case, or else with a capital first letter or in capitals."""
    contractions: Rate = 0.0
    """Chance that the contractions of a sentence are written out, or else made; language `en` only."""
    typos: Rate = 0.0
    """Chance that a word of a sentence loses a letter, doubles one, or has two in the wrong order."""

    @property
    def sharing(self) -> PairVariations:
        """What tasks must have alike to learn from the same batches: all but what is said of a sentence and itself."""
        return self.model_copy(update={"itself_label": None})
