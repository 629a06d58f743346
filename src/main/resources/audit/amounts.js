// Numbers and times as people read them, always with their unit.

import {el} from './dom.js';

const MEBI = 2 ** 20;
const GIBI = 2 ** 30;
const TEBI = 2 ** 40;

const whole = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const tenths = new Intl.NumberFormat('en', {maximumFractionDigits: 1});
const figures = new Intl.NumberFormat('en', {maximumSignificantDigits: 3});
const relative = new Intl.RelativeTimeFormat('en', {numeric: 'auto'});
const absolute = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC',
});

const STEPS = [['day', 86_400], ['hour', 3_600], ['minute', 60]];

export const NONE = '–';

export function known(value) {
  return value !== null && value !== undefined;
}

/** Bytes, such as `192 MiB`; below one GiB in whole MiB. */
export function bytes(value) {
  if (!known(value)) {
    return NONE;
  }
  const size = Math.abs(value);
  if (size >= TEBI) {
    return `${tenths.format(value / TEBI)} TiB`;
  }
  if (size >= GIBI) {
    return `${tenths.format(value / GIBI)} GiB`;
  }
  return `${whole.format(value / MEBI)} MiB`;
}

export function mebi(value) {
  return value * MEBI;
}

export function count(value) {
  return known(value) ? whole.format(value) : NONE;
}

/** A number of few figures, such as `0.00123`. */
export function few(value) {
  return known(value) ? figures.format(value) : NONE;
}

export function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A share in whole percent; a share that is not none says so. */
export function percent(share) {
  if (!Number.isFinite(share)) {
    return NONE;
  }
  const percents = share * 100;
  return percents > 0 && percents < 1 ? '< 1 %' : `${whole.format(percents)} %`;
}

/** A time as it is said, such as `3 hours ago`. */
function ago(time, now = Date.now()) {
  const seconds = (Date.parse(time) - now) / 1000;
  const [unit, length] = STEPS.find(step => Math.abs(seconds) >= step[1]) ?? [];
  return unit ? relative.format(Math.round(seconds / length), unit) : 'just now';
}

export function utc(time) {
  return `${absolute.format(Date.parse(time))} UTC`;
}

/** A time, said; the absolute one is in its title. */
export function moment(time) {
  return known(time) ? el('time', {datetime: time, title: utc(time)}, ago(time)) : NONE;
}

/** A time, said and written. */
export function fullMoment(time) {
  return known(time) ? el('time', {datetime: time}, `${utc(time)} (${ago(time)})`) : NONE;
}
