// What the words of decisions mean, and what to do about them.

import {load, Trouble} from './data.js';

/** @returns {Promise<function(string): {means: string, remedy: string}|undefined>} knows nothing where the server tells nothing */
export async function reasonMeans() {
  try {
    const {reasons} = await load('words');
    return word => reasons[word];
  } catch (e) {
    if (e instanceof Trouble) {
      return () => undefined;
    }
    throw e;
  }
}
