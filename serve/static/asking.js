// Asking the service: one request, one answer, or a refusal in words.  Addresses are relative, so that a prefix before
// them does no harm.

export const PATIENCE = 60; // seconds for one answer

/** What is known of the service: its model, and the key that somebody gave, kept in memory alone. */
export const service = { model: null, key: "" };

/** What went wrong, in words; `wait` counts the seconds after which trying again makes sense (null: it does not). */
export class Failure extends Error {
  constructor(words, { status = 0, wait = null } = {}) {
    super(words);
    Object.assign(this, { status, wait });
  }
}

export async function ask(path, body, signal) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  if (service.key) headers.Authorization = `Bearer ${service.key}`;
  let response, content;
  try {
    response = await fetch(path, { method: body ? "POST" : "GET", headers, body, signal });
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

export const unreadable = (status = 200) => new Failure(`An answer that this page cannot read (status ${status}).`, { status });
