// One workload: what its sidecars used, what was decided and why, what to change, what a new pod would get.

import {byId, el, isolated, mark, named, plain, unseen} from './dom.js';
import {bytes, count, few, fullMoment, known, mebi, moment, percent, plural} from './amounts.js';
import {load} from './data.js';
import {dated, open} from './page.js';
import {bar, numbers, table} from './numbers.js';
import {axis, chart, dayName, days, seconds, utcDate} from './charts.js';
import {decision, finding, mode, risk, standing, unsized} from './badges.js';
import {asked, to} from './address.js';
import {code} from './copy.js';
import {noticesForEach} from './notices.js';
import {notice} from './trouble.js';
import {reasonMeans} from './meanings.js';

open(async () => {
  const key = asked(['namespace', 'kind', 'name']);
  document.title = `${isolated(key.name || 'Workload')} · sidecar-sizer`;
  byId('title').replaceChildren(named(key.name || 'Workload'));
  const [mesh, one, means] = await Promise.all([load('mesh'), load('workload', key), reasonMeans()]);
  dated(one.asOf);
  byId('notices').replaceChildren(...noticesForEach(mesh));
  byId('content').replaceChildren(...[
    headline(one, means),
    withdrawn(one),
    ...watched(one),
    el('div', {class: 'columns'}, distribution(one), overTime(one)),
    findings(one),
    el('div', {class: 'flow'}, [newPod(one), pods(one), decisions(one, means), proxy(one), autoscalers(one), parts(one), conditions(one)].filter(part => part !== null)),
    patch(one),
    commands(one),
  ].filter(part => part !== null));
});

function section(title, ...children) {
  const id = title.toLowerCase().replaceAll(/[^a-z]+/g, '-');
  return el('section', {class: 'card', 'aria-labelledby': id}, el('h2', {id}, title), children);
}

function headline(one, means) {
  const meaning = means(one.reason);
  return el('div', {class: 'headline'},
    el('p', {class: 'badges'},
      mode(one.patch.mode),
      standing(one.standing),
      el('span', {}, 'in ', el('a', {href: to('workloads', {namespace: one.namespace})}, named(one.namespace)), ', ', named(one.kind)),
      el('span', {}, plural(one.pods, 'pod')),
      known(one.peak) ? el('span', {}, 'peak of limit ', risk(one.peak, one.limitNow)) : null,
      one.oomKills > 0 ? el('span', {class: 'badge bad'}, mark('✕'), plural(one.oomKills, 'OOM kill')) : null,
      known(one.lastSeen) ? el('span', {class: 'faint'}, 'seen ', moment(one.lastSeen)) : null),
    el('p', {class: 'opening'}, outcome(one)),
    one.reason ? el('p', {}, el('strong', {}, named(one.reason)), meaning ? `: ${meaning.means}. ` : '. ',
      meaning?.remedy && meaning.remedy !== 'Nothing' ? el('span', {class: 'faint'}, `To do: ${meaning.remedy}.`) : null) : null);
}

/** What the guard did. */
function withdrawn({withdrawn: word}) {
  return word ? notice('warn', 'The guard took sizing back', [
    el('p', {}, named(word.why), '. New pods stay as they come; pods that run keep what they have.'),
    el('p', {}, 'Since ', fullMoment(word.since), '; tried again ', fullMoment(word.until),
      word.times > 1 ? `. That is ${word.times} times in a row: each time it holds for twice as long, up to a week.` : '.'),
    el('p', {class: 'faint'}, 'What it looks at, and how to have it tried again at once: ', el('code', {}, 'docs/guard.md#the-guard')),
  ]) : null;
}

const WATCHED = {
  OomLoop: ['warn', 'A pod’s proxy is killed again and again, or refuses traffic', 'docs/guard.md#pods-that-are-killed-again-and-again'],
  Raised: ['info', 'The guard raised limits', 'docs/guard.md#the-guard'],
  RollingOut: ['info', 'Sized by steps', 'docs/guard.md#rollout-by-steps'],
};

/** What goes on with its pods, besides what the guard took back. */
function watched(one) {
  return one.conditions.filter(each => each.status === 'True' && WATCHED[each.type]).map(each => {
    const [tone, title, page] = WATCHED[each.type];
    return notice(tone, title, [
      el('p', {}, named(each.message ?? ''), '.'),
      el('p', {class: 'faint'}, 'Since ', fullMoment(each.lastTransitionTime), '. More: ', el('code', {}, page)),
    ]);
  });
}

const RUNNING = [
  ['sized', 'sized', 'by us'],
  ['kept', 'kept', 'as they came, and would be again'],
  ['missed', 'missed', 'created while admission was not asked: restart them'],
  ['earlier', 'from before', 'created before they could be sized: the next ones will be'],
];

