// The numbers behind a picture, for those who do not see it, or want them exactly.

import {el} from './dom.js';

/** A table that opens. Cells are text or nodes; all but the first column are numbers. */
export function numbers(what, heads, rows) {
  return el('details', {class: 'numbers'}, el('summary', {}, `${what} in numbers`), table(heads, rows));
}

/** A table: the first cell of a row names it. */
export function table(heads, rows, rowClass = () => null) {
  return el('div', {class: 'scrolled', tabindex: '0', role: 'group', 'aria-label': heads.join(', ')},
    el('table', {},
      el('thead', {}, el('tr', {}, heads.map((head, i) => el('th', {scope: 'col', class: i > 0 ? 'number' : null}, head)))),
      el('tbody', {}, rows.map(([first, ...others]) => el('tr', {class: rowClass(first)},
        el('th', {scope: 'row'}, first),
        others.map(cell => el('td', {class: 'number'}, cell)))))));
}

/** A table whose rows have a bar of the size that `sizeOf` tells. */
export function barTable(heads, rows, sizeOf) {
  const most = Math.max(...rows.map(sizeOf), 1);
  return table(heads, rows.map(row => [
    el('span', {class: 'barred'}, row.cells[0], bar(sizeOf(row) / most)),
    ...row.cells.slice(1),
  ]));
}

/** A bar of that share of its room. */
export function bar(share, tone = '') {
  const filled = el('span', {class: `filled ${tone}`});
  filled.style.width = `${Math.min(Math.max(share, 0), 1) * 100}%`;
  return el('span', {class: 'room', 'aria-hidden': 'true'}, filled);
}
