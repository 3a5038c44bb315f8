// The page of the service as a whole: asks which model answers, opens its tabs.  What a user or the service wrote enters
// the document as plain text only, never as markup; addresses are relative, so that a prefix before them does no harm.

import { Failure, ask, service, unreadable } from "./asking.js";
import { isPair } from "./kinds.js";
import { PairPanel, TextPanel } from "./panels.js";
import { write } from "./writing.js";

const panels = { text: new TextPanel("text", "v1/annotate", start), pair: new PairPanel("pair", "v1/compare", start) };
const tabs = [...document.querySelectorAll("[role=tab]")];

function openTab(id) {
  for (const tab of tabs) {
    const here = tab.getAttribute("aria-controls") === id;
    tab.setAttribute("aria-selected", here);
    tab.tabIndex = here ? 0 : -1;
    panels[tab.getAttribute("aria-controls")].root.hidden = !here;
  }
  panels[id].open();
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

let starting = null;

/** Ask, once at a time, which model answers; gives whether that is known. */
function start() {
  starting ??= meet().finally(() => (starting = null));
  return starting;
}

async function meet() {
  try {
    const model = await ask("v1/model");
    const { name, language, revision } = model;
    panels.text.describe(model.tasks.filter((task) => !isPair(task)));
    panels.pair.describe(model.tasks.filter(isPair));
    write(document.getElementById("model"), `${name} · ${language} · ${String(revision).replace("sha256:", "").slice(0, 8)}`);
    service.model = model;
    for (const panel of Object.values(panels)) panel.alert.hidden = true;
  } catch (error) {
    const failure = error instanceof Failure ? error : unreadable();
    for (const panel of Object.values(panels)) panel.fail(failure, start);
    return false;
  }
  if (!location.hash && !panels.text.tasks.length) openTab("pair");
  else panels[panels.text.root.hidden ? "pair" : "text"].open();
  return true;
}

if (location.hash === "#pair") openTab("pair");
start();
