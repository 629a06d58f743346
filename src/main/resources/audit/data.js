// Asks the server. What can go wrong has a name, and each name has something to do next: see trouble.js.

export class Trouble extends Error {
  /**
   * @param {'refused'|'forbidden'|'missing'|'unavailable'|'unreachable'|'failed'} kind
   * @param {string} message what the server said, may be empty
   */
  constructor(kind, message = '') {
    super(message);
    this.kind = kind;
  }
}

/** The server answers within seconds; a port-forward that was cut off in silence never does. */
const PATIENCE = 30_000;

/** Whom the server tells to come again, since many ask at once, does so a second later, a few times. */
const RETRY_AFTER = 1_000;
const MOST_AGAIN = 4;

const KINDS = {400: 'refused', 403: 'forbidden', 404: 'missing', 503: 'unavailable'};

/** The URL of data, beside this module. */
function source(path, query = {}) {
  const url = new URL(`data/${path}`, import.meta.url);
  for (const [name, value] of Object.entries(query)) {
    url.searchParams.set(name, value);
  }
  return url;
}

/**
 * @param {AbortSignal=} signal ends it without an answer
 * @returns {Promise<Object>} what the server knows
 * @throws {Trouble}
 */
export async function load(path, query = {}, signal = undefined) {
  for (let again = MOST_AGAIN; ; again--) {
    const [response, body] = await answered(source(path, query), signal);
    if (response.ok) {
      return body;
    }
    if (again === 0 || !response.headers.has('Retry-After')) {
      throw new Trouble(KINDS[response.status] ?? 'failed', body.error ?? `status ${response.status}`);
    }
    await new Promise(resolve => setTimeout(resolve, RETRY_AFTER));
    signal?.throwIfAborted();
  }
}

async function answered(url, signal) {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch(url, {signal: signal ? AbortSignal.any([signal, patience]) : patience});
    return [response, await json(response)];
  } catch (e) {
    if (e instanceof Trouble || e.name === 'AbortError') {
      throw e;
    }
    throw new Trouble('unreachable');
  }
}

async function json(response) {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Trouble(response.ok ? 'failed' : KINDS[response.status] ?? 'failed', `status ${response.status}`);
  }
}

/** Rows that came as arrays, as objects by their columns' names. */
export function objects({columns, rows}) {
  return rows.map(row => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? undefined])));
}
