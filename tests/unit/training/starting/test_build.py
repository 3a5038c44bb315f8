"""The labels of a new model: scores that have no place on their scale are refused, with their line."""

from __future__ import annotations

import pytest

from jmt.cascade.config import ModelConfig
from jmt.cascade.symbols.examples import TaskExamples
from jmt.errors import CorpusError
from jmt.training.starting.build import build_labels


@pytest.mark.parametrize("kind", ["regressor", "pair_regressor"])
def test_a_score_out_of_range_is_refused_before_it_is_learned(kind: str):
    config = ModelConfig.model_validate({"tasks": {"ease": {"kind": kind, "level": 1, "score_range": [0, 3]}}})
    words = [["Dogs", "bark"], ["Why"]]
    inputs = [(one, one) for one in words] if kind == "pair_regressor" else words

    assert build_labels(config, {"ease": TaskExamples("ease", kind, inputs, [0.0, 3.0], [7, 8])})["ease"].labels == (
        tuple("0123")
    )
    with pytest.raises(CorpusError, match=r"task\.ease: the score 3\.5 in line 8 of train is out of range; .* 0 to 3"):
        build_labels(config, {"ease": TaskExamples("ease", kind, inputs, [0.0, 3.5], [7, 8])})