/** Those that run, by what became of them when they were created. */
function pods({running}) {
  if (!running) {
    return null;
  }
  const rows = RUNNING.filter(([field]) => running[field] > 0);
  return section('Pods that run',
    table(['What became of them', 'Pods'], rows.map(([field, word, says]) => [
      el('span', {class: 'two-lines'}, field === 'missed' ? el('span', {}, unsized(word)) : word, el('span', {class: 'faint'}, says)), count(running[field])])),
    running.misfits > 0 ? el('p', {}, unsized(plural(running.misfits, 'misfit')),
      ' with another limit than the overload manager was written for: restart them.') : null);
}

function outcome(one) {
  const said = (request, limit) => el('strong', {}, known(request) || known(limit)
    ? `${bytes(request)} requested, ${bytes(limit)} allowed` : 'no memory of their own');
  return ['Its sidecars have ', said(one.requestNow, one.limitNow), '; a new pod: ', said(one.requestThen, one.limitThen), '.'];
}

function distribution(one) {
  const observed = one.observed ?? {};
  const lines = [
    ['p50', observed.p50, 'use'], ['p90', observed.p90, 'use'], ['p99', observed.p99, 'use'],
    ['Peak', observed.peak ?? one.peak, 'use strong'], ['In use now', observed.live ?? one.live, 'use'],
    ...(one.limitBefore === one.limitNow && one.requestBefore === one.requestNow ? [] : [
      ['Request before', one.requestBefore, 'bound before'], ['Limit before', one.limitBefore, 'bound before'],
    ]),
    ['Request now', one.requestNow, 'bound'], ['Limit now', one.limitNow, 'bound'],
    ['Request, new pod', one.requestThen, 'bound then'], ['Limit, new pod', one.limitThen, 'bound then'],
  ].filter(line => known(line[1]));
  if (lines.length === 0) {
    return section('Use against limits', el('p', {}, 'No sample was seen yet. The first ones come within minutes of its first pod.'));
  }
  const most = Math.max(...lines.map(line => line[1]));
  const seen = [
    known(observed.days) ? plural(observed.days, 'day') : null,
    known(observed.pods) ? plural(observed.pods, 'pod') : null,
    known(observed.samples) ? plural(observed.samples, 'sample') : null,
  ].filter(known).join(', ');
  return section('Use against limits',
    el('table', {class: 'bars'},
      el('caption', {class: 'unseen'}, 'Memory of one proxy'),
      el('tbody', {}, lines.map(([name, value, tone]) => el('tr', {},
        el('th', {scope: 'row'}, name), el('td', {class: 'number'}, bytes(value)), el('td', {class: 'fill'}, bar(value / most, tone)))))),
    seen ? el('p', {class: 'faint'}, `Of ${seen}`, known(observed.lastSample) ? [', the last ', moment(observed.lastSample)] : null, '.') : null);
}

function overTime(one) {
  const {daily} = one;
  if (!daily.some(day => known(day.peak))) {
    return section('Use over time', el('p', {}, 'No day is known yet.'));
  }
  const card = section('Use over time');
  const killed = daily.filter(day => day.kills > 0);
  const revisions = one.parts.filter(part => part.revision && part.since > daily[0].day && daily.some(({day}) => day === part.since));
  const inMebi = value => known(value) ? value / mebi(1) : null;
  card.append(el('p', {class: 'faint'}, 'Highest use of each day. ', killed.length > 0
    ? el('span', {}, mark('✕ '), `OOM kills: ${killed.map(day => `${count(day.kills)} on ${dayName(seconds(day.day))}`).join(', ')}.`)
    : 'No OOM kill.', revisions.length > 0
    ? [' ', mark('┊ '), 'First seen: ', revisions.map((part, i) => [i > 0 ? ', ' : '', 'revision ', named(part.revision), ` on ${dayName(seconds(part.since))}`]), '.']
    : null));
  const lines = [
    one.limitBefore === one.limitNow ? [] : ['Limit before', one.limitBefore, 'muted', [2, 6]],
    ['Limit now', one.limitNow, 'bad', [2, 3]],
    one.limitThen === one.limitNow ? [] : ['Limit, new pod', one.limitThen, 'accent', [8, 4]],
  ].filter(line => known(line[1]));
  chart(card, colour => ({
    height: 240,
    tzDate: utcDate,
    scales: {y: {range: (plot, low, high) => [0, high * 1.08]}},
    axes: [days(colour), axis(colour, {size: 76, values: (plot, splits) => splits.map(value => bytes(mebi(value)))})],
    series: [
      {label: 'Day', value: (plot, value) => known(value) ? dayName(value) : ''},
      {label: 'Peak', stroke: colour('use'), width: 2, fill: colour('use-fill'), points: {show: true, size: 5, fill: colour('use')}, value: said},
      ...lines.map(([label, , tone, dash]) => ({label, stroke: colour(tone), dash, width: 1.5, points: {show: false}, value: said})),
    ],
    hooks: {draw: [
      plot => begins(plot, revisions, colour('ink')),
      plot => crosses(plot, killed, colour('bad'), inMebi),
    ]},
  }), () => [
    daily.map(day => seconds(day.day)), daily.map(day => inMebi(day.peak)), ...lines.map(line => daily.map(() => inMebi(line[1]))),
  ]);
  card.append(numbers('Use', ['Day', 'Peak', 'OOM kills'], daily.map(day => [day.day, bytes(day.peak), count(day.kills)])));
  return card;
}

