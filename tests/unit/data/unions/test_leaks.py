"""Which training examples have a sentence of an evaluation split, and what becomes of them."""

from __future__ import annotations

from jmt.data.unions.leaks import normal_form


def test_the_same_sentence_is_known_without_case_and_final_signs():
    assert normal_form("The snow falls .".split()) == normal_form("the Snow falls".split())
    assert normal_form("Really ? !".split()) == ("really",)
    assert normal_form("!".split()) == ("!",)
    assert normal_form("Snow falls".split()) != normal_form("Snow fell".split())
