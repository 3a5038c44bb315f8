"""Values of a stranger's configuration."""

from __future__ import annotations

import pytest

from jmt.files.guards.values import check_values


@pytest.mark.parametrize("text", ["\ud800", "half \udfff of one"])
def test_half_of_a_character_is_refused_since_no_file_can_hold_it(text: str):
    with pytest.raises(ValueError, match="column: half of a character"):
        check_values({"tasks": {"asks": {"column": text}}})

    check_values({"tasks": {"asks": {"column": "🐘 ümlaut"}}})
