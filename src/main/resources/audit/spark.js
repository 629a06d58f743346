// A workload's daily peaks against its limit, as small as a word.

import {svg} from './dom.js';
import {bytes, mebi} from './amounts.js';

const WIDTH = 112;
const HEIGHT = 26;
const EDGE = 2;

/**
 * @param {Array<number|null>} daily peaks in MiB, oldest first
 * @param {number|undefined} limit in bytes
 */
export function spark(daily, limit) {
  const seen = daily.filter(peak => peak !== null);
  if (seen.length === 0) {
    return null;
  }
  const bound = limit === undefined ? undefined : limit / mebi(1);
  const top = Math.max(...seen, bound ?? 0) || 1;
  const x = day => EDGE + day * (WIDTH - 2 * EDGE) / Math.max(daily.length - 1, 1);
  const y = value => HEIGHT - EDGE - value / top * (HEIGHT - 2 * EDGE);
  const said = `daily peaks of ${daily.length} days: ${bytes(mebi(Math.min(...seen)))} to ${bytes(mebi(Math.max(...seen)))}`
    + (limit === undefined ? '' : `, limit ${bytes(limit)}`);
  return svg('svg', {class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': said},
    bound === undefined ? null : svg('line', {class: 'limit', x1: EDGE, x2: WIDTH - EDGE, y1: y(bound), y2: y(bound)}),
    stretches(daily).map(stretch => stretch.length === 1
      ? svg('circle', {class: 'day', cx: x(stretch[0]), cy: y(daily[stretch[0]]), r: 1.5})
      : svg('polyline', {class: 'use', points: stretch.map(day => `${x(day).toFixed(1)},${y(daily[day]).toFixed(1)}`).join(' ')})));
}

/** Days in a row that have a peak. */
function stretches(daily) {
  const found = [];
  daily.forEach((peak, day) => {
    if (peak === null) {
      return;
    }
    if (day > 0 && daily[day - 1] !== null) {
      found.at(-1).push(day);
    } else {
      found.push([day]);
    }
  });
  return found;
}
