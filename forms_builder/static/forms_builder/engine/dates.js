// ISO dates, times and date-times as texts (the twin of expressions/dates.py).
// A moment is a number: milliseconds on the local clock since 1970-01-01T00:00.

import { trim } from "./spaces.js";

export const UTC_OFFSET_MINUTES = 240;
export const DAY = 86400000;

const MOMENT =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?$/;
const TIME =
  /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(\.\d+)?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const DAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const FIRST = utc(1, 1, 1);
const LAST = utc(9999, 12, 31) + DAY - 1;

/** Midnight of a day; years below 100 are meant as written. */
function utc(year, month, day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getTime();
}

const millis = (fraction) => (fraction ? Number((fraction.slice(1) + "00").slice(0, 3)) : 0);

/** The local moment of an ISO date or date-time, or null. */
export function toMoment(text) {
  const found = MOMENT.exec(trim(text));
  if (!found) return null;
  const [year, month, day, hour, minute, second] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (year < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const midnight = utc(year, month, day);
  const date = new Date(midnight);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const clock = ((hour * 60 + minute) * 60 + second) * 1000 + millis(found[7]);
  return inRange(midnight + clock + toLocal(found[8]));
}

const inRange = (moment) => (moment >= FIRST && moment <= LAST ? moment : null);

/** Milliseconds to add to a clock in `zone` to read the local clock. */
const toLocal = (zone) => (zone ? (UTC_OFFSET_MINUTES - zoneMinutes(zone)) * 60000 : 0);

function zoneMinutes(zone) {
  if (zone === "Z") return 0;
  const digits = zone.slice(1).replace(":", "").padEnd(4, "0");
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return zone[0] === "-" ? -minutes : minutes;
}

/** Days since 1970-01-01, or null when `text` is no ISO date. */
export function toDays(text) {
  if (text[4] !== "-") return null;
  const moment = toMoment(text);
  return moment === null ? null : moment / DAY;
}

/** The moment `days` after 1970-01-01, to the millisecond; null out of range. */
export function fromDays(days) {
  if (!Number.isFinite(days) || Math.abs(days) > 4000000) return null;
  return inRange(Math.floor(days * 86400 * 1000 + 0.5));
}

/** Whether `text` is a time of day ("09:30"). */
export const isTime = (text) => text.slice(1, 3).includes(":") && TIME.test(text);

/** The time in `text` as a part of the day, or null. */
export function timeFraction(text) {
  const found = TIME.exec(trim(text));
  if (found) {
    const seconds = Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3] ?? 0);
    return (seconds + millis(found[4]) / 1000) / 86400;
  }
  const moment = toMoment(text);
  return moment === null ? null : (((moment % DAY) + DAY) % DAY) / DAY;
}

const pad = (number, width = 2) => String(number).padStart(width, "0");

/** ISO date of a moment. */
export function dateText(moment) {
  const date = new Date(moment);
  return `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
}

/** ISO date-time of a moment, with milliseconds and the local offset. */
export function momentText(moment) {
  const date = new Date(moment);
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()];
  const offset = `${pad(Math.floor(UTC_OFFSET_MINUTES / 60))}:${pad(UTC_OFFSET_MINUTES % 60)}`;
  const rest = pad(date.getUTCMilliseconds(), 3);
  return `${dateText(moment)}T${clock.map((part) => pad(part)).join(":")}.${rest}+${offset}`;
}

/** A moment by ODK's pattern letters. */
export function formatMoment(moment, pattern) {
  const date = new Date(moment);
  const letters = {
    Y: pad(date.getUTCFullYear(), 4),
    y: pad(date.getUTCFullYear() % 100),
    m: pad(date.getUTCMonth() + 1),
    n: String(date.getUTCMonth() + 1),
    b: MONTHS[date.getUTCMonth()],
    d: pad(date.getUTCDate()),
    e: String(date.getUTCDate()),
    a: DAYS[date.getUTCDay()],
    W: pad(isoWeek(moment)),
    H: pad(date.getUTCHours()),
    h: String(date.getUTCHours()),
    M: pad(date.getUTCMinutes()),
    S: pad(date.getUTCSeconds()),
    3: pad(date.getUTCMilliseconds(), 3),
    "%": "%",
  };
  return pattern.replace(/%(.)/g, (whole, letter) => letters[letter] ?? whole);
}

function isoWeek(moment) {
  const thursday = new Date(moment);
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const start = utc(thursday.getUTCFullYear(), 1, 1);
  return Math.floor((thursday.getTime() - start) / DAY / 7) + 1;
}

/** Whole months from one moment to another; negative backwards. */
export function monthsBetween(start, end) {
  if (end < start) return 0 - monthsBetween(end, start); // never -0
  const [a, b] = [new Date(start), new Date(end)];
  const months =
    (b.getUTCFullYear() - a.getUTCFullYear()) * 12 + b.getUTCMonth() - a.getUTCMonth();
  const inMonth = (date) => date.getUTCDate() * DAY + (((date.getTime() % DAY) + DAY) % DAY);
  return months - (inMonth(b) < inMonth(a) ? 1 : 0);
}

/** Days after `start` up to `end` that are worked; negative backwards. */
export function workingDays(start, end, holidays) {
  const [first, last] = [Math.floor(start / DAY), Math.floor(end / DAY)];
  if (last < first) return 0 - workingDays(end, start, holidays);
  const isWeekday = (day) => (((day + 3) % 7) + 7) % 7 < 5; // 1970-01-01 was a Thursday
  const total = last - first;
  let days = Math.floor(total / 7) * 5;
  for (let step = 1; step <= total % 7; step += 1) days += isWeekday(first + step) ? 1 : 0;
  const lost = new Set(holidays);
  for (const text of lost) {
    const moment = toMoment(text);
    const day = moment === null ? first : Math.floor(moment / DAY);
    if (day > first && day <= last && isWeekday(day)) days -= 1;
  }
  return days;
}
