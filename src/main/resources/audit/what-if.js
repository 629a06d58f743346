// Other rules over the mesh's own past.

import {byId, el, named} from './dom.js';
import {bytes, count, few, known, mebi, NONE, percent, plural} from './amounts.js';
import {load} from './data.js';
import {dated, open} from './page.js';
import {asked, show} from './address.js';
import {figure} from './figure.js';
import {numbers} from './numbers.js';
import {axis, chart} from './charts.js';
import {code, copyButton} from './copy.js';
import {notice} from './trouble.js';

const LABEL = '12px system-ui, sans-serif';
const SETTLED = 250;
const AGAIN = 700;

/** `from` and `to` are the slider's; a number may be anything that a policy may have, from `least` to `most`. */
const TERMS = [
  {name: 'risk', label: 'Risk of an OOM kill, a pod and week', from: 0.0001, to: 0.3, least: 0.000001, most: 0.5, log: true,
    say: value => `one pod in ${count(1 / value)} a week`},
  {name: 'headroom', label: 'A fixed factor above the peak', from: 1, to: 3, least: 1, most: 10, step: 0.05,
    say: value => `${count(value * 100 - 100)} % above the peak, whatever the past says`},
  {name: 'floor', label: 'Floor, MiB', from: 16, to: 512, least: 16, most: 2 ** 20, step: 16, unit: 'Mi', say: value => `no limit below ${bytes(mebi(value))}`},
  {name: 'ceiling', label: 'Ceiling, MiB', from: 128, to: 4096, least: 16, most: 2 ** 20, step: 64, unit: 'Mi', say: value => `no limit above ${bytes(mebi(value))}`},
];

const NAMES = TERMS.map(term => term.name);

/** Either of them sets the limit: a chance that is accepted, or a factor. */
const RULES = ['risk', 'headroom'];
/** What holds now: the rule, and each term as it stands in its field. */
let preset;
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
open(async () => {
  preset = presets(await load('terms'));
  fill(asked(NAMES));
  await begun();
});

function presets({rule, risk, headroom, floor, ceiling, policy, fault}) {
  byId('terms').append(el('p', {class: 'faint'},
    !policy ? 'It begins at the defaults: no policy speaks for the mesh.'
      : fault ? ['It begins at the defaults: policy ', named(policy), ' cannot be used. ', named(fault)]
        : ['It begins at what holds now, by policy ', named(policy), '.']));
  return {rule, risk: String(risk), headroom: String(headroom), floor: String(floor / mebi(1)), ceiling: String(ceiling / mebi(1))};
}

function furnish(term) {
  const id = `term-${term.name}`;
  const note = el('span', {class: 'faint', id: `${id}-note`});
  const number = el('input', {type: 'number', id, name: term.name, min: term.least, max: term.most, step: 'any', 'aria-describedby': note.id, inputmode: 'decimal'});
  const scale = term.log ? Math.log10 : value => value;
  const back = term.log ? value => Number((10 ** value).toPrecision(2)) : value => value;
  const slider = el('input', {type: 'range', 'aria-label': term.label, min: scale(term.from), max: scale(term.to), step: term.log ? 0.05 : term.step});
  const say = () => {
    note.textContent = number.validity.valid && number.value !== '' ? term.say(Number(number.value)) : `from ${term.least} to ${term.most}`;
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
    ? el('input', {type: 'radio', name: 'rule', value: term.name, 'aria-label': `By: ${term.label}`, onchange: () => follow(term.name, true)})
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

/** Fills the form with what is asked for, and what holds now for the rest. What is no number leaves its field empty. */
function fill(wanted) {
  for (const [name, {set}] of fields) {
    const value = wanted[name] || preset[name];
    set(Number.isNaN(Number(value)) ? '' : value);
  }
  follow(RULES.findLast(rule => wanted[rule]) ?? preset.rule, false);
}

function view() {
  return Object.fromEntries([...fields].map(([name, field]) => [name, isPlain(field) ? '' : field.number.value]));
}

/** Whether the address need not tell it: what rests, and what is as it holds now. That another rule rules must be told. */
function isPlain(field) {
  const {name} = field.term;
  return rests(field) || (field.number.value === preset[name] && (name === preset.rule || !RULES.includes(name)));
}

function changed(step) {
  for (const [name, {set, number}] of fields) {
    if (number.value === '') {
      set(preset[name]);
    }
  }
  clearTimeout(timer);
  if (step) {
    show(view(), true);
  }
  timer = setTimeout(() => {
    show(view(), false);
    ask();
  }, SETTLED);
}

function ask() {
  open(begun);
}

function begun() {
  clearTimeout(timer);
  asking.abort();
  asking = new AbortController();
  byId('figures').setAttribute('aria-busy', 'true');
  hold(true);
  return answer(asking.signal);
}

/** The address is what is asked: a link that asks for what cannot be is refused, not bent. */
async function answer(signal) {
  const wanted = asked(NAMES);
  const query = Object.fromEntries(TERMS.filter(({name}) => wanted[name] !== '').map(({name, unit = ''}) => [name, wanted[name] + unit]));
  const answered = await load('what-if', query, signal).catch(e => {
    if (e.kind === 'refused') {
      showNothing();
    }
    throw e;
  });
  if (known(answered.progress)) {
    byId('figures').replaceChildren(el('p', {class: 'waiting'}, `Working it out: ${percent(answered.progress)}`));
    await new Promise(resolve => setTimeout(resolve, AGAIN));
    signal.throwIfAborted();
    return answer(signal);
  }
  dated(answered.asOf);
  if (answered.state === 'learning') {
    showNothing();
    byId('notices').replaceChildren(learning(answered));
    return undefined;
  }
  reply = answered;
  byId('notices').replaceChildren();
  byId('figures').replaceChildren(...figures());
  byId('figures').removeAttribute('aria-busy');
  hold(false);
  replayed();
  curve();
  policy();
}

function learning({days, fewestDays}) {
  return notice('info', 'Still learning', [
    el('p', {}, days === 0 ? 'No history of a whole day is kept yet.' : `Histories reach back ${plural(days, 'day')}.`,
      ` It takes ${plural(fewestDays, 'day')}, to learn from some and judge by the others: come back then.`),
    el('p', {}, 'Where Prometheus remembers more, this replays it now:'),
    code('kubectl sidecar-sizer backtest --prometheus URL', 'command'),
  ]);
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
      el('ul', {}, reply.cannotSee.map(limit => el('li', {}, limit)))));
}

