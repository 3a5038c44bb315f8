"""The text that stands under a field of a class, which Python itself forgets."""

from __future__ import annotations

import ast
import inspect
import textwrap

from docs.generate.markdown import one_line


def field_docs(owner: type) -> dict[str, str]:
    """Return the text under every field that a class itself declares, on one line each."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for statement, following in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = following.value if isinstance(following, ast.Expr) else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                found[statement.target.id] = one_line(text.value)
    return found
