// Other rules over the mesh's own past.

import {byId, el} from './dom.js';
import {bytes, count, few, known, NONE, percent, plural} from './amounts.js';
import {load} from './data.js';
import {dated, open} from './page.js';
import {asked, show} from './address.js';
import {numbers} from './numbers.js';
import {axis, chart} from './charts.js';
import {code, copyButton} from './copy.js';

const LABEL = '12px system-ui, sans-serif';
const SETTLED = 250;
const AGAIN = 700;

const TERMS = [
  {name: 'risk', label: 'Risk of an OOM kill, a pod and week', from: 0.0001, to: 0.3, preset: '0.001', log: true,
    say: value => `one pod in ${count(1 / value)} a week`},
  {name: 'headroom', label: 'A fixed factor above the peak', from: 1, to: 3, step: 0.05, preset: '1.2', say: value => `${count(value * 100 - 100)} % above the peak, whatever the past says`},
  {name: 'floor', label: 'Floor, MiB', from: 16, to: 512, step: 16, preset: '64', unit: 'Mi', say: value => `no limit below ${bytes(value * 2 ** 20)}`},
  {name: 'ceiling', label: 'Ceiling, MiB', from: 128, to: 4096, step: 64, preset: '1024', unit: 'Mi', say: value => `no limit above ${bytes(value * 2 ** 20)}`},
];

const NAMES = TERMS.map(term => term.name);

/** Either of them sets the limit: a chance that is accepted, or a factor. */
const RULES = ['risk', 'headroom'];
let redraw;
let reply;
let asking = new AbortController();
let timer;

const fields = new Map(TERMS.map(term => [term.name, furnish(term)]));

byId('terms').append(
  el('fieldset', {}, el('legend', {}, 'The limit follows'), RULES.map(rule => fields.get(rule).element)),
  ...[...fields.values()].filter(field => !RULES.includes(field.term.name)).map(field => field.element),
  el('p', {class: 'actions'},
    el('button', {type: 'reset'}, 'Defaults'),
    copyButton(() => location.href, 'a link to this view', 'Copy link')));
byId('terms').addEventListener('submit', event => event.preventDefault());
byId('terms').addEventListener('reset', event => {
  event.preventDefault();
  fill({});
  changed(true);
});
addEventListener('popstate', () => {
  fill(asked(NAMES));
  ask();
});
fill(asked(NAMES));
ask();

function furnish(term) {
  const id = `term-${term.name}`;
  const note = el('span', {class: 'faint', id: `${id}-note`});
  const number = el('input', {type: 'number', id, name: term.name, min: term.from, max: term.to, step: 'any', 'aria-describedby': note.id, inputmode: 'decimal'});
  const scale = term.log ? Math.log10 : value => value;
  const back = term.log ? value => Number((10 ** value).toPrecision(2)) : value => value;
  const slider = el('input', {type: 'range', 'aria-label': term.label, min: scale(term.from), max: scale(term.to), step: term.log ? 0.05 : term.step});
  const say = () => {
    note.textContent = number.validity.valid && number.value !== '' ? term.say(Number(number.value)) : `from ${term.from} to ${term.to}`;
    slider.setAttribute('aria-valuetext', note.textContent);
  };
  const set = value => {
    number.value = value;
    slider.value = scale(Number(value));
    say();
  };
  slider.addEventListener('input', () => {
    number.value = back(Number(slider.value));
    say();
    changed(false);
  });
  number.addEventListener('input', () => {
    slider.value = scale(Number(number.value));
    say();
    if (number.validity.valid && number.value !== '') {
      changed(false);
    }
  });
  const use = RULES.includes(term.name)
    ? el('input', {type: 'radio', name: 'rule', value: term.name, 'aria-label': `By ${term.label.toLowerCase()}`, onchange: () => follow(term.name, true)})
    : null;
  return {
    set, number, slider, use, term,
    element: el('div', {class: 'term'},
      el('span', {class: 'term-name'}, use, el('label', {for: id}, term.label)), el('div', {class: 'slide'}, slider, number), note),
  };
}

/** Lets one of the rules set the limit; the other one rests. */
function follow(rule, byHand) {
  for (const name of RULES) {
    const {number, slider, use} = fields.get(name);
    use.checked = name === rule;
    number.disabled = name !== rule;
    slider.disabled = name !== rule;
  }
  if (byHand) {
    changed(true);
  }
}

function rests({number}) {
  return number.disabled;
}

/** Fills the form with what is asked for, and the defaults for the rest. */
function fill(wanted) {
  for (const [name, {set, term}] of fields) {
    const value = Number(wanted[name]);
    set(wanted[name] && value >= term.from && value <= term.to ? wanted[name] : term.preset);
  }
  follow(wanted.headroom ? 'headroom' : 'risk', false);
}

function view() {
  return Object.fromEntries([...fields].map(([name, field]) => [name, isPlain(field) ? '' : field.number.value]));
}

/** Whether the address need not tell it: what rests, and what is as without any policy. That a factor rules must be told. */
function isPlain(field) {
  return rests(field) || (field.term.name !== 'headroom' && field.number.value === field.term.preset);
}

function changed(step) {
  show(view(), step);
  clearTimeout(timer);
  timer = setTimeout(ask, SETTLED);
}

function ask() {
  clearTimeout(timer);
  asking.abort();
  asking = new AbortController();
  const {signal} = asking;
  byId('figures').setAttribute('aria-busy', 'true');
  hold(true);
  open(() => answer(signal));
}