function figures() {
  const {here, istioDefault} = reply;
  const beside = what => `Istio’s default: ${what}`;
  return [
    figure('Requests', gibi(here.requestGiB), beside(gibi(istioDefault.requestGiB))),
    figure('Limits', gibi(here.limitGiB), beside(gibi(istioDefault.limitGiB))),
    figure('OOM kills, at least', count(here.kills), beside(count(istioDefault.kills))),
    figure('Kills a million pod-weeks, at least', count(here.killsPerMillionPodWeeks), beside(count(istioDefault.killsPerMillionPodWeeks))),
  ];
}

function gibi(value) {
  return known(value) ? bytes(value * 2 ** 30) : NONE;
}

function curve() {
  const card = byId('curve');
  const points = risen();
  card.hidden = false;
  card.querySelector('details')?.remove();
  const data = () => {
    const now = risen();
    return [now.map(point => point.risk), now.map(point => point.limitGiB), now.map(point => point.requestGiB), now.map(point => point.kills)];
  };
  if (redraw) {
    redraw();
  } else {
    card.append(el('p', {class: 'faint'}, 'Left, seldom kills and much memory; right, the other way. The line marks the risk above.'));
    redraw = chart(card, curveOptions, data);
  }
  card.append(numbers('The curve', ['Risk', 'Limits', 'Requests', 'OOM kills, at least'],
    points.map(point => [few(point.risk), gibi(point.limitGiB), gibi(point.requestGiB), count(point.kills)])));
}

function risen() {
  return reply.curve.toSorted((one, other) => one.risk - other.risk);
}

function curveOptions(colour) {
  const inGibi = (plot, value) => known(value) ? gibi(value) : '';
  return {
    height: 260,
    scales: {x: {time: false, distr: 3, range: (plot, low, high) => [low, high]}, y: {range: (plot, low, high) => [0, high * 1.05]}, kills: {range: (plot, low, high) => [0, Math.max(high * 1.05, 4)]}},
    axes: [
      axis(colour, {label: 'risk, a pod and week', labelFont: LABEL, labelSize: 18, size: 26, values: (plot, splits) => splits.map(value => known(value) ? String(Number(value.toPrecision(1))) : '')}),
      axis(colour, {size: 70, values: (plot, splits) => splits.map(value => `${few(value)} GiB`)}),
      axis(colour, {scale: 'kills', side: 1, size: 52, grid: {show: false}, label: 'OOM kills, at least', labelFont: LABEL, labelSize: 18, values: (plot, splits) => splits.map(count)}),
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
  byId('policy').hidden = false;
  byId('policy-yaml').replaceChildren(
    reply.replaces ? el('p', {class: 'faint'}, 'In place of ', named(reply.replaces), ', whose other fields it keeps.') : '',
    code(reply.policy, 'policy'));
}
