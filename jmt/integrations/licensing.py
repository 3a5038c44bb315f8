"""On which terms the weights of a model may be handed on: those of its corpora and encoder, not those of our code."""

from __future__ import annotations

import re
from collections.abc import Mapping

from jmt.errors import InputError

CODE_LICENCE = "Apache-2.0"

NON_COMMERCIAL, SHARE_ALIKE = re.compile(r"\bNC\b"), re.compile(r"\bSA\b")

_LINKS = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/legalcode",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/legalcode",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/legalcode",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/legalcode",
    "CC-BY-NC-SA-4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode",
}
"""Licences by their SPDX names, and where their terms are."""


def weights_licence(corpora: Mapping[str, str]) -> str:
    """Return the licence (SPDX) that the licences of the corpora ask for: non-commercial and share-alike are kept.

    Raises:
        InputError: no corpus is known, so that the licence has to be given.
    """
    if not corpora:
        raise InputError("the model does not say which corpora it was trained on: give the licence with --licence")
    terms = corpora.values()
    if all(licence.startswith("CC0") for licence in terms):
        return "CC0-1.0"
    non_commercial = any(NON_COMMERCIAL.search(licence) for licence in terms)
    share_alike = any(SHARE_ALIKE.search(licence) for licence in terms)
    return f"CC-BY{'-NC' if non_commercial else ''}{'-SA' if share_alike else ''}-4.0"


def restrictions(corpora: Mapping[str, str]) -> list[str]:
    """Return what the licences of the corpora ask of those who use the weights, one sentence each."""
    found = []
    for name, licence in corpora.items():
        if NON_COMMERCIAL.search(licence):
            found.append(f"{name} is non-commercial ({licence}): the weights must not be used commercially.")
        if SHARE_ALIKE.search(licence):
            found.append(f"{name} is share-alike ({licence}): what is made of the weights goes under the same terms.")
        if licence == "none stated":
            found.append(f"{name} states no licence: none of its text is in the model but single words and n-grams.")
    return found


def licence_text(name: str, licence: str, corpora: Mapping[str, str], encoder: tuple[str, str] | None) -> str:
    """Return the LICENSE of a model; `encoder` is the hub id and licence of a pretrained one."""
    where = f"\n    {_LINKS[licence]}\n" if licence in _LINKS else ""
    lines = "\n".join(f"  * {line}" for line in restrictions(corpora))
    return (
        f"The weights, vocabularies and card of the model {name} are licensed under\n\n    {licence}\n{where}\n"
        "to the extent that anybody holds rights in them.  They were learned from corpora with terms of their own:\n\n"
        f"{lines or '  * none of them restricts what may be done with the weights.'}\n\n"
        f"The code of jmt, which reads them, is under {CODE_LICENCE} and is not bound by this.\n"
        + (f"\nThe encoder that they began from, {encoder[0]}, is under {encoder[1]}.\n" if encoder else "")
        + (f"\n{_apache_text()}" if encoder and encoder[1] == "Apache-2.0" else "")
    )


def _apache_text() -> str:
    """Return the Apache License 2.0, which our own code is under, too; its address where it was not installed."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        found = distribution("jmt").read_text("licenses/LICENSE") or ""
    except PackageNotFoundError:
        found = ""
    start = found.find("Apache License\n")
    return found[start:] if start >= 0 else "https://www.apache.org/licenses/LICENSE-2.0\n"


def notice_text(
    name: str, corpora: Mapping[str, str], releases: Mapping[str, str], encoder: tuple[str, str] | None
) -> str:
    """Return the NOTICE of a model: what it was made of; `encoder` is the hub id and licence of a pretrained one."""
    lines = [f"{name}", "", "Trained on:", ""]
    lines += [
        f"  * {corpus}: {releases.get(corpus, 'release unknown')}, {licence}" for corpus, licence in corpora.items()
    ]
    if encoder:
        lines += ["", f"Contains fine-tuned weights and the tokenizer of {encoder[0]}, licensed under {encoder[1]}."]
        if encoder[1] == "Apache-2.0":
            lines += ["The weights were changed.  A copy of that licence is in LICENSE."]
    return "\n".join(lines) + "\n"
