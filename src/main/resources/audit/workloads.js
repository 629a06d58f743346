// All workloads, to sort, filter, search and take away.

import {byId, el, isolated, mark, unseen} from './dom.js';
import {bytes, count, known, moment, NONE} from './amounts.js';
import {load, objects} from './data.js';
import {dated, open} from './page.js';
import {noticesOf} from './notices.js';
import {fill} from './filters.js';
import {searched} from './searched.js';
import {finding, isGrave, isNear, mode, risk, share, standing} from './badges.js';
import {spark} from './spark.js';
import {number, workload} from './cells.js';

const EXPORTED = ['namespace', 'kind', 'name', 'mode', 'standing', 'reason', 'pods', 'unsized', 'requestBefore', 'limitBefore', 'requestNow',
  'limitNow', 'requestsNow', 'requestThen', 'limitThen', 'live', 'peak', 'oomKills', 'findings', 'conditions', 'lastSeen'];

const RISKS = {
  near: ['near the limit', row => isNear(row.peak, row.limitNow)],
  killed: ['OOM-killed', row => row.oomKills > 0],
};

const COLUMNS = [
  {title: 'Workload', field: 'name', minWidth: 190, widthGrow: 3, responsive: 0, headerSortStartingDir: 'asc', formatter: cell => workload(cell.getData())},
  {title: 'Mode', field: 'mode', width: 98, responsive: 3, headerSortStartingDir: 'asc', formatter: cell => mode(cell.getValue())},
  {title: 'Standing', field: 'standing', width: 118, responsive: 2, headerSortStartingDir: 'asc', formatter: cell => standing(cell.getValue())},
  {title: '14 days', field: 'daily', width: 132, responsive: 5, headerSort: false, formatter: cell => spark(cell.getValue(), cell.getData().limitNow) ?? none()},
  number('Peak', 'peak', 90, 7, row => amount(row.peak)),
  number('Of limit', 'share', 94, 1, row => risk(row.peak, row.limitNow)),
  number('Limit', 'limitNow', 108, 3, row => change(row.limitNow, row.limitThen)),
  number('Request', 'requestNow', 108, 9, row => change(row.requestNow, row.requestThen)),
  number('Requests ±', 'saved', 110, 6, row => saved(row.saved)),
  number('Pods', 'pods', 84, 8, pods),
  number('Kills', 'oomKills', 76, 6, row => kills(row.oomKills)),
  {title: 'Findings', field: 'findingCount', minWidth: 150, widthGrow: 2, responsive: 4, sorter: 'number', formatter: cell => findings(cell.getData().findings)},
  {title: 'Seen', field: 'lastSeen', width: 120, responsive: 10, formatter: cell => el('span', {class: 'faint'}, moment(cell.getValue()))},
];

open(async () => {
  const [mesh, reply] = await Promise.all([load('mesh'), load('workloads')]);
  dated(reply.asOf);
  byId('notices').replaceChildren(...noticesOf(mesh));
  const rows = objects(reply).map(told);
  const form = byId('filters');
  fill(form.elements.namespace, rows, row => [row.namespace]);
  fill(form.elements.mode, rows, row => [row.mode]);
  fill(form.elements.standing, rows, row => [row.standing]);
  fill(form.elements.finding, rows, row => row.findings);
  fill(form.elements.reason, rows, row => row.reason === '' ? [] : [row.reason]);
  fill(form.elements.condition, rows, row => row.conditions);
  for (const [value, [words, holds]] of Object.entries(RISKS)) {
    form.elements.risk.append(el('option', {value}, `${words} (${count(rows.filter(holds).length)})`));
  }
  await searched('workload', rows, COLUMNS, EXPORTED, matches, 'No workload has a profile yet.', reserved);
});

/** A row with what the columns sort and filter by. */
function told(row) {
  return {
    ...row,
    findingCount: row.findings.length,
    share: share(row.peak, row.limitNow),
    saved: known(row.requestBefore) && known(row.requestThen) ? (row.requestBefore - row.requestThen) * row.pods : undefined,
    text: `${row.namespace} ${row.kind} ${row.name}`.toLowerCase(),
  };
}

function matches(row, view) {
  return (view.namespace === '' || row.namespace === view.namespace)
    && (view.mode === '' || row.mode === view.mode)
    && (view.standing === '' || row.standing === view.standing)
    && (view.finding === '' || row.findings.includes(view.finding))
    && (view.reason === '' || row.reason === view.reason)
    && (view.condition === '' || row.conditions.includes(view.condition))
    && (view.risk === '' || (Object.hasOwn(RISKS, view.risk) && RISKS[view.risk][1](row)));
}

function reserved(shown) {
  const now = shown.reduce((total, row) => total + (row.requestsNow ?? 0), 0);
  const then = shown.reduce((total, row) => total + (known(row.requestThen) ? row.requestThen * row.pods : row.requestsNow ?? 0), 0);
  return now > 0 ? `, ${bytes(now)} reserved, ${bytes(then)} by recommendation` : '';
}

function amount(value) {
  return document.createTextNode(bytes(value));
}

function none() {
  return el('span', {class: 'faint'}, NONE);
}

function change(now, then) {
  return el('div', {class: 'two-lines'},
    el('span', {}, bytes(now)),
    el('span', {class: 'faint'}, known(then) ? [mark('→ '), unseen('to '), bytes(then)] : 'stays'));
}

function saved(value) {
  if (!known(value)) {
    return none();
  }
  return document.createTextNode(value === 0 ? bytes(0) : `${value < 0 ? '+' : '−'} ${bytes(Math.abs(value))}`);
}

function pods(row) {
  return el('div', {class: 'two-lines'}, el('span', {}, count(row.pods)), row.unsized > 0 ? el('span', {class: 'faint'}, `${count(row.unsized)} unsized`) : null);
}

function kills(value) {
  return value > 0 ? el('span', {class: 'badge bad'}, mark('✕'), count(value)) : document.createTextNode(count(value));
}

/** The gravest, and how many more. */
function findings(types) {
  const [first, ...more] = [...types].sort((one, other) => isGrave(other) - isGrave(one));
  const said = more.map(isolated).join(', ');
  return el('span', {class: 'badges'},
    first ? finding(first) : null,
    more.length > 0 ? el('span', {class: 'faint', title: said}, `+ ${more.length}`, unseen(` more: ${said}`)) : null);
}
