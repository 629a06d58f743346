// The form above a table: what it asks for stands in the address.

import {el, isolated} from './dom.js';
import {count} from './amounts.js';
import {asked, show} from './address.js';

// browsers refuse an address that is written too often
const WRITTEN = 250;

/**
 * @param {HTMLFormElement} form its fields are named as in the address
 * @param {function(Object<string, string>)} apply is given what is asked for, whenever that changes
 * @returns {function(Object<string, string>)} writes into the address what is asked for besides
 */
export function filters(form, apply) {
  const fields = [...form.elements].filter(field => field.name);
  const names = fields.map(field => field.name);
  let more = asked(['sort']);

  const current = () => ({...Object.fromEntries(fields.map(field => [field.name, field.value])), ...more});
  const fromAddress = () => {
    const wanted = asked(names);
    more = asked(['sort']);
    for (const field of fields) {
      offer(field, wanted[field.name]);
      field.value = wanted[field.name];
    }
    apply(current());
  };
  const changed = step => {
    show(current(), step);
    apply(current());
  };

  let timer;
  form.addEventListener('input', event => {
    if (event.target.type === 'search') {
      clearTimeout(timer);
      apply(current());
      timer = setTimeout(() => show(current(), false), WRITTEN);
    }
  });
  form.addEventListener('change', event => {
    if (event.target.type !== 'search') {
      clearTimeout(timer);
      changed(true);
    }
  });
  form.addEventListener('submit', event => event.preventDefault());
  form.addEventListener('reset', event => {
    event.preventDefault();
    clearTimeout(timer);
    fields.forEach(field => { field.value = ''; });
    changed(true);
  });
  addEventListener('popstate', fromAddress);
  fromAddress();
  return values => {
    more = {...more, ...values};
    show(current(), false);
  };
}

/** A value that a link asks for is offered even where no row has it: the table then says that nothing matches. */
function offer(field, value) {
  if (field.tagName === 'SELECT' && value !== '' && ![...field.options].some(option => option.value === value)) {
    field.append(el('option', {value}, isolated(value)));
  }
}

/** Fills a select with the values that rows have, each with how many have it. */
export function fill(select, rows, valuesOf) {
  const counts = new Map();
  for (const row of rows) {
    for (const value of valuesOf(row)) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
  }
  select.append(...[...counts].sort((one, other) => one[0].localeCompare(other[0], 'en'))
    .map(([value, many]) => el('option', {value}, `${isolated(value)} (${count(many)})`)));
}
