// The mesh at a glance.

import {byId, el, named} from './dom.js';
import {bytes, count, known, percent, plural, NONE} from './amounts.js';
import {load} from './data.js';
import {dated, open} from './page.js';
import {noticesOf} from './notices.js';
import {figure} from './figure.js';
import {barTable, numbers} from './numbers.js';
import {axis, chart, dayName, days, seconds, utcDate} from './charts.js';
import {meaningOf, mode, MODE_WORDS, standing, STANDING_WORDS, unsized} from './badges.js';
import {to} from './address.js';
import {reasonMeans} from './meanings.js';

const HALF_A_DAY = 43_200;

open(async () => {
  const [mesh, means] = await Promise.all([load('mesh'), reasonMeans()]);
  dated(mesh.asOf);
  byId('notices').replaceChildren(...noticesOf(mesh));
  byId('figures').replaceChildren(...figures(mesh));
  byId('figures').removeAttribute('aria-busy');
  coverage(mesh);
  kills(mesh);
  causes(mesh);
  reasons(mesh, means);
});

function figures(mesh) {
  const {reserved, running} = mesh;
  const saved = reserved.requestBefore - reserved.requestThen;
  const soFar = reserved.requestBefore - reserved.requestNow;
  return [
    figure('Reserved now', bytes(reserved.requestNow), `limits ${bytes(reserved.limitNow)}; Istio gives ${bytes(reserved.requestBefore)}, limits ${bytes(reserved.limitBefore)}`),
    figure('Would be reserved', bytes(reserved.requestThen), `limits ${bytes(reserved.limitThen)}, were all pods made anew`),
    saved >= 0
      ? figure('Saved then', bytes(saved), `${percent(saved / reserved.requestBefore)} of what Istio gives; so far ${bytes(soFar)}`, saved > 0 ? 'good' : '')
      : figure('More needed', bytes(-saved), 'than Istio gives: it is too little for what is used'),
    figure('Used at peak', bytes(mesh.used.peak), 'each workload’s highest, over its pods'),
    figure('At risk', link(plural(mesh.atRisk, 'workload'), {risk: 'near'}), 'peak at 80 % of the limit or more',
      mesh.atRisk > 0 ? 'warn' : ''),
    figure('OOM kills', link(count(mesh.oomKills), {risk: 'killed', sort: '-oomKills'}), 'by the kernel, as far as is remembered',
      mesh.oomKills > 0 ? 'bad' : ''),
    running
      ? figure('Unsized', link(plural(unsizedOf(running), 'pod'), {condition: 'Unsized'}), unsizedSaid(running),
        running.missed > 0 ? 'warn' : '')
      : figure('Unsized', NONE, 'pods that run are not counted yet'),
    figure('Withdrawn', link(plural(mesh.withdrawn, 'workload'), {condition: 'Withdrawn'}), 'the guard took sizing back: new pods stay as they come',
      mesh.withdrawn > 0 ? 'warn' : ''),
  ];
}

function unsizedOf(running) {
  return running.missed + running.earlier;
}

function unsizedSaid({missed, earlier}) {
  return missed + earlier === 0
    ? 'every pod that should be sized is'
    : `${count(missed)} while admission was not asked, ${count(earlier)} from before; restart them`;
}

function link(text, query) {
  return el('a', {href: to('workloads', query)}, text);
}

