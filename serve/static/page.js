// The page of the service: sends texts and pairs to /v1, draws what comes back.  What a user or the service wrote enters
// the document as plain text only, never as markup; addresses are relative, so that a prefix before them does no harm.

import { barsOf, figureOf, html, legendOf, scaleOf, verdictOf } from "./drawing.js";

const PATIENCE = 60; // seconds for one answer
const FIRST_DRAWN = 600; // tokens drawn at once; the sentences after them wait for a button
const EXAMPLES = {
  text: [
    ["a relative clause", "The old man who lives near the river sold a boat to his sister."],
    ["three sentences", "Did it rain all night? The cellar stayed dry. Nobody, not even the cat, had noticed."],
    ["a question", "Which song did you say the children wanted to sing?"],
    ["names and numbers", "On 3 May, Ms. Okafor flew from Lagos to Oslo for $412.50 and didn't regret it."],
    ["long and nested", "Although the museum that my aunt had founded was closed years ago, the people who worked there " +
      "still meet every spring, because they believe that what they began together should not be forgotten."],
  ],
  pair: [
    ["said differently", "The old farmer washed the horse.", "A horse was washed by an old farmer."],
    ["more general", "A woman is playing a violin in the park.", "A woman is making music outside."],
    ["opposite", "The children are sleeping in the tent.", "No children are sleeping in the tent."],
    ["unrelated", "The baker is counting coins.", "Two boats are leaving the harbour."],
  ],
};
const page = { model: null, key: "", view: "across" };
const $ = (selector, root = document) => root.querySelector(selector);

// ---- asking the service ----
/** What went wrong, in words; `wait` counts the seconds after which trying again makes sense (null: it does not). */
class Failure extends Error {
  constructor(words, { status = 0, wait = null } = {}) {
    super(words);
    Object.assign(this, { status, wait });
  }
}

async function ask(path, body, signal) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (page.key) headers.Authorization = `Bearer ${page.key}`;
  let response, content;
  try {
    response = await fetch(path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal });
    content = await response.json().catch(() => (signal?.aborted ? Promise.reject(signal.reason) : null));
  } catch {
    if (signal?.aborted) throw new Failure(`No answer within ${PATIENCE} seconds. What you wrote is kept.`, { wait: 0 });
    throw new Failure("No connection to the service: is it still running? What you wrote is kept.", { wait: 0 });
  }
  if (response.ok && content) return content;
  throw refusal(response, content);
}

function refusal(response, problem) {
  const { status } = response;
  const detail = problem?.detail ? ` It says: ${problem.detail}.` : "";
  const number = problem?.request_id ? ` The request's number in its log is ${problem.request_id}.` : "";
  const later = response.headers.get("Retry-After");
  const seconds = later && (/^\d+$/.test(later) ? Number(later) : (Date.parse(later) - Date.now()) / 1000);
  const wait = Math.min(Math.max(Math.ceil(seconds || 1), 1), 600);
  if (status === 401 || status === 403) return new Failure("This service asks for a key.", { status });
  if (status === 429) return new Failure(`The service is busy, more is waiting than it takes.${detail}`, { status, wait });
  if (status === 503) return new Failure(`The service is not ready.${detail}`, { status, wait });
  if (status === 504) return new Failure(`The service took too long.${detail}`, { status, wait });
  if (status >= 500) return new Failure(`The service failed with status ${status}.${detail}${number}`, { status, wait: 0 });
  if (response.ok || !problem?.title) return unreadable(status);
  return new Failure(`${problem.title}: ${problem.errors?.[0]?.detail ?? problem.detail}.`, { status });
}

const unreadable = (status = 200) => new Failure(`An answer that this page cannot read (status ${status}).`, { status });

// ---- a tab: its form, its request, its answer ----

