// Short words with a sign of their own: colour is never the only one.

import {el, mark, named, unseen} from './dom.js';
import {known, percent} from './amounts.js';

/** From this share of the limit on, a peak is near it. */
const NEAR = 0.8;

const STANDINGS = {
  sized: ['●', 'good', 'its last pod was patched'],
  audited: ['◐', 'info', 'its last pod would have been patched'],
  kept: ['○', 'plain', 'its last pod stays as it came'],
  undecided: ['◌', 'plain', 'no pod of it was reviewed yet'],
};

const MODES = {
  enforce: ['●', 'good', 'new pods are patched'],
  audit: ['◐', 'info', 'new pods are judged, and not changed'],
  off: ['○', 'plain', 'new pods are not looked at'],
};

export const STANDING_WORDS = Object.keys(STANDINGS);
export const MODE_WORDS = Object.keys(MODES);

export function meaningOf(word) {
  return (STANDINGS[word] ?? MODES[word])[2];
}

/** What became of a workload's last pod. */
export function standing(word) {
  return told(STANDINGS, word);
}

/** How far we may go with a workload. */
export function mode(word) {
  return told(MODES, word);
}

function told(words, word) {
  const [sign, tone, meaning] = words[word] ?? ['◌', 'plain', null];
  return el('span', {class: `badge ${tone}`, title: meaning}, mark(sign), word);
}

/** Pods that run as they came, though they should be sized. */
export function unsized(text) {
  return el('span', {class: 'badge warn'}, mark('▲'), text);
}

const GRAVE = new Set(['OOMKilled', 'NearLimit', 'SheddingLoad', 'AtCeiling', 'HeapBudgetDiffers', 'SizingWithdrawn']);

/** Whether requests may be lost by it; the others cost memory alone. */
export function isGrave(type) {
  return GRAVE.has(type);
}

export function finding(type) {
  return el('span', {class: `badge ${isGrave(type) ? 'warn' : 'plain'}`}, mark(isGrave(type) ? '▲' : '◆'), named(type));
}

/** The share of its limit that a workload has used, or nothing where either is not known. */
export function share(peak, limit) {
  return known(peak) && limit > 0 ? peak / limit : undefined;
}

export function isNear(peak, limit) {
  return share(peak, limit) >= NEAR;
}

/** How near to its limit. */
export function risk(peak, limit) {
  const used = share(peak, limit);
  if (used === undefined) {
    return el('span', {class: 'faint'}, '–');
  }
  const near = used >= NEAR;
  return el('span', {class: `badge ${near ? 'bad' : 'plain'}`},
    near ? mark('▲') : null, percent(used), unseen(near ? ' of the limit: near it' : ' of the limit'));
}

/** A decision of one pod or many. */
export function decision(word) {
  const resized = word === 'Resize';
  return el('span', {class: `badge ${resized ? 'good' : 'plain'}`}, mark(resized ? '●' : '○'), named(word));
}