function coverage(mesh) {
  const card = byId('coverage');
  const modes = mesh.coverage;
  const unsizedPods = mesh.running ? Math.min(unsizedOf(mesh.running), modes.enforce.pods) : 0;
  const sum = plural(mesh.workloads, 'workload');
  card.append(
    el('p', {class: 'faint'}, link(sum, {}), ` with ${plural(mesh.pods, 'pod')} in ${plural(mesh.namespaces, 'namespace')}`,
      mesh.mode.cap === 'enforce' ? null : `; the installation goes no further than ${mesh.mode.cap}`, mesh.version ? `. sidecar-sizer ${mesh.version}.` : '.'),
    ...shares('pod', [
      ...MODE_WORDS.map(word => ({
        word, size: modes[word].pods - (word === 'enforce' ? unsizedPods : 0), badge: mode(word), query: {mode: word}, says: meaningOf(word),
      })),
      {word: 'unsized', size: unsizedPods, badge: unsized('unsized'), query: {condition: 'Unsized'}, says: 'enforced, and run as they came'},
    ]),
    el('h3', {}, 'What became of the last pod'),
    ...shares('workload', STANDING_WORDS.map(word => ({
      word, size: mesh.standing[word], badge: standing(word), query: {standing: word}, says: meaningOf(word),
    }))));
  const {conditions} = mesh;
  if (conditions.length > 0) {
    card.append(el('p', {class: 'badges faint'}, 'Profiles: ', conditions.map(({type, workloads}) => link([`${count(workloads)} `, named(type)], {condition: type}))));
  }
  card.hidden = false;
}

/** Parts of a whole of pods or workloads: a stack of them, and each with what it means. */
function shares(one, parts) {
  const there = parts.filter(part => part.size > 0);
  const all = there.reduce((sum, part) => sum + part.size, 0);
  const stack = el('div', {class: 'stack', 'aria-hidden': 'true'});
  for (const {word, size} of there) {
    const piece = el('span', {class: `piece ${word}`});
    piece.style.flexGrow = size;
    stack.append(piece);
  }
  return there.length === 0 ? [] : [stack, el('ul', {class: 'legend'}, there.map(({size, badge, query, says}) => el('li', {},
    el('a', {href: to('workloads', query)}, badge),
    el('span', {class: 'faint'}, says),
    el('span', {class: 'number'}, `${plural(size, one)} (${percent(size / all)})`))))];
}

function kills(mesh) {
  const card = byId('kills');
  const byDay = mesh.kills;
  const sum = byDay.reduce((total, day) => total + day.kills, 0);
  if (byDay.length === 0) {
    card.append(el('p', {}, 'No days are known yet.'));
  } else {
    card.append(el('p', {class: 'faint'}, sum === 0
      ? `None in ${plural(byDay.length, 'day')}.`
      : `${plural(sum, 'kill')} in ${plural(byDay.length, 'day')}, the last on ${dayName(seconds(byDay.findLast(day => day.kills > 0).day))}.`));
    chart(card, colour => ({
      height: 180,
      tzDate: utcDate,
      legend: {show: false},
      cursor: {y: false, points: {show: false}},
      scales: {x: {range: (plot, low, high) => [low - HALF_A_DAY, high + HALF_A_DAY]}, y: {range: (plot, low, high) => [0, Math.max(4, high)]}},
      axes: [days(colour), axis(colour, {size: 36, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]})],
      series: [{}, {label: 'OOM kills', stroke: colour('bad'), fill: colour('bad'), paths: uPlot.paths.bars({size: [0.6, 40]}), points: {show: false}}],
    }), () => [byDay.map(day => seconds(day.day)), byDay.map(day => day.kills || null)]);
    card.append(numbers('OOM kills', ['Day', 'Kills'], byDay.map(day => [day.day, count(day.kills)])));
  }
  card.hidden = false;
}

function causes(mesh) {
  const card = byId('causes');
  const found = mesh.causes;
  card.append(found.length === 0
    ? el('p', {}, 'Nothing was found that makes a sidecar large.')
    : barTable(['Finding', 'Workloads', 'A fix gives back'],
      found.map(cause => ({cells: [link(named(cause.type), {finding: cause.type}), count(cause.workloads), cause.size > 0 ? bytes(cause.size) : NONE], size: cause.size})),
      row => row.size));
  card.hidden = false;
}

function reasons(mesh, means) {
  const card = byId('reasons');
  const found = mesh.reasons;
  card.append(found.length === 0
    ? el('p', {}, 'No pod was decided on yet.')
    : barTable(['Reason', 'Workloads'],
      found.map(({reason, workloads}) => ({
        cells: [el('span', {class: 'two-lines'}, link(named(reason), {reason}), el('span', {class: 'faint'}, means(reason)?.means ?? '')), count(workloads)],
        size: workloads,
      })),
      row => row.size));
  card.hidden = false;
}
