// Text to take away: a block of code, and the button that copies it.

import {el, plainLines} from './dom.js';

const SAID_FOR = 2500;

/** A button that copies what `text` gives. */
export function copyButton(text, what, label = 'Copy') {
  const said = el('span', {class: 'copy-said', role: 'status'});
  const button = el('button', {
    type: 'button', class: 'copy', 'aria-label': `${label} ${what}`,
    onclick: async () => {
      said.textContent = await copied(text()) ? 'Copied' : 'Not copied: select the text, and press Ctrl+C';
      setTimeout(() => said.replaceChildren(), SAID_FOR);
    },
  }, label);
  return el('span', {class: 'copying'}, button, said);
}

/** Code, with a button to copy it as it is. */
export function code(text, what) {
  return el('div', {class: 'code'},
    el('pre', {tabindex: '0', 'aria-label': what, role: 'group', dir: 'ltr'}, el('code', {}, plainLines(text))),
    copyButton(() => text, what));
}

async function copied(text) {
  // absent where the page is not served from loopback or over TLS
  if (navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copiedBySelection(text);
    }
  }
  return copiedBySelection(text);
}

function copiedBySelection(text) {
  const back = document.activeElement;
  const area = el('textarea', {class: 'lent', readonly: true, 'aria-label': 'To copy'});
  area.value = text;
  document.body.append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } finally {
    area.remove();
    back?.focus();
  }
}
