// Series over time and over risk, drawn by uPlot in the colours of the stylesheet.

/* global uPlot */

import {el} from './dom.js';

const DARK = matchMedia('(prefers-color-scheme: dark)');

/** As wide as paper is. */
const PRINTED = 640;

/**
 * Puts a chart into an element, as wide as that is, and draws it anew when width or colours change. It is hidden from
 * screen readers: say its numbers beside it.
 *
 * @param {HTMLElement} holder
 * @param {function(function(string): string): Object} options uPlot's, by what gives a colour of the stylesheet
 * @param {function(): Array} data uPlot's
 * @returns {function()} draws it with newer data
 */
export function chart(holder, options, data) {
  const canvas = el('div', {class: 'chart', 'aria-hidden': 'true'});
  holder.append(canvas);
  let plot;
  const draw = () => {
    if (canvas.clientWidth === 0) {
      return;
    }
    plot?.destroy();
    const page = document.documentElement;
    const style = getComputedStyle(page);
    const most = page.classList.contains('printing') ? PRINTED : Infinity;
    const made = options(name => style.getPropertyValue(`--${name}`).trim());
    plot = new uPlot({height: 220, ...made, width: Math.min(canvas.clientWidth, most)}, data(), canvas);
  };
  new ResizeObserver(() => {
    if (!plot) {
      draw();
    } else if (canvas.clientWidth !== plot.width) {
      plot.setSize({width: canvas.clientWidth, height: plot.height});
    }
  }).observe(canvas);
  DARK.addEventListener('change', draw);
  // paper is light; what is drawn is not styled anew by itself
  for (const [event, printing] of [['beforeprint', true], ['afterprint', false]]) {
    addEventListener(event, () => {
      document.documentElement.classList.toggle('printing', printing);
      draw();
    });
  }
  return () => plot?.setData(data());
}

/** An axis in the page's own type. */
export function axis(colour, more = {}) {
  return {
    stroke: colour('muted'),
    font: '12px system-ui, sans-serif',
    grid: {stroke: colour('line'), width: 1},
    ticks: {stroke: colour('line'), width: 1, size: 4},
    ...more,
  };
}

/** Days are those of UTC, as the server counts them. */
export function utcDate(seconds) {
  return uPlot.tzDate(new Date(seconds * 1e3), 'Etc/UTC');
}

export function seconds(day) {
  return Date.parse(`${day}T00:00:00Z`) / 1000;
}

const DAY = new Intl.DateTimeFormat('en-GB', {day: 'numeric', month: 'short', timeZone: 'UTC'});

export function dayName(atSeconds) {
  return DAY.format(atSeconds * 1000);
}

/** An axis of days, each told once. */
export function days(colour) {
  return axis(colour, {
    size: 28,
    space: 56,
    incrs: [1, 2, 7, 14, 28].map(days => days * 86_400),
    values: (plot, splits) => splits.map(dayName),
  });
}
