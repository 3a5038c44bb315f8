"""The sentences that corpora are evaluated on, which no silver tree may be made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jmt.cascade.checkpoint import find_checkpoint, read_card
from jmt.data.cards import Card, Family, card_names
from jmt.data.cards import read_card as read_corpus_card
from jmt.data.catalogue import find_source, splits_of
from jmt.data.readers import Tokenizer
from jmt.data.splits import SplitLoader
from jmt.data.unions.leaks import letters_of
from jmt.data.unions.names import names_in
from jmt.errors import CorpusError, InputError
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


def evaluation_letters(name: str, tokenizer: Tokenizer, folders: Sequence[Path] = ()) -> set[str]:
    """Return the letters of all sentences in dev and test of a known corpus, or of all in a treebank's file.

    Raises:
        InputError: neither a corpus nor a file; CorpusError: one that is malformed, or a split that is not here.
    """
    if name not in card_names():
        if not Path(name).is_file():
            raise InputError(
                f"--without {name}: neither a file nor a known corpus; known are {', '.join(card_names())}"
            )
        return {letters_of([token.text for token in sentence.tokens]) for sentence in read_conllu_file(name)}
    corpus, loader, found = read_corpus_card(name), SplitLoader(folders, tokenizer), set[str]()
    for family, split in _evaluated(corpus):
        found |= _letters(loader, corpus, family, split)
    return found


def letters_here(
    names: Sequence[str], tokenizer: Tokenizer, folders: Sequence[Path] = ()
) -> tuple[set[str], list[str]]:
    """Return the letters of several known corpora, as `evaluation_letters` does, and what of them is not here.

    Raises:
        InputError: a folder of `folders` that does not exist; CorpusError: a corpus that is here, and malformed.
    """
    found, missing, loader = set[str](), list[str](), SplitLoader(folders, tokenizer)
    for name in names:
        corpus = read_corpus_card(name)
        wanted = _evaluated(corpus)
        here = [(family, split) for family, split in wanted if _is_here(corpus, family, split, folders)]
        for family, split in here:
            found |= _letters(loader, corpus, family, split)
        if lacking := list(dict.fromkeys(split for family, split in wanted if (family, split) not in here)):
            missing.append(f"{name} ({', '.join(lacking)})" if here else name)
    return found, missing


def _evaluated(corpus: Card) -> list[tuple[Family, str]]:
    """Return the splits that a known corpus is evaluated on, of all its kinds of examples."""
    families: list[Family] = ["sentences"] if corpus.sentences else []
    families += ["pairs"] if corpus.pairs else []
    return [(family, split) for family in families for split in splits_of(corpus, family) if split != "train"]


def _is_here(corpus: Card, family: Family, split: str, folders: Sequence[Path]) -> bool:
    try:
        find_source(corpus, family, split, folders)
    except CorpusError:
        return False
    return True


def _letters(loader: SplitLoader, corpus: Card, family: Family, split: str) -> set[str]:
    items = loader.inputs(corpus.name, corpus, family, split)
    return {letters_of(words) for item in items for words in (item if isinstance(item, tuple) else (item,))}
