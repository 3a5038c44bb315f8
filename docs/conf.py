"""How the site is built: Sphinx reads the Markdown of this folder by MyST; for `make docs` a warning is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils.nodes import SkipNode
from docutils.utils.math.latex2mathml import tex2mathml

if TYPE_CHECKING:
    from docutils.nodes import math, math_block
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

project = "jmt"
author = "the authors of jmt"
copyright = author
extensions = ["myst_parser", "sphinx_copybutton"]

exclude_patterns = ["generate", "_build"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3  # links to `page.md#heading` are checked, here as on a code host
smartquotes = False  # `--flag` stays two hyphens

html_theme = "furo"
html_title = "jmt"
html_math_renderer = "mathml"  # which browsers draw by themselves: no script from elsewhere is asked for
copybutton_prompt_text = "$ "  # a copied command lacks its prompt, and its output
copybutton_only_copy_prompt_lines = True


def setup(app: Sphinx) -> None:
    """Tell Sphinx how equations are drawn."""
    app.add_html_math_renderer("mathml", (draw_inline, None), (draw_block, None))


def draw_inline(writer: HTML5Translator, node: math) -> None:
    """Write an equation inside a sentence."""
    writer.body.append(tex2mathml(node.astext()))
    raise SkipNode


def draw_block(writer: HTML5Translator, node: math_block) -> None:
    """Write an equation on a line of its own."""
    drawn = tex2mathml(node.astext(), as_block=True)
    writer.body.append(f'<div class="math" style="padding-block: 0.6em">{drawn}</div>')
    raise SkipNode
