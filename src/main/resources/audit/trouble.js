// What went wrong, and what to do next.

import {el, named} from './dom.js';
import {code} from './copy.js';
import {FORWARD, LOGS} from './ours.js';

const WORDS = {
  unreachable: {
    title: 'The webhook cannot be reached',
    next: 'The port-forward has probably ended: with its pod, or after some silence. Start it again, then reload.',
    command: FORWARD,
  },
  forbidden: {
    title: 'This page is answered on loopback only',
    next: 'Open it by localhost, through a port-forward. That takes the right to create pods/portforward in the namespace '
      + 'of sidecar-sizer: ask whoever runs it.',
    command: FORWARD,
  },
  refused: {
    title: 'This cannot be asked',
    next: 'Change what the message names.',
  },
  missing: {
    title: 'There is no such workload',
    next: 'It may be gone, or not have been seen yet: a profile comes with the first samples or the first pod.',
    command: 'kubectl get sidecarprofiles --all-namespaces',
  },
  unavailable: {
    title: 'This cannot be said yet',
    next: 'See what the webhook says of itself, and try again.',
    command: LOGS,
  },
  failed: {
    title: 'The webhook failed to answer',
    next: 'Its log tells why.',
    command: LOGS,
  },
};

/** What a person is told of a {@link Trouble}. */
export function told(trouble) {
  const words = WORDS[trouble.kind] ?? WORDS.failed;
  return notice('bad', words.title, [
    trouble.message ? el('p', {}, named(trouble.message)) : null,
    el('p', {}, words.next),
    words.command ? code(words.command, 'command') : null,
    trouble.kind === 'refused' ? null : el('p', {}, el('button', {type: 'button', onclick: () => location.reload()}, 'Reload')),
  ]);
}

const SIGNS = {bad: '✕', warn: '▲', info: 'ℹ'};

/** A message in the page. */
export function notice(tone, title, children) {
  return el('section', {class: `notice ${tone}`, 'aria-label': title},
    el('h2', {}, el('span', {class: 'mark', 'aria-hidden': 'true'}, SIGNS[tone]), title),
    children);
}
