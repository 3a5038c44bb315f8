// The two tabs of the page.  What is drawn follows from what stands in the form, was asked and was answered, never from when.
import { Failure, PATIENCE, ask, service, unreadable } from "./asking.js";
import { barsOf, figureOf, isLong, legendOf, scaleOf, verdictOf } from "./drawing.js";
import { EXAMPLES } from "./examples.js";
import { shownOf, titleOf } from "./kinds.js";
import { hiddenIn, html, literalOf, write, writeCode } from "./writing.js";

const FIRST_DRAWN = 600; // tokens drawn at once; the sentences after them wait for a button
const narrow = matchMedia("(max-width: 620px)"); // a phone is higher than wide
const $ = (selector, root) => root.querySelector(selector);

/** What both tabs share.  A subclass says what its tasks and examples are, what it sends, and how an answer is drawn. */
class Panel {
  constructor(id, path, ready) {
    this.root = document.getElementById(id);
    Object.assign(this, { id, path, ready, off: new Set(), tasks: [], drawn: null, under: null, summary: "" });
    for (const name of ["form", ".levels", ".alert", ".status", ".result", ".request", ".examples", ".hint"]) {
      this[name.replace(".", "")] = $(name, this.root);
    }
    this.fields = [...this.root.querySelectorAll("textarea")];
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.submit(); }
    });
    for (const field of this.fields) field.addEventListener("input", () => this.update());
    for (const [name, ...words] of EXAMPLES[id]) {
      const button = html("button", { type: "button", title: words.join(" / ") }, name);
      button.addEventListener("click", () => {
        this.fields.forEach((field, at) => (field.value = words[at]));
        this.submit();
      });
      this.examples.append(button);
    }
    this.fields.forEach((field, at) => (field.placeholder = EXAMPLES[id][0][at + 1]));
    this.codes = ["curl", "Python"].map((name) => this.addCode(name));
    this.update();
  }

  /** Offer what the model can do: one switch per level of its cascade. */
  describe(tasks) {
    this.tasks = tasks;
    for (const part of [this.form, this.examples, this.request, this.hint]) part.hidden = tasks.length === 0;
    if (tasks.length === 0) this.summary = `This model has no tasks ${this.about}.`;
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
    this.update();
  }

  get chosen() {
    return this.tasks.filter((task) => !this.off.has(task.level));
  }

  climb(level, on) {
    this.off[on ? "delete" : "add"](level);
    this.update();
    if (!this.drawn) return;
    const missing = this.chosen.some(({ name }) => !this.drawn.answer.tasks?.includes(name));
    if (missing) this.submit();
    else this.draw();
  }

  /** The words of a form; an empty field stands for the example that it shows. */
  get words() {
    return this.fields.map((field) => field.value || field.placeholder);
  }

  get body() {
    const all = this.chosen.length === this.tasks.length;
    return { ...this.content, ...(all ? {} : { tasks: this.chosen.map(({ name }) => name) }) };
  }

  /** Open with the example in the empty form: asked once, and not of a service with keys; refused, it stays away. */
  open() {
    const isMeant = service.model && !service.key && this.chosen.length > 0 && !this.fields.some((field) => field.value);
    if (!isMeant || this.isOpened || this.drawn || this.under) return;
    this.isOpened = true;
    this.send(JSON.stringify(this.body), true);
  }

  /** Ask what stands in the form, unless that is under way or drawn: however often and fast somebody asks for it. */
  async submit() {
    if (!service.model && !(await this.ready())) return;
    const blank = this.fields.find((field) => !field.value.trim());
    if (blank) {
      blank.focus();
      this.fail(new Failure("There is nothing to read yet: write something, or pick an example."));
      return;
    }
    if (!this.chosen.length) {
      this.fail(new Failure("Every level is switched off: switch on at least one."));
      return;
    }
    const sent = JSON.stringify(this.body);
    if (this.under?.sent === sent) this.under.isExample = false;
    else if (this.drawn?.sent === sent) {
      this.under?.control.abort();
      this.under = null;
      this.settle({ ...this.drawn, isExample: false });
    } else await this.send(sent, false);
  }

  async send(sent, isExample) {
    this.under?.control.abort();
    const mine = (this.under = { sent, isExample, content: JSON.stringify(this.content), control: new AbortController() });
    const late = setTimeout(() => mine.control.abort(), 1000 * PATIENCE);
    this.update();
    const began = performance.now();
    let answer, failure;
    try {
      answer = this.check(await ask(this.path, sent, mine.control.signal));
    } catch (error) {
      failure = error instanceof Failure ? error : unreadable();
    }
    clearTimeout(late);
    if (this.under !== mine) return; // a later request has taken over
    this.under = null;
    if (mine.isExample && (failure || mine.content !== JSON.stringify(this.content))) this.update(); // nobody asked for it
    else if (failure) this.fail(failure);
    else this.settle({ ...mine, answer, took: performance.now() - began });
  }

  settle(drawn) {
    this.drawn = drawn;
    this.alert.hidden = true;
    this.draw();
  }

  /** Say what went wrong and offer the way on; what was drawn before stays, and shows that it is another text's. */
  fail(failure, again = () => this.submit()) {
    this.alert.replaceChildren(html("p", {}, failure.message));
    if (failure.status === 401 || failure.status === 403) this.alert.append(askForKey(again));
    else if (failure.wait !== null) this.alert.append(tryAgain(failure.wait, again));
    this.alert.hidden = false;
    this.update();
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

  /** Bring everything in line with what stands in the form, what is under way and what is drawn. */
  update() {
    this.showRequest();
    for (const field of this.fields) showWhole(field);
    const isStale = this.drawn !== null && this.drawn.content !== JSON.stringify(this.content);
    this.result.classList.toggle("stale", isStale);
    this.result.setAttribute("aria-label", isStale ? `Answer to another ${this.noun}` : "Answer");
    if (this.under) this.form.setAttribute("aria-busy", "true");
    else this.form.removeAttribute("aria-busy");
    const example = this.drawn?.isExample ? "For example: " : "";
    const old = `Below is the answer to another ${this.noun}, not to this one.`;
    const said = this.under ? "Asking …" : isStale ? old : `${example}${this.summary}`;
    if (said === this.said) return;
    this.said = said; // a screen reader hears it once
    write(this.status, said);
  }

  showRequest() {
    const address = new URL(".", location.href).href.replace(/\/$/, "");
    const key = service.key ? ` \\\n  -H "Authorization: Bearer $JMT_API_KEY"` : "";
    const sent = literalOf(this.body).replaceAll("'", `'\\''`);
    const type = "-H 'Content-Type: application/json'";
    writeCode(this.codes[0], `curl ${address}/${this.path} \\\n  ${type}${key} \\\n  -d '${sent}'`);
    const { tasks } = this.body;
    const some = tasks ? `, tasks=${literalOf(tasks, true).replaceAll(",", ", ")}` : "";
    const client = `client = jmt.Client(${JSON.stringify(address)}${service.key && `, api_key=os.environ["JMT_API_KEY"]`})`;
    writeCode(this.codes[1], `import ${service.key && "os\n\nimport "}jmt\n\n${client}\n${this.python(some)}`);
  }

  counted(counts) {
    return `${counts.join(", ")} in ${Math.round(this.drawn.took)} ms · ran ${this.drawn.answer.ran.join(", ")}`;
  }

  /** Draw, and note for measurements how long it took until the browser had laid it out. */
  draw() {
    if (!this.drawn) return;
    const start = performance.now();
    this.show(this.drawn.answer);
    this.update();
    requestAnimationFrame(() => setTimeout(() => performance.measure("jmt:draw", { start })));
  }
}