/** What both tabs share.  A subclass says what its tasks and examples are, what it sends, and how an answer is drawn. */
class Panel {
  constructor(id, path) {
    this.root = document.getElementById(id);
    Object.assign(this, { id, path, off: new Set(), tasks: [], answer: null, under: null });
    for (const name of ["form", ".levels", ".alert", ".status", ".result", ".request", ".examples"]) {
      this[name.replace(".", "")] = $(name, this.root);
    }
    this.fields = [...this.root.querySelectorAll("textarea")];
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.submit(); }
    });
    for (const field of this.fields) field.addEventListener("input", () => this.showRequest());
    for (const [name, ...words] of EXAMPLES[id]) {
      const button = html("button", { type: "button", title: words.join(" / ") }, name);
      button.addEventListener("click", () => {
        this.fields.forEach((field, at) => (field.value = words[at]));
        this.submit();
      });
      this.examples.append(button);
    }
    this.codes = ["curl", "Python"].map((name) => this.addCode(name));
    this.showRequest();
  }

  /** Offer what the model can do: one switch per level of its cascade. */
  describe(tasks) {
    this.tasks = tasks;
    for (const part of [this.form, this.examples, this.request]) part.hidden = tasks.length === 0;
    if (tasks.length === 0) this.status.textContent = `This model has no tasks ${this.about}.`;
    this.levels.replaceChildren(this.levels.firstElementChild);
    for (const level of new Set(tasks.map((task) => task.level))) {
      const here = tasks.filter((task) => task.level === level);
      const box = html("input", { type: "checkbox", role: "switch", value: level, checked: "" });
      box.checked = !this.off.has(level);
      box.addEventListener("change", () => this.climb(level, box.checked));
      const names = [...new Set(here.map(titleOf))].join(", ");
      const small = here.map(({ name }) => name).join(" · ");
      this.levels.append(html("label", { class: "level" }, box, html("span", { class: "step" }, String(level)),
        html("span", { class: "title" }, names, html("span", { class: "tasks" }, small))));
    }
    this.showRequest();
  }

  get chosen() {
    return this.tasks.filter((task) => !this.off.has(task.level));
  }

  climb(level, on) {
    this.off[on ? "delete" : "add"](level);
    this.showRequest();
    if (!this.answer) return;
    const missing = this.chosen.some(({ name }) => !this.answer.tasks?.includes(name));
    if (missing) this.submit();
    else this.draw();
  }

  get body() {
    const all = this.chosen.length === this.tasks.length;
    return { ...this.content, ...(all ? {} : { tasks: this.chosen.map(({ name }) => name) }) };
  }

  async submit() {
    if (!page.model && !(await start())) return;
    const blank = this.fields.find((field) => !field.value.trim());
    if (blank) {
      blank.focus();
      return this.fail(new Failure("There is nothing to read yet: write something, or pick an example."));
    }
    if (!this.chosen.length) return this.fail(new Failure("Every level is switched off: switch on at least one."));
    this.showRequest();
    const sent = JSON.stringify(this.body);
    if (this.under?.sent === sent) return; // a double click
    this.under?.control.abort();
    const mine = (this.under = { sent, control: new AbortController() });
    const late = setTimeout(() => mine.control.abort(), 1000 * PATIENCE);
    this.form.setAttribute("aria-busy", "true");
    this.status.textContent = "Asking …";
    const began = performance.now();
    let answer, failure;
    try {
      answer = this.check(await ask(this.path, JSON.parse(sent), mine.control.signal));
    } catch (error) {
      failure = error instanceof Failure ? error : unreadable();
    }
    clearTimeout(late);
    if (this.under !== mine) return; // a later request has taken over
    this.under = null;
    this.form.removeAttribute("aria-busy");
    this.status.textContent = "";
    if (failure) return this.fail(failure);
    this.alert.hidden = true;
    Object.assign(this, { answer, took: performance.now() - began });
    this.draw();
  }

  /** Say what went wrong and offer the way on; what was drawn before stays. */
  fail(failure, again = () => this.submit()) {
    this.alert.replaceChildren(html("p", {}, failure.message));
    if (failure.status === 401 || failure.status === 403) this.alert.append(askForKey(again));
    else if (failure.wait !== null) this.alert.append(tryAgain(failure.wait, again));
    this.alert.hidden = false;
  }

  addCode(name) {
    const code = html("code", { tabindex: "0" });
    const copy = html("button", { type: "button", "aria-label": `Copy the ${name} request` }, "Copy");
    copy.addEventListener("click", async () => {
      const copied = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false);
      if (!copied) getSelection().selectAllChildren(code); // no clipboard outside secure contexts
      copy.textContent = copied ? "Copied" : "Selected";
      setTimeout(() => (copy.textContent = "Copy"), 2000);
    });
    this.request.append(html("div", { class: "code" }, html("h3", {}, name), copy, html("pre", {}, code)));
    return code;
  }

  showRequest() {
    const service = new URL(".", location.href).href.replace(/\/$/, "");
    const key = page.key ? ` \\\n  -H "Authorization: Bearer $JMT_API_KEY"` : "";
    const sent = JSON.stringify(this.body).replaceAll("'", `'\\''`);
    const type = "-H 'Content-Type: application/json'";
    this.codes[0].textContent = `curl ${service}/${this.path} \\\n  ${type}${key} \\\n  -d '${sent}'`;
    const { tasks } = this.body;
    const some = tasks ? `, tasks=${JSON.stringify(tasks).replaceAll(",", ", ")}` : "";
    const client = `client = jmt.Client(${JSON.stringify(service)}${page.key && `, api_key=os.environ["JMT_API_KEY"]`})`;
    this.codes[1].textContent = `import ${page.key && "os\n\nimport "}jmt\n\n${client}\n${this.python(some)}`;
  }

  told(counts) {
    return `${counts.join(", ")} in ${Math.round(this.took)} ms · ran ${this.answer.ran.join(", ")}`;
  }

  /** Draw, and note for measurements how long it took until the browser had laid it out. */
  draw() {
    if (!this.answer) return;
    const start = performance.now();
    this.show(this.answer);
    requestAnimationFrame(() => setTimeout(() => performance.measure("jmt:draw", { start })));
  }
}

