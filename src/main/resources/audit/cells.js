// Cells and columns that tables have in common.

import {el, named, plain} from './dom.js';
import {toWorkload} from './address.js';

/** A workload's name, which leads to it, over where it is. */
export function workload(row) {
  return el('div', {class: 'two-lines'},
    el('a', {href: toWorkload(row), title: plain(row.name)}, named(row.name)),
    el('span', {class: 'faint'}, named(row.namespace), ' · ', named(row.kind)));
}

/**
 * A column of numbers.
 *
 * @param {number} responsive the larger, the earlier it gives way where the window is narrow
 * @param {function(Object): Node} formatter of a row
 */
export function number(title, field, width, responsive, formatter) {
  return {
    title, field, width, responsive, hozAlign: 'right', headerHozAlign: 'right', sorter: 'number', sorterParams: {alignEmptyValues: 'bottom'},
    formatter: cell => formatter(cell.getData()),
  };
}
