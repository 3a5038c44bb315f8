// What the page draws: a sentence as arcs, words, tags and brackets, or as a table; a judgement as a scale and bars.
// Values in, elements out; every word of a user or a model becomes a plain text node.

import { brief, directionOf, html, piecesOf, svg } from "./writing.js";

// What the colour of a tag says, by the names that UD and the Penn Treebank give it.
const FAMILIES = [
  ["nouns", /^(NOUN|PROPN|NNP?S?)$/],
  ["verbs", /^(VERB|AUX|VB[DGNPZ]?|MD)$/],
  ["adjectives and adverbs", /^(ADJ|ADV|JJ[RS]?|W?RB[RS]?)$/],
  ["determiners and pronouns", /^(DET|PRON|P?DT|WDT|PRP\$?|WP\$?|EX)$/],
  ["connecting words", /^(ADP|[CS]CONJ|PART|IN|TO|CC|RP|POS)$/],
  ["numbers and others", /^(NUM|SYM|X|INTJ|CD|LS|FW|UH|ADD|AFX|GW|[$#])$/],
  ["punctuation", /^(PUNCT|HYPH|NFP|-[LR][RCS]B-|[^A-Za-z0-9$#]+)$/],
];

/** Name the class that colours a word: by what its tag means, or by its place in a tag set that is not known here. */
function familyOf(token, tagger) {
  const tag = tagger && token[tagger.name];
  if (!tag) return "plain";
  const known = FAMILIES.findIndex(([, pattern]) => pattern.test(tag));
  return `family-${known >= 0 ? known : Math.max(0, tagger.labels.indexOf(tag)) % FAMILIES.length}`;
}

// ---- measuring and placing, in CSS pixels ----

const STEP = 24; // between the heights of two arcs
const NARROW_STEP = 12; // where their labels stand elsewhere
const LINE = 15; // of a tag
const ROW = 27; // of brackets
const PILL = 29; // around a word
const PITCH = 38; // from word to word, downwards
const WRITTEN = 30; // for what is written above its words

/** Tell how wide a text is in the font of a style variable; what cannot be seen is as wide as its name. */
const widthOf = (() => {
  const brush = document.createElement("canvas").getContext("2d");
  const known = new Map();
  const measure = (text, font) => {
    brush.font = getComputedStyle(document.documentElement).getPropertyValue(`--${font}-font`);
    return brush.measureText(text).width;
  };
  return (text, font) => {
    const key = `${font} ${text}`;
    if (!known.has(key)) {
      if (known.size > 20000) known.clear();
      const widths = piecesOf(text).map(({ text: piece, means }) => measure(piece, means ? "mark" : font));
      known.set(key, widths.reduce((sum, width) => sum + width, 0));
    }
    return known.get(key);
  };
})();

/** Read the arcs of a tree, each from its left to its right word (0-based), with the roots apart. */
function arcsOf(tokens) {
  const arcs = [];
  const roots = [];
  tokens.forEach(({ head, deprel }, at) => {
    const label = brief(deprel);
    if (head === 0) roots.push({ at, label });
    else if (Number.isInteger(head) && head > 0 && head <= tokens.length && head - 1 !== at) {
      arcs.push({ head: head - 1, at, left: Math.min(head - 1, at), right: Math.max(head - 1, at), label });
    }
  });
  return { arcs, roots };
}

/** Give every arc the lowest height at which it meets no other, short ones first; gives the greatest. */
function stackArcs({ arcs, roots }, count) {
  const reached = new Uint16Array(count + 1); // above the gap before each word
  for (const arc of [...arcs].sort((a, b) => a.right - a.left - (b.right - b.left))) {
    arc.height = 1 + Math.max(...reached.subarray(arc.left + 1, arc.right + 1));
    reached.fill(arc.height, arc.left + 1, arc.right + 1);
  }
  for (const root of roots) root.height = 1 + Math.max(reached[root.at], reached[root.at + 1]);
  return Math.max(0, ...[...arcs, ...roots].map(({ height }) => height));
}

/** Place words from left to right: as close as their own widths, the labels of arcs and those of spans allow. */
function placeAcross({ tokens, lines, rows, written, tree }) {
  const single = new Map(rows.flat().filter(({ first, last }) => first === last).map((span) => [span.first - 1, span]));
  const widths = tokens.map((token, at) => Math.max(30, widthOf(brief(token.text), "word") + 14,
    ...lines.map(({ name }) => widthOf(brief(token[name]), "tag") + 4),
    single.has(at) ? widthOf(brief(single.get(at).label), "label") + 6 : 0));
  const apart = tokens.map((_, at) => (at ? [[at - 1, (widths[at - 1] + widths[at]) / 2 + 8]] : []));
  for (const { left, right, label } of tree.arcs) apart[right].push([left, widthOf(label, "label") + 26]);
  const broad = [...rows.flat().map((span) => ({ ...span, wide: widthOf(brief(span.label), "label") + 6 })),
    ...written.map((range) => ({ ...range, wide: widthOf(brief(range.text), "word") + 10 }))];
  for (const { first, last, wide } of broad) {
    if (first < last) apart[last - 1].push([first - 1, wide - (widths[first - 1] + widths[last - 1]) / 2]);
  }
  const centres = [];
  for (const limits of apart) {
    centres.push(Math.max(widths[0] / 2 + 1, ...limits.map(([from, distance]) => centres[from] + distance)));
  }
  return { widths, centres, width: Math.ceil(centres.at(-1) + widths.at(-1) / 2 + 1) };
}

// ---- drawing a sentence ----

const DEEP = 16; // arcs over one another, beyond which their labels leave the words out of sight
const FAR = 3; // screens, beyond which a sentence is lost sight of

/** Tell whether a sentence is better read down the page than across one so wide. */
export function isLong(sentence, shown, room) {
  const plan = planOf(sentence, shown);
  return plan.heights > DEEP || (plan.tokens.length > 0 && placeAcross(plan).width > FAR * room);
}

/** A card for a sentence: its drawing for eyes, and a table that screen readers get with it. */
export function figureOf(sentence, shown, number, down) {
  const plan = planOf(sentence, shown);
  const drawing = html("div", { class: "scroll", role: "group", "aria-label": `Drawing of sentence ${number}`, dir: plan.direction });
  drawing.append(drawSentence(plan, down));
  const boxes = [drawing, tabulate(sentence, shown, number)];
  for (const box of boxes) {
    box.addEventListener("scroll", () => showEdges(box), { passive: true });
    sizes.observe(box);
  }
  return html("figure", { class: "card sentence" }, ...saidOf(sentence, shown), ...boxes);
}

/** Say what the sentence is as a whole: a chip for its class or score by every task that gives one. */
function saidOf({ labels = {}, scores = {} }, { sentences }) {
  const found = sentences.map(({ name }) => [name, labels[name] ?? scores[name]?.toFixed(2)]).filter(([, value]) => value);
  const chips = found.map(([name, value]) => html("li", {}, `${name} `, html("bdi", {}, String(value))));
  return chips.length ? [html("ul", { class: "said" }, ...chips)] : [];
}

const sizes = new ResizeObserver((changes) => changes.forEach(({ target }) => showEdges(target)));

/** Note on which sides a box hides something; where it does, the keyboard can move it. */
function showEdges(box) {
  const beyond = getComputedStyle(box).overflowX === "auto" ? box.scrollWidth - box.clientWidth : 0;
  const left = box.scrollLeft + (box.dir === "rtl" ? beyond : 0); // counted from where reading begins
  const sides = [["left", left > 1], ["right", beyond - left > 1]];
  box.dataset.more = sides.filter(([, isHidden]) => isHidden).map(([side]) => side).join(" ");
  if (beyond > 1) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
}

/** Name the colours that occur in what was drawn. */
export function legendOf(result) {
  const named = FAMILIES.map(([name], at) => html("li", { class: `family-${at}` }, name));
  return named.filter((entry) => result.querySelector(`.word.${entry.className}`));
}

/** Gather what a drawing of a sentence shows; `shown` names the tasks by what they give. */
function planOf(sentence, shown) {
  const { tokens } = sentence;
  const holds = ({ first, last }) => first >= 1 && first <= last && last <= tokens.length;
  const rows = shown.spans.map(({ name }) => (sentence.spans?.[name] ?? []).filter(holds));
  const written = (sentence.multiword_tokens ?? []).filter(holds);
  const tree = shown.tree ? arcsOf(tokens) : { arcs: [], roots: [] };
  const direction = directionOf(tokens.map(({ text }) => text)) || "ltr";
  const lines = [...shown.taggers, ...shown.lemmas].map((task, line) =>
    ({ name: task.name, look: task.kind === "lemmatizer" ? "tag lemma" : line ? "tag second" : "tag" }));
  const [tagger, features] = [shown.taggers[0], shown.features[0]?.name];
  return { tokens, rows, written, tree, lines, tagger, features, heights: stackArcs(tree, tokens.length), direction };
}

/** Draw a sentence, its words across the page or down it. */
function drawSentence(plan, down) {
  const drawing = down ? drawDown(plan) : drawAcross(plan);
  drawing.addEventListener("pointerover", ({ target }) => light(drawing, target.closest("[data-at]")));
  drawing.addEventListener("pointerleave", () => light(drawing, null));
  return drawing;
}

const canvasOf = (width, height) =>
  svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", focusable: "false" });

/** Group what is drawn of a word; its features are told where it is pointed at. */
const wordOf = (token, at, { tagger, features }, ...parts) =>
  svg("g", { class: `word ${familyOf(token, tagger)}`, "data-at": at }, ...parts,
    ...(/=/.test(token[features]) ? [svg("title", {}, token[features].replaceAll("|", " · "))] : []));

/**
 * A text at a point: in the middle of it, or running on from it to one side.  It has the direction of its own letters,
 * so that neither "C++" nor a bracket is turned round by what it stands in.
 */
function textAt(x, y, text, name, side = "middle", otherwise = "ltr") {
  const direction = directionOf([text]) || otherwise;
  const anchor = side === "middle" ? side : (side === "right") === (direction === "ltr") ? "start" : "end";
  return svg("text", { class: `${name} ${anchor}`, x, y, direction }, text);
}

/** Arcs above the words, tags and brackets below; a sentence that is read from the right begins there. */
function drawAcross(plan) {
  const { tokens, rows, written, tree, lines, direction } = plan;
  const { widths, centres: places, width } = placeAcross(plan);
  const centres = direction === "rtl" ? places.map((place) => width - place) : places;
  const room = written.length ? WRITTEN : 0; // under the arcs, whose ends run through it
  const floor = (plan.heights ? plan.heights * STEP + 14 : 0) + room;
  const height = (above) => floor - above - (above > 7 ? room : 0);
  const tags = floor + PILL + 16;
  const brackets = tags + lines.length * LINE - 5;
  const edgesOf = ({ first, last }) => {
    const ends = [first - 1, last - 1].flatMap((at) => [centres[at] - widths[at] / 2, centres[at] + widths[at] / 2]);
    return [Math.min(...ends), Math.max(...ends)];
  };
  const drawing = canvasOf(width, brackets + rows.length * ROW);
  drawing.append(...drawArcs(tree, centres, STEP, (along, above) => `${along} ${height(above)}`, (along, above, label) =>
    [textAt(along, height(above) - 5, label, "relation")]));
  for (const range of written) {
    const [from, to] = edgesOf(range);
    drawing.append(svg("g", { class: "written" },
      svg("path", { d: `M${from + 1} ${floor - 1}v-2q0 -4 4 -4H${to - 5}q4 0 4 4v2` }),
      textAt((from + to) / 2, floor - 13, brief(range.text), "whole", "middle", direction)));
  }
  tokens.forEach((token, at) => drawing.append(wordOf(token, at, plan,
    svg("rect", { x: centres[at] - widths[at] / 2, y: floor + 2, width: widths[at], height: PILL, rx: 6 }),
    textAt(centres[at], floor + 22, brief(token.text), "form", "middle", direction),
    ...lines.map(({ name, look }, line) => textAt(centres[at], tags + line * LINE, brief(token[name]), look)))));
  rows.forEach((spans, row) => spans.forEach(({ label, ...span }) => {
    const [from, to] = edgesOf(span);
    const top = brackets + row * ROW;
    drawing.append(svg("g", { class: "span" },
      svg("path", { d: `M${from + 1} ${top}v2q0 4 4 4H${to - 5}q4 0 4 -4v-2` }),
      textAt((from + to) / 2, top + 19, brief(label), "label")));
  }));
  return drawing;
}

/** A word per line: arcs before it, relation, tags and brackets after it; from the right where it is read from there. */
function drawDown(plan) {
  const { tokens, rows, written, tree, lines, heights, direction } = plan;
  const widest = (texts, font) => Math.ceil(Math.max(0, ...texts.map((text) => widthOf(brief(text), font))));
  const [floor, pitch] = [heights ? heights * NARROW_STEP + 14 : 0, Math.max(PITCH, lines.length * LINE + 4)];
  const middles = tokens.map((_, at) => (at + 0.5) * pitch);
  const beside = floor + widest(tokens.map(({ text }) => text), "word") + 24;
  const relations = beside + (written.length ? widest(written.map(({ text }) => text), "word") + 26 : 0);
  const tags = relations + (heights ? widest(tokens.map(({ deprel }) => deprel), "label") + 12 : 0);
  const brackets = tags + Math.max(0, ...lines.map(({ name }) => widest(tokens.map((token) => token[name]), "tag") + 10));
  const columns = rows.map((spans) => widest(spans.map(({ label }) => label), "label") + 22);
  const width = columns.reduce((sum, column) => sum + column, brackets);
  const [place, way, side] = direction === "rtl" ? [(x) => width - x, -1, "left"] : [(x) => x, 1, "right"];
  const drawing = canvasOf(width, tokens.length * pitch);
  const relationOf = (along, _, label) => [textAt(place(relations), along + 4, label, "relation", side)];
  drawing.append(...drawArcs(tree, middles, NARROW_STEP, (along, above) => `${place(floor - above)} ${along}`, relationOf, true));
  tokens.forEach((token, at) => {
    const long = widthOf(brief(token.text), "word") + 14;
    drawing.append(wordOf(token, at, plan,
      svg("rect", { x: Math.min(place(floor + 2), place(floor + 2 + long)), y: middles[at] - PILL / 2, width: long,
        height: PILL, rx: 6 }),
      textAt(place(floor + 9), middles[at] + 6, brief(token.text), "form", side, direction),
      ...lines.map(({ name, look }, line) => textAt(place(tags), middles[at] + 4 + (line - (lines.length - 1) / 2) * LINE,
        brief(token[name]), look, side))));
  });
  const bracket = (name, look, start, { first, last }, label) => {
    const [from, to] = [middles[first - 1] - PILL / 2, middles[last - 1] + PILL / 2];
    drawing.append(svg("g", { class: name },
      svg("path", { d: `M${place(start)} ${from + 1}h${2 * way}q${4 * way} 0 ${4 * way} 4V${to - 5}q0 4 ${-4 * way} 4h${-2 * way}` }),
      textAt(place(start + 12), (from + to) / 2 + 4, brief(label), look, side)));
  };
  for (const range of written) bracket("written", "whole", beside - 8, range, range.text);
  rows.forEach((spans, row) => spans.forEach((span) =>
    bracket("span", "label", brackets + columns.slice(0, row).reduce((sum, column) => sum + column, 0), span, span.label)));
  return drawing;
}

/**
 * Draw the arcs of a tree over words whose centres lie `along` a line; `point` turns (along, above) into coordinates.
 * An arc leaves its head beside the arrow that ends there, and ends with an arrow at the centre of its word.
 */
function drawArcs({ arcs, roots }, centres, step, point, labelOf, labelAtWord = false) {
  const tip = (to) => svg("path", { class: "tip", d: `M${point(to, 0)}L${point(to - 3.5, 7)}L${point(to + 3.5, 7)}Z` });
  const bent = arcs.map(({ head, at, label, height }) => {
    const [from, to, top] = [centres[head], centres[at], height * step - 5];
    const side = Math.sign(to - from);
    const leg = from + 5 * side;
    const bend = side * Math.min(9, Math.abs(to - leg) / 2);
    const corner = Math.min(9, top / 2);
    const d = [`M${point(from, 0)}C${point(from, 4)} ${point(leg, 3)} ${point(leg, corner)}`,
      `L${point(leg, top - corner)}Q${point(leg, top)} ${point(leg + bend, top)}`,
      `L${point(to - bend, top)}Q${point(to, top)} ${point(to, top - corner)}L${point(to, 0)}`].join("");
    return svg("g", { class: "arc", "data-head": head, "data-at": at }, svg("path", { d }), tip(to),
      ...labelOf(labelAtWord ? to : (leg + to) / 2, top, label));
  });
  const straight = roots.map(({ at, label, height }) => svg("g", { class: "arc root", "data-at": at },
    svg("path", { d: `M${point(centres[at], height * step - 7)}L${point(centres[at], 0)}` }), tip(centres[at]),
    ...labelOf(centres[at], height * step - 5, label)));
  return [...bent, ...straight];
}

/** Emphasise the arcs of the word or arc that is pointed at. */
function light(drawing, target) {
  for (const lit of drawing.querySelectorAll(".lit")) lit.classList.remove("lit");
  if (!target) return;
  const { at } = target.dataset; // a number that this module wrote
  const own = `.arc[data-at="${at}"]`;
  const found = drawing.querySelectorAll(target.classList.contains("arc") ? own : `${own}, .arc[data-head="${at}"]`);
  for (const one of found) one.classList.add("lit");
}

/** Say all of a sentence as a table, the same for eyes and screen readers. */
function tabulate(sentence, shown, number) {
  const plain = (text) => html("bdi", {}, text ?? "");
  const cells = (tasks) => tasks.map(({ name }) => [name, (token) => [plain(token[name])]]);
  const columns = cells([...shown.lemmas, ...shown.taggers, ...shown.spans]);
  if (shown.tree) {
    const governor = (head) => (head ? [plain(sentence.tokens[head - 1]?.text), ` (${head})`] : ["none, the root"]);
    columns.push(["head", ({ head }) => governor(head)], ["relation", ({ deprel }) => [plain(deprel)]]);
  }
  columns.push(...cells(shown.features));
  const { multiword_tokens: written = [] } = sentence;
  const over = ({ id }) => plain(written.find(({ first, last }) => first <= id && id <= last)?.text);
  if (written.length) columns.unshift(["written", (token) => [over(token)]]);
  const names = ["no.", "word", ...columns.map(([name]) => name)];
  const header = html("tr", {}, ...names.map((name) => html("th", { scope: "col" }, name)));
  const body = sentence.tokens.map((token, at) => html("tr", {}, html("td", {}, String(at + 1)),
    html("th", { scope: "row" }, plain(token.text)), ...columns.map(([, cell]) => html("td", {}, ...cell(token)))));
  return html("div", { class: "table", role: "group", "aria-label": `Words of sentence ${number}` }, html("table", {},
    html("caption", {}, `Sentence ${number}, word by word`), html("thead", {}, header), html("tbody", {}, ...body)));
}

// ---- drawing a judgement ----

const percent = (share) => `${(100 * share).toFixed(1)} %`;

/** A section with a name, what was found in large letters, and what that means in small ones. */
export const verdictOf = (name, found, meaning, ...parts) => html("section", { class: "card verdict" }, html("h2", {}, name),
  html("p", { class: "big" }, found, " ", html("span", { class: "quiet" }, meaning)), ...parts);

/** Draw relatedness: the score as a mark on its scale, over the probability of every whole number. */
export function scaleOf(score, distribution, labels) {
  const share = (score - Number(labels[0])) / (labels.length - 1);
  const words = ["hardly related", "loosely related", "related", "closely related", "nearly the same"];
  const meaning = words[Math.min(4, Math.max(0, Math.floor(share * 5)))] ?? "";
  const columns = labels.map((label, at) => {
    const pillar = html("span", { class: "pillar" });
    pillar.style.setProperty("--share", distribution[at] ?? 0);
    const tick = html("span", { class: "tick" }, label);
    return html("div", { class: "bin", title: percent(distribution[at] ?? 0) }, pillar, tick);
  });
  const mark = html("span", { class: "mark" });
  mark.style.setProperty("--at", (share * (labels.length - 1) + 0.5) / labels.length);
  const said = `${score.toFixed(2)} on a scale from ${labels[0]} to ${labels.at(-1)}`;
  return verdictOf("Relatedness", score.toFixed(2), `of ${labels.at(-1)} · ${meaning}`,
    html("div", { class: "scale", role: "img", "aria-label": said }, ...columns, mark));
}

/** Draw entailment: a bar for the probability of every class. */
export function barsOf(best, probabilities) {
  const meanings = {
    entailment: "the second follows from the first",
    neutral: "the second may be true or not",
    contradiction: "they cannot both be true",
  };
  const rank = (name) => Object.keys(meanings).indexOf(name);
  const classes = Object.entries(probabilities).sort(([a], [b]) => rank(a) - rank(b));
  const rows = classes.map(([name, share]) => {
    const bar = html("span", { class: "fill" });
    bar.style.setProperty("--share", share);
    return html("li", { class: name === best ? "chance best" : "chance" }, html("span", { class: "class" }, name),
      html("span", { class: "track", "aria-hidden": "true" }, bar), html("span", { class: "number" }, percent(share)));
  });
  const meaning = Object.hasOwn(meanings, best) ? meanings[best] : "";
  return verdictOf("Entailment", best, meaning, html("ul", { class: "chances" }, ...rows));
}
