// Builds elements from attributes and text. Nothing here parses markup: a name that looks like markup stays text.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {string} tag
 * @param {Object<string, *>} attributes by their names; `on…` are listeners; what is null, undefined or false is left out
 * @param {...(Node|string|number|null|undefined)} children
 */
export function el(tag, attributes = {}, ...children) {
  return furnished(document.createElement(tag), attributes, children);
}

/** The same, of SVG. */
export function svg(tag, attributes = {}, ...children) {
  return furnished(document.createElementNS(SVG, tag), attributes, children);
}

function furnished(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children.flat(Infinity).filter(child => child !== null && child !== undefined).map(kept));
  return element;
}

function kept(child) {
  return child instanceof Node ? child : document.createTextNode(String(child));
}

const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A name as it can be shown: characters that hide, or turn others around, are spelt out. */
export function plain(text) {
  return text.replace(UNSEEN, char => `\\u{${char.codePointAt(0).toString(16)}}`);
}

/** Lines of code as they can be shown. */
export function plainLines(text) {
  return text.split('\n').map(plain).join('\n');
}

/** A text from the cluster: its direction is kept apart from that of the text around it. */
export function named(text) {
  return el('bdi', {}, plain(text));
}

/** The same where no element can stand, such as in a title. */
export function isolated(text) {
  return `\u2068${plain(text)}\u2069`;
}

/** A mark that means nothing to a screen reader, since a word beside it says the same. */
export function mark(sign) {
  return el('span', {class: 'mark', 'aria-hidden': 'true'}, sign);
}

/** Text for screen readers alone. */
export function unseen(text) {
  return el('span', {class: 'unseen'}, text);
}

export function byId(id) {
  return document.getElementById(id);
}