class TextPanel extends Panel {
  about = "about single texts";
  shownTokens = FIRST_DRAWN;

  get content() {
    return { texts: [this.fields[0].value] };
  }

  python(tasks) {
    return `document = client(${JSON.stringify(this.fields[0].value)}${tasks})\nprint(document.to_conllu(), end="")`;
  }

  check(answer) {
    if (!answer.documents[0].sentences.every(({ tokens }) => Array.isArray(tokens))) throw new TypeError();
    this.shownTokens = FIRST_DRAWN;
    return answer;
  }

  show(answer) {
    const { sentences } = answer.documents[0];
    const done = this.chosen.filter(({ name }) => answer.tasks.includes(name));
    const shown = { taggers: done.filter(isTagger), spans: done.filter(isSpans), tree: done.some(isParser) };
    const tokens = sentences.reduce((sum, sentence) => sum + sentence.tokens.length, 0);
    this.status.textContent = this.told([count(sentences.length, "sentence"), count(tokens, "token")]);
    $(".bar", this.root).hidden = sentences.length === 0;
    this.result.dataset.view = page.view;
    let room = this.shownTokens;
    const drawn = sentences.filter((sentence, at) => at === 0 || (room -= sentences[at - 1].tokens.length) > 0);
    this.result.replaceChildren(...drawn.map((sentence, at) => figureOf(sentence, shown, at + 1, page.view === "down")));
    for (const box of this.result.querySelectorAll(".scroll")) if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    if (drawn.length < sentences.length) this.result.append(this.more(sentences.length - drawn.length, drawn.length));
    $(".legend", this.root).replaceChildren(...legendOf(this.result));
  }

  more(left, drawn) {
    const button = html("button", { type: "button", class: "more" }, `Draw more: ${count(left, "sentence")} left`);
    button.addEventListener("click", () => {
      this.shownTokens += FIRST_DRAWN;
      this.draw();
      this.result.children[drawn].scrollIntoView({ block: "nearest" });
    });
    return button;
  }
}

class PairPanel extends Panel {
  about = "about pairs of sentences";

  get content() {
    const [first, second] = this.fields.map((field) => field.value);
    return { pairs: [{ first, second }] };
  }

  python(tasks) {
    const words = this.fields.map((field) => JSON.stringify(field.value)).join(", ");
    return `judgement = client.compare(${words}${tasks})\nprint(judgement.relatedness, judgement.entailment)`;
  }

  check(answer) {
    if (typeof answer.judgements[0].first !== "string") throw new TypeError();
    return answer;
  }

  show(answer) {
    const [judgement] = answer.judgements;
    const on = new Set(this.chosen.map(({ name }) => name));
    const parts = [];
    if (on.has("relatedness") && judgement.relatedness !== undefined) {
      const task = this.tasks.find(({ name }) => name === "relatedness");
      parts.push(scaleOf(judgement.relatedness, judgement.relatedness_distribution ?? [], task.labels ?? []));
    }
    if (on.has("entailment") && judgement.probabilities) parts.push(barsOf(judgement.entailment, judgement.probabilities));
    const others = Object.entries(judgement.values ?? {}).filter(([name]) => on.has(name));
    for (const [name, value] of others) {
      parts.push(verdictOf(name, typeof value === "number" ? value.toFixed(2) : value, ""));
    }
    this.status.textContent = this.told([count(answer.usage.tokens, "token")]);
    this.result.replaceChildren(...parts);
  }
}

