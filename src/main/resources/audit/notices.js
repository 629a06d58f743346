// What the mesh's state asks for.

import {el} from './dom.js';
import {code} from './copy.js';
import {notice} from './trouble.js';

const LABEL = 'kubectl label namespace shop sidecar-sizer.dev/mode=audit';
const LOGS = 'kubectl --namespace sidecar-sizer-system logs deployment/sidecar-sizer --tail 50';

const STATES = {
  empty: ['info', 'Nothing is known yet', 'No workload has a profile. Ask for a namespace to be looked at: audit changes no pod. '
    + 'Profiles come with its first samples and pods.', LABEL],
  learning: ['info', 'Still learning', 'A workload is left as it is until it was seen for a day, unless its namespace or the mesh '
    + 'knows enough. Nothing is to be done: come back tomorrow.', 'kubectl get sidecarprofiles --all-namespaces'],
  stale: ['warn', 'No samples for days', 'What is shown may not be true any more, and pods are left as they come. See why the leader '
    + 'gets no samples: Prometheus, network policies, no running pods.', LOGS],
  degraded: ['bad', 'Not all is well', 'What is shown may be old or incomplete.', LOGS],
};

/** What to tell of the mesh: nothing where all is well. */
export function noticesOf(mesh) {
  const notes = (mesh.notes ?? []).map(note => el('p', {}, note));
  const known = STATES[mesh.state];
  if (known) {
    const [tone, title, next, command] = known;
    return [notice(tone, title, [notes.length > 0 ? notes : el('p', {}, next), code(command, 'command')])];
  }
  return notes.length > 0 ? [notice('info', 'To know', notes)] : [];
}
