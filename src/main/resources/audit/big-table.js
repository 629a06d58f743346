// A table of thousands of rows: only those in sight are drawn.

import {TabulatorFull as Tabulator} from './lib/tabulator/tabulator_esm.min.js';
import {el} from './dom.js';

const ROW = 47;

/** Of the file that is being written. */
let format = 'csv';

/**
 * @param {HTMLElement} holder
 * @param {string} what names the table
 * @param {Array<Object>} rows
 * @param {Array<Object>} columns Tabulator's; a formatter returns a node, never text, which would be taken as markup
 * @param {Array<string>} exported fields that CSV and JSON have, in this order
 * @returns {Promise<Tabulator>} when it is there
 */
export function bigTable(holder, what, rows, columns, exported) {
  const table = new Tabulator(holder, {
    data: rows,
    layout: 'fitColumns',
    responsiveLayout: 'hide',
    maxHeight: '72vh',
    // known beforehand, it need not be measured row by row
    rowHeight: ROW,
    renderVerticalBuffer: 5 * ROW,
    headerSortElement: arrow,
    columnDefaults: {resizable: false, download: false, print: true, titleFormatter: sortButton, headerSortStartingDir: 'desc'},
    columns: [...columns, ...exported.map(exportedColumn)],
    rowFormatter: asRow,
    printAsHtml: true,
    printStyled: false,
    rowFormatterPrint: false,
    printRowRange: 'active',
    downloadRowRange: 'active',
  });
  return new Promise(resolve => table.on('tableBuilt', () => {
    asTable(holder, what);
    resolve(table);
  }));
}

/** A table to read, not a grid to walk in: links in it take the focus, and scroll it. */
function asTable(holder, what) {
  holder.setAttribute('role', 'table');
  holder.setAttribute('aria-label', what);
  holder.querySelector('.tabulator-header-contents').setAttribute('role', 'presentation');
  holder.querySelector('.tabulator-tableholder').removeAttribute('tabindex');
}

/**
 * Shows the rows that pass, sorted as the address says; or, where none does, what is said of that.
 *
 * @returns {Array<Object>} these rows
 */
export function showRows(table, holder, rows, passes, sorters, nothing) {
  const passing = rows.filter(passes);
  holder.hidden = false;
  table.blockRedraw();
  table.setFilter(passes);
  if (sortingText(table.getSorters()) !== sortingText(sorters)) {
    table.setSort(sorters);
  }
  table.restoreRedraw();
  holder.setAttribute('aria-rowcount', passing.length + 1);
  holder.hidden = passing.length === 0;
  nothing.hidden = passing.length > 0;
  return passing;
}

/** A column that is in files alone. */
function exportedColumn(field) {
  return {title: field, field, visible: false, download: true, print: false, headerSort: false, accessorDownload: written};
}

/** A cell of CSV: a list as its words, and what a spreadsheet would take for a formula as text. JSON has values as they are. */
function written(value) {
  if (format !== 'csv') {
    return value;
  }
  const cell = Array.isArray(value) ? value.join(' ') : value;
  return typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
}

/** The whole header cell sorts; a button in it can be reached by keyboard. */
function sortButton(cell) {
  const name = cell.getValue();
  return cell.getColumn().getDefinition().headerSort === false
    ? el('span', {}, name)
    : el('button', {type: 'button', class: 'sort'}, name);
}

function arrow(column, direction) {
  return el('span', {class: 'arrow', 'aria-hidden': 'true'}, {asc: '▲', desc: '▼'}[direction] ?? '');
}

function asRow(row) {
  const element = row.getElement();
  element.setAttribute('aria-rowindex', row.getPosition() + 1);
  for (const cell of element.querySelectorAll('[role=gridcell]')) {
    cell.setAttribute('role', 'cell');
  }
}

/** A sort as it stands in the address, such as `-peak`. */
export function sorting(text, columns) {
  const field = text.replace(/^-/, '');
  return columns.some(column => column.field === field)
    ? [{column: field, field, dir: text.startsWith('-') ? 'desc' : 'asc'}]
    : [];
}

/** The same, backwards. */
export function sortingText(sorters) {
  return sorters.map(({field, dir}) => (dir === 'desc' ? '-' : '') + field).at(0) ?? '';
}

/** Buttons that write what is shown into a file. */
export function exportButtons(table, name) {
  const button = (wanted, label) => el('button', {
    type: 'button',
    onclick: () => {
      format = wanted;
      table.download(wanted, `${name}.${wanted}`);
    },
  }, label);
  return [button('csv', 'CSV'), button('json', 'JSON')];
}
