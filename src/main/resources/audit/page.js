// What all pages have in common: they load, they are there, or they say what to do.

import {byId, el} from './dom.js';
import {utc} from './amounts.js';
import {Trouble} from './data.js';
import {told} from './trouble.js';

/**
 * Shows what `show` makes of the data, or what went wrong. The body's `data-state` is `loading`, `ready` or the kind of
 * trouble.
 */
export async function open(show) {
  document.body.dataset.state = 'loading';
  byId('content').hidden = false;
  try {
    await show();
    document.body.dataset.state = 'ready';
    performance.mark('ready');
  } catch (e) {
    if (e.name === 'AbortError') {
      return;
    }
    const trouble = e instanceof Trouble ? e : new Trouble('failed', String(e.message ?? e));
    // what was refused can be asked in another way
    byId('content').hidden = trouble.kind !== 'refused';
    byId('notices').replaceChildren(told(trouble));
    document.body.dataset.state = trouble.kind;
    if (!(e instanceof Trouble)) {
      throw e;
    }
  }
}

/** Says of when the data is, as holds in a window that was left open and on paper, and offers newer. */
export function dated(asOf) {
  byId('as-of').replaceChildren(
    el('span', {}, 'as of ', el('time', {datetime: asOf}, utc(asOf))),
    el('button', {type: 'button', class: 'quiet', onclick: () => location.reload()}, 'Refresh'));
}
