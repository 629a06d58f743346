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

const KINDS = {400: 'refused', 403: 'forbidden', 404: 'missing', 503: 'unavailable'};

/** The URL of data, beside this module. */
export function source(path, query = {}) {
  const url = new URL(`data/${path}`, import.meta.url);
  for (const [name, value] of Object.entries(query)) {
    url.searchParams.set(name, value);
  }
  return url;
}

/**
 * @returns {Promise<Object>} what the server knows
 * @throws {Trouble}
 */
export async function load(path, query = {}, signal = undefined) {
  const response = await asked(source(path, query), signal);
  let body;
  try {
    body = await response.json();
  } catch (e) {
    rethrowAbort(e);
    throw new Trouble(response.ok ? 'failed' : KINDS[response.status] ?? 'failed', `status ${response.status}`);
  }
  if (!response.ok) {
    throw new Trouble(KINDS[response.status] ?? 'failed', body.error ?? `status ${response.status}`);
  }
  return body;
}

async function asked(url, signal) {
  try {
    return await fetch(url, {signal});
  } catch (e) {
    rethrowAbort(e);
    throw new Trouble('unreachable');
  }
}

function rethrowAbort(e) {
  if (e.name === 'AbortError') {
    throw e;
  }
}

/** Rows that came as arrays, as objects by their columns' names. */
export function objects({columns, rows}) {
  return rows.map(row => Object.fromEntries(columns.map((column, i) => [column, row[i] ?? undefined])));
}
