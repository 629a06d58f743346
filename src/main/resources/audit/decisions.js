// What was decided lately, over all replicas.

import {byId, el, named} from './dom.js';
import {bytes, count, known, moment, NONE, plural} from './amounts.js';
import {load} from './data.js';
import {dated, open} from './page.js';
import {fill, filters} from './filters.js';
import {bigTable, exportButtons, showRows, sorting, sortingText} from './big-table.js';
import {decision} from './badges.js';
import {reasonMeans} from './meanings.js';
import {number, workload} from './cells.js';
import {copyButton} from './copy.js';

const EXPORTED = ['lastSeen', 'namespace', 'kind', 'name', 'mode', 'decision', 'reason', 'requestBefore', 'limitBefore',
  'requestAfter', 'limitAfter', 'count'];

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
  const form = byId('filters');
  for (const name of ['namespace', 'mode', 'decision', 'reason']) {
    fill(form.elements[name], rows, row => [row[name]]);
  }
  const all = columns(means);
  const table = await bigTable(byId('table'), 'Decisions', rows, all, EXPORTED);
  byId('nothing').replaceChildren(...nothing(rows));
  let applying = false;
  const filtered = filters(form, view => {
    applying = true;
    const words = view.q.toLowerCase().split(/\s+/);
    const shown = showRows(table, byId('table'), rows, row => matches(row, view, words), sorting(view.sort, all), byId('nothing'));
    applying = false;
    byId('shown').textContent = shown.length === rows.length ? plural(rows.length, 'decision') : `${count(shown.length)} of ${plural(rows.length, 'decision')}`;
  });
  table.on('dataSorted', sorters => {
    if (!applying) {
      filtered.change({sort: sortingText(sorters)});
    }
  });
  byId('actions').replaceChildren(copyButton(() => location.href, 'a link to this view', 'Copy link'), ...exportButtons(table, 'decisions'));
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

function matches(row, view, words) {
  return ['namespace', 'mode', 'decision', 'reason'].every(name => view[name] === '' || row[name] === view[name])
    && words.every(word => row.text.includes(word));
}

function nothing(rows) {
  return rows.length === 0
    ? ['No pod was decided on yet: decisions come with the next pods that are created in namespaces labelled sidecar-sizer.dev/mode.']
    : ['No decision matches. ', el('button', {type: 'button', onclick: () => byId('filters').reset()}, 'Clear filters')];
}

function reason(word, means) {
  const meaning = means(word)?.means ?? '';
  return el('div', {class: 'two-lines'}, el('span', {}, named(word)), el('span', {class: 'faint', title: meaning || null}, meaning));
}

function change(before, after) {
  return el('div', {class: 'two-lines'}, el('span', {}, bytes(known(after) ? after : before)),
    el('span', {class: 'faint'}, known(after) ? `from ${bytes(before)}` : known(before) ? 'stays' : NONE));
}
