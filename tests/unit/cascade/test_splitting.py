"""What splits raw text is chosen by name, and made of trained weights."""

from __future__ import annotations

import pytest

from jmt.cascade.splitting import choose_segmenter
from jmt.errors import InputError
from jmt.segmentation import RuleSegmenter
from jmt.segmentation.learned import LearnedSegmenter
from tests.assets.tiny_segmenter import tiny_segmenter


def test_what_splits_text_is_chosen_by_name():
    trained = tiny_segmenter().trained

    assert isinstance(choose_segmenter(trained, "en"), LearnedSegmenter)
    assert isinstance(choose_segmenter(trained, "en", "learned"), LearnedSegmenter)
    assert isinstance(choose_segmenter(trained, "en", "rules"), RuleSegmenter)
    assert isinstance(choose_segmenter(None, "en"), RuleSegmenter)
    with pytest.raises(InputError, match="has not learned to split text; choose auto or rules"):
        choose_segmenter(None, "en", "learned")
    with pytest.raises(InputError, match="segmenter `spacy` is unknown; choose auto, learned, rules"):
        choose_segmenter(trained, "en", "spacy")