async function answer(signal) {
  const query = Object.fromEntries([...fields].filter(([, field]) => !rests(field))
    .map(([name, {number, term}]) => [name, number.value + (term.unit ?? '')]));
  const answered = await load('what-if', query, signal).catch(e => {
    if (e.kind === 'refused') {
      showNothing();
    }
    throw e;
  });
  if (known(answered.progress)) {
    byId('figures').replaceChildren(el('p', {class: 'waiting'}, `Working it out: ${said(answered.progress)}`));
    await new Promise(resolve => setTimeout(resolve, AGAIN));
    signal.throwIfAborted();
    return answer(signal);
  }
  reply = answered;
  dated(reply.asOf);
  byId('notices').replaceChildren();
  byId('figures').replaceChildren(...figures());
  byId('figures').removeAttribute('aria-busy');
  hold(false);
  replayed();
  curve();
  policy();
}

/** What is shown is of other terms until the answer is there: nobody may copy it as an answer to these. */
function hold(whether) {
  byId('curve').inert = whether;
  byId('policy').inert = whether;
}

/** What was shown is not what is asked for any more. */
function showNothing() {
  byId('figures').replaceChildren();
  byId('figures').removeAttribute('aria-busy');
  byId('replayed').replaceChildren();
  byId('curve').hidden = true;
  byId('policy').hidden = true;
}

/** What was looked at, and what that cannot show. */
function replayed() {
  byId('replayed').replaceChildren(
    el('p', {}, `${plural(reply.workloads, 'workload')}, means over ${plural(reply.judgedDays, 'day')} (${few(reply.podWeeks)} pod-weeks) `
      + `after learning from the ${plural(reply.learntDays, 'day')} before.`),
    el('details', {class: 'numbers'}, el('summary', {}, 'What this cannot see'),
      el('ul', {}, (reply.cannotSee ?? []).map(limit => el('li', {}, limit)))));
}

function said(progress) {
  return typeof progress === 'number' ? percent(progress) : progress;
}

function figures() {
  const {here, istioDefault} = reply;
  const beside = what => `Istio’s default: ${what}`;
  return [
    figure('Requests', gibi(here.requestGiB), beside(gibi(istioDefault.requestGiB))),
    figure('Limits', gibi(here.limitGiB), beside(gibi(istioDefault.limitGiB))),
    figure('OOM kills', count(here.kills), beside(count(istioDefault.kills))),
    figure('Kills a million pod-weeks', count(here.killsPerMillionPodWeeks), beside(count(istioDefault.killsPerMillionPodWeeks))),
  ];
}

function figure(name, value, note) {
  return el('dl', {class: 'figure'}, el('dt', {}, name), el('dd', {class: 'value'}, value), el('dd', {class: 'note'}, note));
}

function gibi(value) {
  return known(value) ? bytes(value * 2 ** 30) : NONE;
}

function curve() {
  const card = byId('curve');
  const points = [...(reply.curve ?? [])].sort((one, other) => one.risk - other.risk);
  card.hidden = points.length === 0;
  card.querySelector('details')?.remove();
  if (points.length === 0) {
    return;
  }
  const data = () => {
    const now = [...(reply.curve ?? [])].sort((one, other) => one.risk - other.risk);
    return [now.map(point => point.risk), now.map(point => point.limitGiB), now.map(point => point.requestGiB), now.map(point => point.kills)];
  };
  if (redraw) {
    redraw();
  } else {
    card.append(el('p', {class: 'faint'}, 'Left, seldom kills and much memory; right, the other way. The line marks the risk above.'));
    redraw = chart(card, curveOptions, data);
  }
  card.append(numbers('The curve', ['Risk', 'Limits', 'Requests', 'OOM kills'],
    points.map(point => [few(point.risk), gibi(point.limitGiB), gibi(point.requestGiB), count(point.kills)])));
}

function curveOptions(colour) {
  const inGibi = (plot, value) => known(value) ? gibi(value) : '';
  return {
    height: 260,
    scales: {x: {time: false, distr: 3, range: (plot, low, high) => [low, high]}, y: {range: (plot, low, high) => [0, high * 1.05]}, kills: {range: (plot, low, high) => [0, Math.max(high * 1.05, 4)]}},
    axes: [
      axis(colour, {label: 'risk, a pod and week', labelFont: LABEL, labelSize: 18, size: 26, values: (plot, splits) => splits.map(value => known(value) ? String(Number(value.toPrecision(1))) : '')}),
      axis(colour, {size: 70, values: (plot, splits) => splits.map(value => `${few(value)} GiB`)}),
      axis(colour, {scale: 'kills', side: 1, size: 52, grid: {show: false}, label: 'OOM kills', labelFont: LABEL, labelSize: 18, values: (plot, splits) => splits.map(count)}),
    ],
    series: [
      {label: 'Risk', value: (plot, value) => known(value) ? few(value) : ''},
      {label: 'Limits', stroke: colour('accent'), width: 2, value: inGibi},
      {label: 'Requests', stroke: colour('good'), width: 2, dash: [8, 4], value: inGibi},
      {label: 'OOM kills', scale: 'kills', stroke: colour('bad'), width: 2, dash: [2, 3], value: (plot, value) => known(value) ? count(value) : ''},
    ],
    hooks: {draw: [plot => here(plot, colour('ink'))]},
  };
}

/** The risk that is asked for. */
function here(plot, colour) {
  const {ctx, bbox} = plot;
  const risk = fields.get('risk');
  const x = plot.valToPos(Number(risk.number.value), 'x', true);
  if (rests(risk) || x < bbox.left || x > bbox.left + bbox.width) {
    return;
  }
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

function policy() {
  const card = byId('policy');
  card.hidden = !reply.policy;
  card.querySelector('.code')?.remove();
  if (reply.policy) {
    card.append(code(reply.policy, 'policy'));
  }
}
