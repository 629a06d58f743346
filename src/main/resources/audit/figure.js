// A number that stands for much, such as what is reserved.

import {el, mark} from './dom.js';

const SIGNS = {good: '▼', warn: '▲', bad: '✕'};

/** @param {''|'good'|'warn'|'bad'} tone */
export function figure(name, value, note, tone = '') {
  return el('dl', {class: `figure ${tone}`},
    el('dt', {}, name), el('dd', {class: 'value'}, tone ? mark(SIGNS[tone]) : null, value), el('dd', {class: 'note'}, note));
}
