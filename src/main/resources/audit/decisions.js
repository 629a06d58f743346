// What was decided lately, over all replicas.

import {byId, el, named} from './dom.js';
import {bytes, count, known, moment, NONE} from './amounts.js';
import {load} from './data.js';
import {dated, open} from './page.js';
import {noticesForEach} from './notices.js';
import {fill} from './filters.js';
import {searched} from './searched.js';
import {decision} from './badges.js';
import {reasonMeans} from './meanings.js';
import {number, workload} from './cells.js';

const EXPORTED = ['lastSeen', 'namespace', 'kind', 'name', 'mode', 'decision', 'reason', 'requestBefore', 'limitBefore',
  'requestAfter', 'limitAfter', 'count'];

const FILTERS = ['namespace', 'mode', 'decision', 'reason'];

const NONE_YET = 'No pod was decided on yet: decisions come with the next pods that are created in namespaces labelled sidecar-sizer.dev/mode.';

const columns = means => [
  {title: 'Last', field: 'lastSeen', width: 134, responsive: 2, formatter: cell => moment(cell.getValue())},
  {title: 'Workload', field: 'name', minWidth: 170, widthGrow: 2, responsive: 0, headerSortStartingDir: 'asc', formatter: cell => workload(cell.getData())},
  {title: 'Mode', field: 'mode', width: 96, responsive: 4, headerSortStartingDir: 'asc', formatter: cell => named(cell.getValue())},
  {title: 'Decision', field: 'decision', width: 118, responsive: 1, headerSortStartingDir: 'asc', formatter: cell => decision(cell.getValue())},
  {title: 'Reason', field: 'reason', minWidth: 220, widthGrow: 3, responsive: 3, headerSortStartingDir: 'asc', formatter: cell => reason(cell.getValue(), means)},
  number('Request', 'requestAfter', 132, 6, row => change(row.requestBefore, row.requestAfter)),
  number('Limit', 'limitAfter', 132, 5, row => change(row.limitBefore, row.limitAfter)),
  number('Pods', 'count', 84, 7, row => document.createTextNode(count(row.count))),
];

open(async () => {
  const [mesh, reply, means] = await Promise.all([load('mesh'), load('decisions'), reasonMeans()]);
  dated(reply.asOf);
  byId('notices').replaceChildren(...noticesForEach(mesh));
  const rows = reply.rows.map(told);
  for (const name of FILTERS) {
    fill(byId('filters').elements[name], rows, row => [row[name]]);
  }
  await searched('decision', rows, columns(means), EXPORTED, matches, NONE_YET);
});

function told(row) {
  return {
    ...row,
    requestBefore: row.before?.request,
    limitBefore: row.before?.limit,
    requestAfter: row.after?.request,
    limitAfter: row.after?.limit,
    text: `${row.namespace} ${row.kind} ${row.name}`.toLowerCase(),
  };
}

function matches(row, view) {
  return FILTERS.every(name => view[name] === '' || row[name] === view[name]);
}

function reason(word, means) {
  const meaning = means(word)?.means ?? '';
  return el('div', {class: 'two-lines'}, el('span', {}, named(word)), el('span', {class: 'faint', title: meaning || null}, meaning));
}

function change(before, after) {
  return el('div', {class: 'two-lines'}, el('span', {}, bytes(known(after) ? after : before)),
    el('span', {class: 'faint'}, known(after) ? `from ${bytes(before)}` : known(before) ? 'stays' : NONE));
}
