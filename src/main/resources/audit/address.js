// The view is in the address: it can be sent to somebody, and the browser's back goes to the one before.

/** What the address asks for, of these names. */
export function asked(names) {
  const query = new URLSearchParams(location.search);
  return Object.fromEntries(names.map(name => [name, query.get(name) ?? '']));
}

/**
 * Writes the view into the address.
 *
 * @param {Object<string, string>} view what is empty is left out
 * @param {boolean} step whether the browser's back should return to the view before
 */
export function show(view, step) {
  const query = new URLSearchParams(Object.entries(view).filter(entry => entry[1] !== ''));
  const address = query.size > 0 ? `?${query}` : location.pathname;
  if (address === (location.search || location.pathname)) {
    return;
  }
  history[step ? 'pushState' : 'replaceState'](null, '', address);
}

/** A link to another view. */
export function to(page, query) {
  return `${page}?${new URLSearchParams(query)}`;
}

export function toWorkload({namespace, kind, name}) {
  return to('workload', {namespace, kind, name});
}
