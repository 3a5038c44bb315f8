"""How drawings in notebooks look: paper and ink by day, the same by night, as the page of the service.

A drawing has a background of its own, so that it can be read whatever the notebook's is; it follows the notebook's
theme where that says so (JupyterLab, VS Code, Colab), else the system's.
"""

from __future__ import annotations

from jmt.document.notebook.markup import Markup, element, joined

_DAY = (
    "--sheet:#fffefb;--ink:#211f1b;--quiet:#635d52;--rule:#e2ddd2;--line:#9b9385;--accent:#a8431b;--wash:#f1eee6;"
    "--w0:#e3ecf8;--t0:#24508c;--w1:#fae4e0;--t1:#9b2c21;--w2:#e2f1e4;--t2:#23673a;--w3:#efe6f7;--t3:#6b3a96;"
    "--w4:#f8edd3;--t4:#7a5206;--w5:#dcf1f1;--t5:#0e6167;--w6:#eeebe4;--t6:#625c51"
)
_NIGHT = (
    "--sheet:#1c1f24;--ink:#ece8df;--quiet:#a9a498;--rule:#32363d;--line:#767c86;--accent:#f0a07a;--wash:#262a30;"
    "--w0:#21344f;--t0:#a5c8f7;--w1:#4b2724;--t1:#f7b0a5;--w2:#1f3b29;--t2:#9bdcae;--w3:#3a2a4c;--t3:#d7b9f5;"
    "--w4:#42341a;--t4:#eccb84;--w5:#17393c;--t5:#8edbe0;--w6:#2d3036;--t6:#b5b0a5"
)
_SERIF = 'Palatino,"Palatino Linotype",P052,"Book Antiqua",Georgia,serif'
_SANS = 'Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif'

_THEMES = (
    (".jmt-drawing", _DAY),
    ("@media (prefers-color-scheme:dark){.jmt-drawing", _NIGHT + "}"),
    ('[data-jp-theme-light="true"] .jmt-drawing,.vscode-light .jmt-drawing,html[theme="light"] .jmt-drawing', _DAY),
    ('[data-jp-theme-light="false"] .jmt-drawing,.vscode-dark .jmt-drawing,html[theme="dark"] .jmt-drawing', _NIGHT),
)

_RULES = {
    "": f"background:var(--sheet);color:var(--ink);border:1px solid var(--rule);border-radius:10px;font:14px {_SANS};"
    "margin:4px 0;max-width:100%;overflow:hidden",
    ".scroll": "padding:16px 20px;overflow-x:auto",
    ".scroll+.scroll,.said": "border-top:1px solid var(--rule)",
    ".said": "padding:10px 20px 0",
    ".said span": "margin-right:8px;padding:2px 10px;border:1px solid var(--rule);border-radius:99px;"
    "color:var(--quiet)",
    "p": "margin:0;padding:10px 20px;color:var(--quiet)",
    "svg": "display:block;max-width:none;height:auto",
    "svg text": f"text-anchor:middle;white-space:pre;font:11.5px {_SANS};fill:var(--quiet)",
    "svg .form": f"font:18px {_SERIF};fill:var(--ink)",
    "svg .tag": f"font:11px {_SANS};fill:var(--tint)",
    "svg .second": "fill:var(--quiet)",
    "svg .lemma": "fill:var(--quiet);font-style:italic",
    "svg .written text": f"font:18px {_SERIF};fill:var(--ink)",
    "svg .word rect": "fill:var(--back)",
    "svg .plain": "--back:var(--wash);--tint:var(--quiet)",
    "svg path": "fill:none;stroke:var(--line);stroke-width:1.2",
    "svg .tip": "fill:var(--line);stroke:none",
    "svg .root text": "fill:var(--accent)",
    "svg .root path": "stroke:var(--accent)",
    "svg .root .tip": "fill:var(--accent);stroke:none",
    **{f"svg .family-{family}": f"--back:var(--w{family});--tint:var(--t{family})" for family in range(7)},
    ".verdict": "padding:14px 20px",
    ".verdict+.verdict": "border-top:1px solid var(--rule)",
    ".big": f"font:26px {_SERIF};padding:0 0 8px;color:var(--ink)",
    ".chance": "display:grid;grid-template-columns:9em minmax(4em,24em) 4em;gap:10px;align-items:center;"
    "color:var(--quiet)",
    ".chance i": "display:block;height:12px;border-radius:4px;background:var(--line)",
    ".best": "color:var(--ink);font-weight:600",
    ".best i": "background:var(--t0)",
}


def framed(*children: Markup) -> Markup:
    """Return what is drawn, in a frame with its style; the rules reach nothing outside of it."""
    return element("div", {"class": "jmt-drawing"}, element("style", {}, _style()), joined(*children))


def _style() -> Markup:
    themes = "".join(f"{selector}{{{colours}}}" for selector, colours in _THEMES)
    rules = "".join(
        ",".join(f".jmt-drawing {part}".rstrip() for part in selector.split(",")) + f"{{{rule}}}"
        for selector, rule in _RULES.items()
    )
    return Markup(themes + rules)
