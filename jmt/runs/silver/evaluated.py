"""The sentences that corpora are evaluated on, which no silver tree may be made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jmt.cascade.checkpoint import find_checkpoint, read_card
from jmt.data.cards import Card, CorpusSpec, Family, card_names
from jmt.data.catalogue import find_corpus
from jmt.data.readers import Tokenizer
from jmt.data.splits import SplitLoader, evaluation_splits
from jmt.data.unions.leaks import Form, normal_form
from jmt.data.unions.names import names_in
from jmt.errors import InputError, JmtError
from jmt.formats.conllu import read_conllu_file
from jmt.models.places import find_model


def corpora_of_models(models: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the known corpora that models were trained on, by their cards, and those that are nobody else's."""
    found: dict[str, bool] = {}
    for name in models:
        card: Mapping[str, Any] = read_card(find_checkpoint(find_model(name)))
        own = card.get("own_corpora", {})
        corpora = [corpus for joined in card.get("corpora", {}).values() for corpus in names_in(str(joined), own)]
        for corpus in corpora:
            found[corpus] = found.get(corpus, True) and corpus in card_names() and corpus not in own
    known = [corpus for corpus, is_known in found.items() if is_known]
    return known, [corpus for corpus in found if corpus not in known]


def evaluation_forms(name: str, tokenizer: Tokenizer, folders: Sequence[Path] = ()) -> set[Form]:
    """Return the normal forms of all sentences in dev and test of a known corpus, or of all in a treebank's file.

    Raises:
        InputError: neither a corpus nor a file; CorpusError: one that is malformed, or a corpus that is not here.
    """
    if name not in card_names():
        if not Path(name).is_file():
            raise InputError(
                f"--without {name}: neither a file nor a known corpus; known are {', '.join(card_names())}"
            )
        return {normal_form([token.text for token in sentence.tokens]) for sentence in read_conllu_file(name)}
    corpus, loader, found = find_corpus(name), SplitLoader(folders, tokenizer), set[Form]()
    for family in _families(corpus):
        for split in evaluation_splits(corpus, family, folders):
            for item in loader.inputs(name, corpus, family, split):
                found.update(map(normal_form, item if isinstance(item, tuple) else (item,)))
    return found


def forms_here(names: Sequence[str], tokenizer: Tokenizer, folders: Sequence[Path] = ()) -> tuple[set[Form], list[str]]:
    """Return the forms of several corpora, as `evaluation_forms` does, and those of them that are not here."""
    found, missing = set[Form](), []
    for name in names:
        try:
            found |= evaluation_forms(name, tokenizer, folders)
        except JmtError:
            missing.append(name)
    return found, missing


def _families(corpus: Card | CorpusSpec) -> list[Family]:
    """Return which examples a known corpus has."""
    assert isinstance(corpus, Card)
    families: list[Family] = ["sentences"] if corpus.sentences else []
    return [*families, "pairs"] if corpus.pairs else families