const count = (number, unit) => `${number.toLocaleString("en")} ${unit}${number === 1 ? "" : "s"}`;

// ---- what kind of task it is ----

const isPair = ({ kind }) => kind.startsWith("pair");
const isParser = ({ kind }) => kind === "parser";
const isSpans = ({ kind, labels }) =>
  kind === "tagger" && labels.every((label) => /^(O$|[BIES]-)/.test(label)) && labels.some((label) => label !== "O");
const isTagger = (task) => task.kind === "tagger" && !isSpans(task);

function titleOf(task) {
  if (isParser(task)) return "Dependencies";
  if (task.name === "chunk") return "Chunks";
  if (isTagger(task) && /pos$/.test(task.name)) return "Tags";
  return task.name[0].toUpperCase() + task.name.slice(1);
}

// ---- ways on after a failure ----

function tryAgain(wait, again) {
  const button = html("button", { type: "button" });
  const until = performance.now() + 1000 * wait;
  const tell = () => {
    const left = Math.ceil((until - performance.now()) / 1000);
    button.disabled = left > 0;
    button.textContent = left > 0 ? `Try again in ${left} s` : "Try again";
    if (left > 0) setTimeout(tell, 250);
  };
  tell();
  button.addEventListener("click", again);
  return button;
}

function askForKey(again) {
  const field = html("input", { type: "password", autocomplete: "off" });
  const form = html("form", { class: "key" }, html("label", {}, "Key ", field), html("button", {}, "Use it"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    page.key = field.value.trim();
    again();
  });
  return form;
}

// ---- the page as a whole ----

const panels = { text: new TextPanel("text", "v1/annotate"), pair: new PairPanel("pair", "v1/compare") };
const tabs = [...document.querySelectorAll("[role=tab]")];

function openTab(id) {
  for (const tab of tabs) {
    const here = tab.getAttribute("aria-controls") === id;
    tab.setAttribute("aria-selected", here);
    tab.tabIndex = here ? 0 : -1;
    panels[tab.getAttribute("aria-controls")].root.hidden = !here;
  }
}

for (const tab of tabs) {
  const id = tab.getAttribute("aria-controls");
  tab.addEventListener("click", () => { openTab(id); history.replaceState(null, "", `#${id}`); });
  tab.addEventListener("keydown", ({ key }) => {
    if (key !== "ArrowLeft" && key !== "ArrowRight") return;
    const other = tabs[1 - tabs.indexOf(tab)];
    other.click();
    other.focus();
  });
}

// A phone is higher than wide: sentences run down it, until somebody chooses otherwise.
const narrow = matchMedia("(max-width: 620px)");
let chosenByHand = false;
function look(view) {
  if (page.view === view) return;
  page.view = view;
  $(`[name=view][value=${view}]`).checked = true;
  panels.text.draw();
}
const fit = () => chosenByHand || look(narrow.matches ? "down" : "across");
narrow.addEventListener("change", fit);
for (const choice of document.querySelectorAll("[name=view]")) {
  choice.addEventListener("change", () => { chosenByHand = true; look(choice.value); });
}

/** Ask which model answers and offer its levels; gives whether that is known. */
async function start() {
  try {
    page.model = await ask("v1/model");
    for (const panel of Object.values(panels)) panel.alert.hidden = true;
    const { name, language, revision } = page.model;
    $("#model").textContent = `${name} · ${language} · ${String(revision).replace("sha256:", "").slice(0, 8)}`;
    panels.text.describe(page.model.tasks.filter((task) => !isPair(task)));
    panels.pair.describe(page.model.tasks.filter(isPair));
    if (!location.hash && !panels.text.tasks.length) openTab("pair");
    return true;
  } catch (error) {
    page.model = null;
    const failure = error instanceof Failure ? error : unreadable();
    for (const panel of Object.values(panels)) panel.fail(failure, start);
    return false;
  }
}

fit();
if (location.hash === "#pair") openTab("pair");
start();
