"""What words can be given, told in code and as a pattern for those who ask over HTTP."""

from __future__ import annotations

import re

import pytest

from jmt.annotate.building import WORD_PATTERN, word_fault

SIGNS = [chr(code) for code in (*range(0x3100), 0xFEFF, 0xFFFD, 0x1F600)]


@pytest.mark.parametrize("frame", ["{}", "{}a", "a{}", "a{}b"])
def test_the_pattern_of_a_word_lets_pass_what_is_no_fault(frame: str):
    words = [frame.format(sign) for sign in SIGNS]

    assert [word for word in words if bool(re.fullmatch(WORD_PATTERN, word)) != (word_fault(word) is None)] == []
