// How any text is written: as plain text nodes, never as markup; what cannot be seen stands there by its name, so that
// no character hides and none turns the others round; every script keeps its own direction.

/** Make an HTML element: attributes by name, false leaves one out; children are elements or plain text. */
export const html = (name, attributes, ...children) =>
  furnish(document.createElement(name), attributes, children, ({ text, means }) =>
    html("span", { class: "named", role: "img", "aria-label": means, title: means }, text));

/** Make an SVG element in the same way. */
export const svg = (name, attributes, ...children) =>
  furnish(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children, ({ text }) =>
    svg("tspan", { class: "named" }, text));

function furnish(element, attributes = {}, children = [], markOf) {
  for (const [name, value] of Object.entries(attributes)) if (value !== false) element.setAttribute(name, value);
  const written = children.flatMap((child) =>
    (typeof child === "string" ? piecesOf(child).map((piece) => (piece.means ? markOf(piece) : piece.text)) : [child]));
  element.append(...written);
  return element;
}

/** Write a text into an element, in place of what stood there. */
export const write = (element, text) => element.replaceChildren(...html("p", {}, text).childNodes);

/** Write code into an element: what stands between quotes keeps its place, whatever direction its letters have. */
export const writeCode = (element, code) =>
  element.replaceChildren(...code.split(/("(?:[^"\\]|\\.)*")/).map((part, at) => (at % 2 ? html("bdi", {}, part) : part)));

// ---- what cannot be seen ----

const scripts = (kind, names) => names.split(" ").map((name) => `\\p{${kind}=${name}}`).join("");
const JOINED = scripts("scx", "Arab Syrc Mong Nkoo Mand Mani Phag Adlm Rohg Deva Beng Guru Gujr Orya Taml Telu Knda Mlym Sinh Khmr Mymr Bali Java");
const PICTURE = "\\p{ExtPict}(?:[\\uFE0E\\uFE0F]|\\p{EMod})?";
const tagsOf = (word) => `${Array.from(word, (letter) => `\\u{E00${letter.charCodeAt(0).toString(16)}}`).join("")}\\u{E007F}`;

// Where an invisible character does what it is for: it shapes what stands before it, once.
const SHAPING = [
  `${PICTURE}(?:\\u200D${PICTURE})+`, // a family, a profession
  `\\u{1F3F4}(?:${["gbeng", "gbsct", "gbwls"].map(tagsOf).join("|")})`, // the flags that are made of tags
  "[0-9#*]\\uFE0F\\u20E3", // keycaps
  "\\p{ExtPict}[\\uFE0E\\uFE0F]", // a picture in colour, or not
  `[${JOINED}][\\u200C\\u200D]`, // letters that join, or do not
  "\\p{Script=Han}[\\uFE00-\\uFE02\\u{E0100}-\\u{E01EF}]", // one form of a character
  "\\p{Script=Mong}[\\u180B-\\u180D\\u180F]",
].join("|");
const TAGS = "[\\u{E0001}\\u{E0020}-\\u{E007F}]+";
const SELECTORS = "[\\uFE00-\\uFE0F\\u{E0100}-\\u{E01EF}]+";
const UNSEEN = "[\\p{DI}\\p{Cc}\\p{Zl}\\p{Zp}\\p{NChar}\\u2800\\uFFF9-\\uFFFB]|(?! )\\p{Zs}";
const PARTS = new RegExp(`(?<shaping>${SHAPING})|${TAGS}|${SELECTORS}|(?<one>${UNSEEN})\\k<one>*`, "gu");
const SUSPECT = new RegExp(UNSEEN, "u");

const CONTROLS = "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US";
const NAMES = new Map([
  ...CONTROLS.split(" ").map((name, code) => [code, [name, `control character ${name}`]]),
  [0x7f, ["DEL", "control character DEL"]], [0x85, ["NEL", "next line"]], [0xa0, ["NBSP", "no-break space"]],
  [0xad, ["SHY", "soft hyphen"]], [0x34f, ["CGJ", "combining grapheme joiner"]], [0x61c, ["ALM", "Arabic letter mark"]],
  [0x180e, ["MVS", "Mongolian vowel separator"]], [0x200b, ["ZWSP", "zero width space"]],
  [0x200c, ["ZWNJ", "zero width non-joiner"]], [0x200d, ["ZWJ", "zero width joiner"]],
  [0x200e, ["LRM", "left-to-right mark"]], [0x200f, ["RLM", "right-to-left mark"]],
  [0x2028, ["LSEP", "line separator"]], [0x2029, ["PSEP", "paragraph separator"]],
  [0x202a, ["LRE", "left-to-right embedding"]], [0x202b, ["RLE", "right-to-left embedding"]],
  [0x202c, ["PDF", "pop directional formatting"]], [0x202d, ["LRO", "left-to-right override"]],
  [0x202e, ["RLO", "right-to-left override"]], [0x202f, ["NNBSP", "narrow no-break space"]],
  [0x2060, ["WJ", "word joiner"]], [0x2066, ["LRI", "left-to-right isolate"]],
  [0x2067, ["RLI", "right-to-left isolate"]], [0x2068, ["FSI", "first strong isolate"]],
  [0x2069, ["PDI", "pop directional isolate"]], [0x2800, ["BLANK", "Braille pattern blank"]],
  [0x3000, ["IDSP", "ideographic space"]], [0x3164, ["HF", "Hangul filler"]], [0xfeff, ["BOM", "byte order mark"]],
]);

/** Name a run of invisible characters of one kind: shortly for eyes, in full for ears. */
function nameOf(run) {
  const codes = Array.from(run, (character) => character.codePointAt(0));
  const times = codes.length > 1 ? ` ×${codes.length}` : "";
  if (/^[\u{E0001}-\u{E007F}]/u.test(run)) { // they repeat ASCII where nobody sees it
    const said = codes.map((code) => (code > 0xe001f && code < 0xe007f ? String.fromCharCode(code - 0xe0000) : "")).join("");
    return [`TAG ${said}`.trim(), `tag characters ${said}`.trim()];
  }
  if (new RegExp(`^${SELECTORS}$`, "u").test(run)) {
    const number = codes[0] < 0xffff ? codes[0] - 0xfe00 + 1 : codes[0] - 0xe0100 + 17;
    return times ? [`VS${times}`, `${codes.length} variation selectors`] : [`VS${number}`, `variation selector ${number}`];
  }
  const code = `U+${codes[0].toString(16).toUpperCase().padStart(4, "0")}`;
  const [short, long] = NAMES.get(codes[0]) ?? [code, "invisible character"];
  return [`${short}${times}`, `${long} ${code}${times}`];
}

/** Split a text into what is `text` as it stands, and marks: the name of what cannot be seen, with what it `means`. */
export function piecesOf(text) {
  if (!SUSPECT.test(text)) return text ? [{ raw: text, text }] : [];
  const pieces = [];
  let after = 0;
  for (const match of text.matchAll(PARTS)) {
    if (match.index > after) pieces.push({ raw: text.slice(after, match.index), text: text.slice(after, match.index) });
    after = match.index + match[0].length;
    const [short, means] = match.groups.shaping ? [match[0]] : nameOf(match[0]);
    pieces.push({ raw: match[0], text: means ? `[${short}]` : short, means });
  }
  if (after < text.length) pieces.push({ raw: text.slice(after), text: text.slice(after) });
  return pieces;
}

/** List what of a text cannot be seen, every name once; the spaces and lines of what somebody writes are no secrets. */
export function hiddenIn(text) {
  const hidden = piecesOf(text).filter(({ raw, means }) => means && !/^[\t\n\p{Zs}]+$/u.test(raw));
  return [...new Set(hidden.map(({ text: name }) => name))];
}

/** Shorten what is too long for a drawing; the table has it whole. */
export function brief(text = "", most = 32) {
  if (text.length <= most && !SUSPECT.test(text)) return text;
  let kept = "";
  let room = most;
  for (const { raw, text: shown, means } of piecesOf(text.slice(0, 64 * most))) {
    const whole = Array.from(shown.slice(0, 4 * most));
    if (whole.length > room) return `${kept}${means ? "" : whole.slice(0, Math.max(0, room - 1)).join("")}…`;
    kept += raw;
    room -= whole.length;
  }
  return kept.length < text.length ? `${kept}…` : kept;
}

/** Write a text as a literal of JSON (`wide` false) or Python (true) in which every character can be seen. */
export function literalOf(value, wide = false) {
  const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  const escapeWide = (one) => (one.length > 1 ? `\\U${one.codePointAt(0).toString(16).padStart(8, "0")}` : escape(one));
  const pieces = piecesOf(JSON.stringify(value));
  return pieces.map(({ raw, means }) =>
    (means ? (wide ? Array.from(raw, escapeWide) : raw.split("").map(escape)).join("") : raw)).join("");
}

// ---- direction ----

const LETTER = /\p{L}/u;
const FROM_THE_RIGHT = new RegExp(`[${scripts("scx", "Hebr Arab Syrc Thaa Nkoo Samr Mand Mani Adlm Rohg Yezi")}]`, "u");

/** Tell where words are read from, "rtl" or "ltr": every word counts once, the first breaks a tie; "" without letters. */
export function directionOf(words) {
  const known = words.map((word) => LETTER.exec(word)?.[0]).filter(Boolean).map((letter) => FROM_THE_RIGHT.test(letter));
  const share = known.reduce((sum, isRight) => sum + (isRight ? 1 : -1), 0) || (known[0] ? 1 : -1);
  return known.length === 0 ? "" : share > 0 ? "rtl" : "ltr";
}