function said(plot, value) {
  return known(value) ? bytes(mebi(value)) : '';
}

/** Revisions, where each was seen first. */
function begins(plot, revisions, colour) {
  const {ctx, bbox} = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([1, 3].map(dash => dash * devicePixelRatio));
  for (const {since} of revisions) {
    const x = plot.valToPos(seconds(since), 'x', true);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

/** OOM kills, where they were. */
function crosses(plot, killed, colour, inMebi) {
  const {ctx} = plot;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.font = `bold ${16 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const day of killed) {
    const y = known(day.peak) ? plot.valToPos(inMebi(day.peak), 'y', true) : plot.bbox.top + plot.bbox.height;
    ctx.fillText('✕', plot.valToPos(seconds(day.day), 'x', true), Math.max(y, plot.bbox.top + 10 * devicePixelRatio));
  }
  ctx.restore();
}

function findings(one) {
  const {findings: found, unjudged} = one;
  return section('Findings',
    found.length === 0 ? el('p', {}, 'Nothing was found that makes its sidecars large.') : null,
    found.map(foundOne),
    unjudged.length === 0 ? null : el('details', {class: 'numbers'},
      el('summary', {}, `${count(unjudged.length)} more cannot be told for want of evidence`),
      el('ul', {}, unjudged.map(({type, missing}) => el('li', {}, el('strong', {}, named(type)), ': ', named(missing.join('; ')))))));
}

function foundOne(found) {
  return el('article', {class: 'finding'},
    el('h3', {}, finding(found.type), known(found.size) ? el('span', {class: 'faint'},
      `a fix gives back ${bytes(found.size)} of each proxy${found.confidence ? `, ${found.confidence.toLowerCase()}` : ''}`) : null),
    known(found.message) ? el('p', {}, named(found.message)) : null,
    evidence(found.evidence),
    found.fix ? code(found.fix, `fix of ${plain(found.type)}`) : null,
    found.page ? el('p', {class: 'faint'}, 'More: ', el('code', {}, found.page)) : null);
}

function evidence(all) {
  return all.length === 0 ? null : el('dl', {class: 'pairs'}, all.map(({what, value, source}) => [
    el('dt', {}, named(what)), el('dd', {}, named(value), el('span', {class: 'faint'}, ' ', named(source)))]));
}

function decisions(one, means) {
  const {decisions: taken} = one;
  if (taken.length === 0) {
    return section('Decisions', el('p', {}, 'No pod of it was reviewed yet. See what one would get, below.'));
  }
  return section('Decisions', el('ul', {class: 'rows'}, taken.map(each => el('li', {},
    el('p', {class: 'badges'}, decision(each.decision), el('strong', {}, named(each.reason)), el('span', {class: 'faint'}, named(each.mode))),
    el('p', {}, memoryChange(each)),
    means(each.reason) ? el('p', {class: 'faint'}, means(each.reason).means) : null,
    el('p', {class: 'faint'}, `${plural(each.count, 'pod')}, the last `, fullMoment(each.lastSeen))))));
}

function memoryChange({before, after}) {
  const pair = memory => `${bytes(memory.request)} / ${bytes(memory.limit)}`;
  if (!known(before)) {
    return known(after) ? pair(after) : 'as it came';
  }
  return known(after) ? [pair(before), mark(' → '), unseen(' to '), pair(after)] : `stays ${pair(before)}`;
}

function conditions(one) {
  const {conditions: all} = one;
  return all.length === 0 ? null : section('Conditions', el('ul', {class: 'rows'}, all.map(each => el('li', {},
    el('p', {class: 'badges'},
      el('span', {class: `badge ${each.status === 'True' ? (each.type === 'Stale' ? 'warn' : 'info') : 'plain'}`},
        mark(each.status === 'True' ? '●' : '○'), named(each.type), `: ${each.status}`),
      known(each.reason) ? el('span', {}, named(each.reason)) : null),
    each.message ? el('p', {}, named(each.message)) : null,
    el('p', {class: 'faint'}, 'since ', fullMoment(each.lastTransitionTime))))));
}

function parts(one) {
  const {parts: all} = one;
  return all.length === 0 ? null : section('Revisions and concurrencies', table(
    ['Part', 'p50', 'p99', 'Peak', 'Recommended', 'Last sample'],
    all.map(({revision, concurrency, observed = {}, recommendation = {}}) => [
      revision ? named(revision) : plural(concurrency, 'worker thread'),
      bytes(observed.p50), bytes(observed.p99), bytes(observed.peak), bytes(recommendation.memoryLimit), moment(observed.lastSample)])));
}

const FACTS = {
  version: ['Istio', named],
  image: ['Image', named],
  concurrency: ['Worker threads', count],
  nativeSidecar: ['Native sidecar', yes],
  rawTcp: ['Raw TCP', yes],
  allocated: ['Allocated by Envoy', bytes],
  heap: ['Heap', bytes],
  physical: ['Resident', bytes],
  agent: ['The agent beside it', bytes],
  connections: ['Connections', count],
  requestRate: ['Requests a second', few],
  clusters: ['Clusters it is told of', count],
  shedding: ['Time of shedding load', percent],
  pressure: ['Allocated, of the limit', percent],
  shrinksPerHour: ['Heap shrunk, times an hour', few],
};

function yes(value) {
  return value ? 'yes' : 'no';
}

function proxy(one) {
  const facts = Object.entries({...one.proxy, ...one.facts})
    .filter(([name]) => FACTS[name])
    .map(([name, value]) => [el('dt', {}, FACTS[name][0]), el('dd', {}, FACTS[name][1](value))]);
  const called = one.facts?.destinations ?? [];
  return facts.length === 0 ? null : section('Its proxy',
    el('dl', {class: 'pairs'}, facts),
    called.length === 0 ? null : el('details', {class: 'numbers'},
      el('summary', {}, `${plural(called.length, 'service')} that it calls`), el('ul', {}, called.map(service => el('li', {}, named(service))))));
}

/** Who else resizes or scales it. */
function autoscalers(one) {
  const {autoscalers: all} = one;
  return all.length === 0 ? null : section('Who else sizes or scales it', table(
    ['Autoscaler', 'What it does'],
    all.map(({kind, name, does}) => [el('span', {class: 'two-lines'}, named(name), el('span', {class: 'faint'}, named(kind))), named(does)])));
}

function newPod(one) {
  const {decision: word, reason, means, remedy, detail, mode, policy, sized, owned} = one.patch;
  const rows = sized ? [
    ['Memory request', bytes(one.requestBefore), bytes(sized.memoryRequest)],
    ['Memory limit', bytes(one.limitBefore), bytes(sized.memoryLimit)],
    known(sized.heapBudget) ? ['Envoy’s heap budget', 'none', bytes(sized.heapBudget)] : null,
    known(sized.idleTimeout) ? ['Idle timeout', 'Envoy’s', named(sized.idleTimeout)] : null,
  ].filter(row => row !== null) : [];
  return section('What a new pod would get',
    el('p', {class: 'badges'}, decision(word), el('strong', {}, reason), policy ? el('span', {class: 'faint'}, 'by policy ', named(policy)) : null),
    el('p', {}, [means, detail, remedy && remedy !== 'Nothing' ? `To do: ${remedy}` : null].filter(Boolean).map(text => [named(text), '. '])),
    rows.length > 0 ? table(['Setting', 'As it comes', 'Then'], rows) : null,
    owned ? el('p', {}, 'The owner of its last pod had a word of their own (', el('strong', {}, named(one.reason)), '): a pod that bears it gets what it asks for, and not this.') : null,
    el('p', {class: 'faint'}, `Its namespace is at ${mode}: `, mode !== 'enforce' || !sized ? 'the next pod stays as it comes.'
      : owned ? 'the next pod without such a word gets it.' : 'the next pod gets it.'));
}

function patch(one) {
  const {assumed, operations} = one.patch;
  return section('The exact patch',
    el('p', {class: 'faint'}, named(assumed)),
    operations.length === 0
      ? el('p', {}, 'None: nothing would be changed.')
      : code(JSON.stringify(operations, null, 2), 'patch'));
}

function commands(one) {
  return section('Commands', one.commands.map(({what, command}) => [el('h3', {}, what), code(command, what)]));
}
