"""The reference of the Python API: what `jmt` offers, by signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from typing import Any

import jmt
import jmt.errors
from docs.generate.docstrings import field_docs
from docs.generate.markdown import one_line, table
from jmt.document import Chunk, MultiwordToken, TreeScore
from jmt.document.frames import PairColumns, WordColumns

HEAD = """\
# Python API

<!-- Written by `python -m docs.generate` from signatures and docstrings; edit those instead. -->

`import jmt` costs nothing: no library is loaded before a model is.
[Annotate text](../guides/annotate.md) has examples. `jmt.Client` has the methods of `jmt.Annotator` and asks a service.
"""

ERRORS = """\
## Errors

Every mistake that a user can mend is a `jmt.errors.JmtError`; its message says what was found, where, and what to do.
Anything else that is raised is a fault of `jmt`.
"""

WIDTH = 100


def python_api_page() -> str:
    """Return the page."""
    shown = [jmt.Annotator, jmt.Client, jmt.Document, jmt.Sentence, jmt.Token, Chunk, MultiwordToken, jmt.Judgement]
    shown += [TreeScore, WordColumns, PairColumns]
    functions = {"jmt.to_pandas": jmt.to_pandas, "jmt.to_arrow": jmt.to_arrow, "jmt.record_batches": jmt.record_batches}
    tables = (function(name, called, 2) for name, called in functions.items())
    return "\n".join([HEAD, function("jmt.load", jmt.load, 2), *map(class_of, shown), *tables, errors()])


def class_of(owner: type) -> str:
    """Return a class: how it is made, what it holds and what it does."""
    home = "jmt" if owner.__name__ in jmt.__all__ else owner.__module__.rpartition(".")[0]
    parts = [f"## {home}.{owner.__name__}"]
    if not is_dataclass(owner) and owner is not jmt.Annotator:  # `jmt.load` makes those
        parts.append(fenced(signature(owner.__name__, owner.__init__)))
    parts.append(prose(owner))
    if rows := list(values_of(owner)):
        parts.append(table(["Attribute", "Type", "What it is"], rows))
    methods = {
        name: function(f"{owner.__name__}.{name}", getattr(owner, name), 3)
        for name, member in members_of(owner).items()
        if (not name.startswith("_") or name == "__call__")
        and (inspect.isfunction(member) or isinstance(member, classmethod))
    }
    alike = [name for name in methods if owner is jmt.Client and same_as_annotator(name)]
    if alike:
        names = ", ".join(f"`{name}`" for name in alike)
        parts.append(f"These are called, and answer, as those of `jmt.Annotator` do: {names}.")
    return "\n".join(["\n\n".join(parts) + "\n", *(text for name, text in methods.items() if name not in alike)])


def members_of(owner: type) -> dict[str, Any]:
    """Return the members of a class and of those that it is made of, in the order in which they are written."""
    members: dict[str, Any] = {}
    for base in owner.__mro__:
        if base.__module__.startswith("jmt"):
            members = {**vars(base), **members} if base is not owner else dict(vars(base))
    return members


def same_as_annotator(name: str) -> bool:
    """Whether a method of the client has the signature and the docstring of the annotator's."""
    own, other = getattr(jmt.Client, name), getattr(jmt.Annotator, name, None)
    return other is not None and (signature(name, own), own.__doc__) == (signature(name, other), other.__doc__)


def values_of(owner: type) -> Iterator[list[str]]:
    """Yield the fields of a dataclass and the properties of any class."""
    if is_dataclass(owner):
        docs = field_docs(owner)
        for name, annotation in owner.__annotations__.items():
            yield [f"`{name}`", f"`{annotation}`", docs.get(name, "")]
    for name, member in members_of(owner).items():
        if isinstance(member, property) and member.fget is not None and not name.startswith("_"):
            yield [f"`{name}`", f"`{member.fget.__annotations__.get('return', '')}`", one_line(member.__doc__ or "")]


def function(title: str, called: Callable[..., Any], depth: int) -> str:
    """Return a function or method: heading, signature, docstring."""
    name = title.partition(".")[2].replace("__call__", "annotator")
    return "\n\n".join([f"{'#' * depth} {title}", fenced(signature(name, called)), prose(called)]) + "\n"


def signature(name: str, called: Callable[..., Any]) -> str:
    """Return a signature as it is written, over several lines where it is long."""
    told = inspect.signature(called)
    parts: list[str] = []
    starred = False
    for parameter in told.parameters.values():
        if parameter.name in ("self", "cls"):
            continue
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            parts.append("*")
            starred = True
        parts.append(written(parameter))
    back = told.return_annotation
    ending = f" -> {back}" if isinstance(back, str) and not name[0].isupper() else ""
    line = f"{name}({', '.join(parts)}){ending}"
    return line if len(line) <= WIDTH else f"{name}(\n    " + ",\n    ".join(parts) + f",\n){ending}"


def written(parameter: inspect.Parameter) -> str:
    """Return one parameter with its type and default."""
    text = parameter.name
    if isinstance(parameter.annotation, str):
        text += f": {parameter.annotation}"
    if parameter.default is not inspect.Parameter.empty:
        text += f" = {parameter.default!r}"
    return text


def prose(owner: Any) -> str:
    """Return a docstring as Markdown: paragraphs, and what it raises as a list or a paragraph of its own."""
    text = inspect.getdoc(owner)
    if not text:
        raise LookupError(f"{owner!r} has no docstring: the reference of the Python API needs one")
    text = re.sub(r"\n+Raises ", "\n\nRaises ", text)
    text = re.sub(r"\n+Raises:\n", "\n\nRaises:\n\n", text)
    text = re.sub(r"(?m)^    (\w+): ", r"- `\1`: ", text)
    return re.sub(r"(?<=\S)  +", " ", text)


def fenced(code: str) -> str:
    """Return code in a fence that nothing executes."""
    return f"```text\n{code}\n```"


def errors() -> str:
    """Return the errors that a user can cause, with the first line of what each says of itself."""
    found = [
        member
        for member in vars(jmt.errors).values()
        if isinstance(member, type) and issubclass(member, jmt.errors.JmtError)
    ]
    rows = [[f"`{error.__name__}`", one_line((inspect.getdoc(error) or "").partition("\n\n")[0])] for error in found]
    return ERRORS + "\n" + table(["Error", "When"], rows) + "\n"