export class TextPanel extends Panel {
  about = "about single texts";
  noun = "text";
  shownTokens = FIRST_DRAWN;
  byHand = null; // the view that somebody chose
  isLong = false;

  constructor(...settings) {
    super(...settings);
    this.views = [...this.root.querySelectorAll("[name=view]")];
    for (const choice of this.views) choice.addEventListener("change", () => { this.byHand = choice.value; this.draw(); });
    narrow.addEventListener("change", () => this.byHand ?? this.draw());
  }

  /** Sentences run down a narrow page, and where they are too long or too deep for its width; until somebody chooses. */
  get view() {
    return this.byHand ?? (narrow.matches || this.isLong ? "down" : "across");
  }

  get content() {
    return { texts: this.words };
  }

  python(tasks) {
    return `document = client(${literalOf(this.words[0], true)}${tasks})\nprint(document.to_conllu(), end="")`;
  }

  check(answer) {
    const { sentences } = answer.documents[0];
    if (!sentences.every(({ tokens }) => Array.isArray(tokens))) throw new TypeError();
    this.shownTokens = FIRST_DRAWN;
    const shown = shownOf(this.tasks, answer);
    const room = document.documentElement.clientWidth;
    this.isLong = sentences.some((sentence) => isLong(sentence, shown, room));
    return answer;
  }

  show(answer) {
    const { sentences } = answer.documents[0];
    const shown = shownOf(this.chosen, answer);
    const { view } = this;
    const tokens = sentences.reduce((sum, sentence) => sum + sentence.tokens.length, 0);
    this.summary = this.counted([count(sentences.length, "sentence"), count(tokens, "token")]);
    $(".bar", this.root).hidden = sentences.length === 0;
    this.result.dataset.view = view;
    for (const choice of this.views) choice.checked = choice.value === view;
    let room = this.shownTokens;
    const drawn = sentences.filter((sentence, at) => at === 0 || (room -= sentences[at - 1].tokens.length) > 0);
    this.result.replaceChildren(...drawn.map((sentence, at) => figureOf(sentence, shown, at + 1, view === "down")));
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

export class PairPanel extends Panel {
  about = "about pairs of sentences";
  noun = "pair";

  get content() {
    const [first, second] = this.words;
    return { pairs: [{ first, second }] };
  }

  python(tasks) {
    const words = this.words.map((text) => literalOf(text, true)).join(", ");
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
    this.summary = this.counted([count(answer.usage.tokens, "token")]);
    this.result.replaceChildren(...parts);
  }
}

/** Let a field be as high as its text, and name what cannot be seen in it. */
function showWhole(field) {
  field.parentElement.dataset.text = field.value || field.placeholder;
  const hidden = hiddenIn(field.value);
  const more = hidden.length > 8 ? " and others" : "";
  const note = field.parentElement.nextElementSibling;
  note.textContent = hidden.length ? `Invisible in this text: ${hidden.slice(0, 8).join(", ")}${more}` : "";
}

const count = (number, unit) => `${number.toLocaleString("en")} ${unit}${number === 1 ? "" : "s"}`;

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
    service.key = field.value.trim();
    again();
  });
  return form;
}

