// What the mesh's state asks for.

import {el, named} from './dom.js';
import {code} from './copy.js';
import {notice} from './trouble.js';
import {LOGS, release} from './ours.js';

const LABEL = 'kubectl label namespace shop sidecar-sizer.dev/mode=audit';

const STATES = {
  empty: ['info', 'Nothing is known yet', LABEL],
  learning: ['info', 'Still learning', 'kubectl get sidecarprofiles --all-namespaces'],
  stale: ['warn', 'No samples for days', LOGS],
  degraded: ['bad', 'Not all is well', LOGS],
};

/** What to tell of the mesh: nothing where all is well. */
export function noticesOf({mode, state, notes}) {
  const said = notes.map(note => el('p', {}, named(note)));
  const [tone, title, command] = STATES[state] ?? ['info', 'To know', undefined];
  return [...held(mode), ...(said.length > 0 ? [notice(tone, title, [said, command ? code(command, 'command') : null])] : [])];
}

/** Of that, what bears on each workload, and on each decision too. */
export function noticesForEach(mesh) {
  return mesh.state === 'degraded' ? noticesOf(mesh) : held(mesh.mode);
}

/** What holds all sizing back, and how to let go. */
function held({brake, fault, breaker}) {
  return [
    breaker ? notice('bad', 'The breaker stopped all sizing', [
      el('p', {}, named(breaker), '. New pods are judged, and stay as they come, until a person has looked: ', el('code', {}, 'docs/guard.md#the-breaker'), '.'),
      code(release('breaker'), 'command that mends the breaker'),
    ]) : null,
    brake ? notice('warn', `The brake lets nothing go further than ${brake}`, [
      fault ? el('p', {}, named(fault), '.') : null,
      el('p', {}, 'Somebody asked for it, whatever namespaces say. To let go:'),
      code(release('mode'), 'command that releases the brake'),
    ]) : null,
  ].filter(each => each !== null);
}
