"""What pretrained encoders had seen before they were trained on our corpora: a card has to say it."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownEncoder:
    """A pretrained encoder whose weights may be shipped inside a model of ours."""

    hub_id: str
    licence: str
    """SPDX."""
    seen: str


_PAIRS = (
    "was fine-tuned on 1.17 billion sentence pairs: Reddit, S2ORC, WikiAnswers, Stack Exchange, MS MARCO and others, "
    "among them the image captions of COCO and Flickr 30k and the inference data of SNLI and MultiNLI.  SICK's "
    "sentences come from captions of Flickr 8k and descriptions of videos: its relatedness and entailment scores are "
    "not those of a model to which such text is new."
)

_KNOWN = (
    KnownEncoder(
        "sentence-transformers/all-MiniLM-L6-v2",
        "Apache-2.0",
        f"all-MiniLM-L6-v2 starts from nreimers/MiniLM-L6-H384-uncased and {_PAIRS}",
    ),
    KnownEncoder(
        "sentence-transformers/all-mpnet-base-v2",
        "Apache-2.0",
        f"all-mpnet-base-v2 starts from microsoft/mpnet-base and {_PAIRS}",
    ),
)


def find_encoder(pretrained: str) -> KnownEncoder | None:
    """Return what is known of an encoder by its hub id, or by a folder whose path has its name."""
    plain = _plain_form(pretrained)
    return next((known for known in _KNOWN if _plain_form(known.hub_id.partition("/")[2]) in plain), None)


def _plain_form(name: str) -> str:
    """Return the letters and digits of a name, in lower case."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def public_name(pretrained: str) -> str:
    """Return what an encoder is called outside of the machine that trained on it: no place on its disk."""
    known = find_encoder(pretrained)
    if known:
        return known.hub_id
    return pretrained.replace("\\", "/").rstrip("/").rpartition("/")[2] if _is_place(pretrained) else pretrained


def _is_place(pretrained: str) -> bool:
    """Tell whether a name is a place on a disk rather than `owner/name`."""
    return pretrained.startswith(("/", ".", "~")) or "\\" in pretrained or pretrained.count("/") > 1
