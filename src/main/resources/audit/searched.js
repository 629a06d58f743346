// A table of thousands below the form that searches it.

import {byId, el} from './dom.js';
import {count, plural} from './amounts.js';
import {filters} from './filters.js';
import {bigTable, exportButtons, showRows, sorting, sortingText} from './big-table.js';
import {copyButton} from './copy.js';

/**
 * @param {'workload'|'decision'} what a row is; several of them name the table and its files
 * @param {Array<Object>} rows what is searched stands in `text`, in lower case
 * @param {Array<Object>} columns Tabulator's
 * @param {Array<string>} exported fields that CSV and JSON have, in this order
 * @param {function(Object, Object<string, string>): boolean} passes whether a row does, by what the form asks for
 * @param {string} none what is said where there is no row at all
 * @param {function(Array<Object>): string} more what is said of the rows that are shown, besides how many they are
 */
export async function searched(what, rows, columns, exported, passes, none, more = () => '') {
  const table = await bigTable(byId('table'), `${what[0].toUpperCase()}${what.slice(1)}s`, rows, columns, exported);
  const form = byId('filters');
  byId('nothing').replaceChildren(...rows.length === 0
    ? [none]
    : [`No ${what} matches. `, el('button', {type: 'button', onclick: () => form.reset()}, 'Clear filters')]);
  let applying = false;
  const change = filters(form, view => {
    applying = true;
    const words = view.q.toLowerCase().split(/\s+/);
    const shown = showRows(table, byId('table'), rows, row => passes(row, view) && words.every(word => row.text.includes(word)),
      sorting(view.sort, columns), byId('nothing'));
    applying = false;
    byId('shown').textContent = (shown.length === rows.length ? '' : `${count(shown.length)} of `) + plural(rows.length, what) + more(shown);
  });
  // by hand, not as the address asked
  table.on('dataSorted', sorters => {
    if (!applying) {
      change({sort: sortingText(sorters)});
    }
  });
  byId('actions').replaceChildren(copyButton(() => location.href, 'a link to this view', 'Copy link'), ...exportButtons(table, `${what}s`));
}
