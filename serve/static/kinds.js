// What kind of task it is, and by which of its kinds an answer is drawn.

export const isPair = ({ kind }) => kind.startsWith("pair");
const isParser = ({ kind }) => kind === "parser";
const isLemmas = ({ kind }) => kind === "lemmatizer";
const isFeatures = ({ kind }) => kind === "morphology";
const isOfSentences = ({ kind }) => kind === "classifier" || kind === "regressor";
const isSpans = ({ kind, labels }) =>
  kind === "tagger" && labels.every((label) => /^(O$|[BIES]-)/.test(label)) && labels.some((label) => label !== "O");
const isTagger = (task) => task.kind === "tagger" && !isSpans(task);

/** Name a task for people. */
export function titleOf(task) {
  if (isParser(task)) return "Dependencies";
  if (isLemmas(task)) return "Lemmas";
  if (isFeatures(task)) return "Features";
  if (task.name === "chunk") return "Chunks";
  if (isTagger(task) && /pos$/.test(task.name)) return "Tags";
  return task.name[0].toUpperCase() + task.name.slice(1);
}

/** Sort tasks that were done by how their answers are drawn. */
export function shownOf(tasks, answer) {
  const done = tasks.filter(({ name }) => answer.tasks.includes(name));
  return {
    taggers: done.filter(isTagger),
    lemmas: done.filter(isLemmas),
    features: done.filter(isFeatures),
    spans: done.filter(isSpans),
    sentences: done.filter(isOfSentences),
    tree: done.some(isParser),
  };
}
