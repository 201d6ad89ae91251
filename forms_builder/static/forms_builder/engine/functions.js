// The functions of the language (the twin of expressions/functions*.py).
// An entry takes the values of its arguments; those under RUN get the run first.

import * as dates from "./dates.js";
import { digest } from "./digest.js";
import { area, distance, geofence, intersects } from "./geo.js";
import { fits } from "./pattern.js";
import {
  expressionValue,
  nodes,
  numberText,
  scalar,
  toBoolean,
  toNumber,
  toText,
  trim,
  words,
} from "./values.js";

const MAX_TEXT = 200000;
const MODULUS = 2147483647; // Park and Miller's generator

export class TooMuchWork extends Error {}

const spread = (values) => values.flatMap((value) => nodes(value)).map(toText);

/** Characters, of which some take two places; short texts need no exact count. */
const sizeOf = (text) => (text.length > MAX_TEXT / 10 ? [...text].length : text.length);

function joined(separator, parts) {
  const length = parts.reduce((sum, part) => sum + sizeOf(part) + sizeOf(separator), 0);
  if (length > MAX_TEXT) throw new TooMuchWork("the form computes a text that is too long");
  return parts.join(separator);
}

function place(number, length) {
  if (Number.isNaN(number)) return 0;
  const found = Math.trunc(Math.max(Math.min(number, 1e9), -1e9));
  return Math.max(0, found < 0 ? found + length : found);
}

function substr(text, start, end) {
  const letters = [...toText(text)];
  const first = place(toNumber(start), letters.length);
  const last = end === undefined ? letters.length : place(toNumber(end), letters.length);
  return letters.slice(first, last).join("");
}

function parted(text, mark) {
  const index = text.indexOf(mark);
  return index < 0 ? ["", ""] : [text.slice(0, index), text.slice(index + mark.length)];
}

function translate(text, source, target) {
  const to = [...toText(target)];
  const table = new Map();
  [...toText(source)].forEach((letter, index) => {
    if (!table.has(letter)) table.set(letter, to[index] ?? "");
  });
  return [...toText(text)].map((letter) => table.get(letter) ?? letter).join("");
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decoded(text) {
  if (!BASE64.test(text)) return "";
  try {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return "";
  }
}

const filled = (values) => values.flatMap(nodes).filter((value) => value !== "").map(toNumber);

function extreme(values, pick) {
  const numbers = filled(values);
  if (numbers.length === 0 || numbers.some(Number.isNaN)) return NaN;
  return numbers.reduce((a, b) => pick(a, b));
}

function round(value, places = 0) {
  const number = toNumber(value);
  const digits = Math.trunc(toNumber(places));
  if (!Number.isFinite(number) || !Number.isFinite(digits)) {
    return Number.isNaN(digits) ? NaN : number;
  }
  if (Math.abs(digits) > 300) return digits > 0 ? number : 0;
  const shifted = Number(`${numberText(number)}e${digits}`);
  if (!Number.isFinite(shifted)) return number;
  const lower = Math.floor(shifted);
  const whole = shifted - lower >= 0.5 ? lower + 1 : lower;
  return Number(`${numberText(whole)}e${-digits}`);
}

function power(base, exponent) {
  const [a, b] = [toNumber(base), toNumber(exponent)];
  if (b === 0 || a === 1) return 1;
  if (a === 0 && b < 0) return Infinity;
  return a === -1 && !Number.isFinite(b) && !Number.isNaN(b) ? 1 : a ** b;
}

const within = (number, low, high) =>
  (low < 0 || number >= low) && (high < 0 || number <= high);

function checklist(low, high, ...answers) {
  const count = answers.flatMap(nodes).filter(toBoolean).length;
  return within(count, toNumber(low), toNumber(high));
}

function weightedChecklist(low, high, ...pairs) {
  let total = 0;
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    if (toBoolean(pairs[index])) total += toNumber(pairs[index + 1]);
  }
  return within(total, toNumber(low), toNumber(high));
}

/** The local moment of an ISO text or a number of days, or null. */
function moment(value) {
  const single = scalar(value);
  if (typeof single === "string") {
    const found = dates.toMoment(single);
    if (found !== null || single === "") return found;
  }
  return dates.fromDays(toNumber(single));
}

function ofMoment(value, work, otherwise = "") {
  const found = moment(value);
  return found === null ? otherwise : work(found);
}

function ofMoments(start, end, work) {
  const [first, last] = [moment(start), moment(end)];
  return first === null || last === null ? NaN : work(first, last);
}

function age(run, birth, on) {
  return ofMoments(birth, on === undefined ? run.today : on, (first, last) =>
    whole(dates.monthsBetween(first, last) / 12),
  );
}

/** `name`, `label` in the run's language, or any other attribute of a choice. */
export function choiceAttribute(choice, name, language) {
  if (name === "label") {
    const labels = choice.labels ?? {};
    return labels[language] || labels.az || labels.en || (Object.values(labels)[0] ?? "");
  }
  if (name === "labels" || name === "retired") return "";
  return expressionValue(choice[name]);
}

/** What people read for the choice `name` of a list. */
export function choiceLabel(run, list, name) {
  const found = run.choice(list, name);
  return found ? toText(choiceAttribute(found, "label", run.language)) : "";
}

function selectedAt(value, index) {
  const names = words(toText(value));
  const number = toNumber(index);
  return number >= 0 && number < names.length ? names[Math.trunc(number)] : "";
}

function randomize(value, seed) {
  const items = [...nodes(value)];
  let state = seed === undefined ? 1 + Math.floor(Math.random() * (MODULUS - 1)) : start(seed);
  for (let last = items.length - 1; last > 0; last -= 1) {
    state = (state * 16807) % MODULUS;
    const index = Math.trunc(((state - 1) / (MODULUS - 1)) * (last + 1));
    [items[last], items[index]] = [items[index], items[last]];
  }
  return items;
}

function start(seed) {
  const number = toNumber(seed);
  if (!(Math.abs(number) < 1e15)) return 1;
  const found = ((Math.trunc(number) % MODULUS) + MODULUS) % MODULUS;
  return found || MODULUS - 1;
}

function pulldata(run, source, attribute, keyAttribute, key) {
  const wanted = toText(key);
  if (wanted === "") return "";
  const name = toText(keyAttribute);
  const found = run
    .choices(toText(source))
    .find((choice) => toText(choiceAttribute(choice, name, run.language)) === wanted);
  return found ? choiceAttribute(found, toText(attribute), run.language) : "";
}

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

function uuid(length) {
  if (length === undefined) return newUuid();
  const number = toNumber(length);
  const count = number > 0 && number <= 1000 ? Math.trunc(number) : 0;
  const pick = () => LETTERS[Math.floor(Math.random() * LETTERS.length)];
  return Array.from({ length: count }, pick).join("");
}

/** A version 4 UUID; randomUUID() is missing where the page came over plain http. */
function newUuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The number cut towards zero; the sum keeps -0 out, which Python does not make. */
const whole = (number) => Math.trunc(number) + 0;
const real = (work) => (value) => work(toNumber(value));

export const FUNCTIONS = {
  string: toText,
  concat: (...values) => joined("", spread(values)),
  join: (separator, ...values) => joined(toText(separator), spread(values)),
  "string-length": (text) => [...toText(text)].length,
  substr,
  "substring-before": (text, mark) => parted(toText(text), toText(mark))[0],
  "substring-after": (text, mark) => parted(toText(text), toText(mark))[1],
  translate,
  contains: (a, b) => toText(a).includes(toText(b)),
  "starts-with": (a, b) => toText(a).startsWith(toText(b)),
  "ends-with": (a, b) => toText(a).endsWith(toText(b)),
  "normalize-space": (text) => words(toText(text)).join(" "),
  regex: (text, source) => fits(toText(text), toText(source)),
  uuid,
  digest: (text, algorithm, encoding = "base64") =>
    digest(toText(text), toText(algorithm), toText(encoding)),
  "base64-decode": (text) => decoded(toText(text)),
  "jr:itext": () => "",
  boolean: toBoolean,
  "boolean-from-string": (text) => ["1", "true", "True", "TRUE"].includes(toText(text)),
  not: (value) => !toBoolean(value),
  true: () => true,
  false: () => false,
  number: toNumber,
  int: real(whole),
  floor: real(Math.floor),
  ceiling: real((number) => Math.ceil(number) + 0),
  round,
  pow: power,
  abs: real(Math.abs),
  exp: real(Math.exp),
  exp10: (value) => power(10, value),
  log: real(Math.log),
  log10: real(Math.log10),
  sqrt: real(Math.sqrt),
  sin: real(Math.sin),
  cos: real(Math.cos),
  tan: real(Math.tan),
  asin: real(Math.asin),
  acos: real(Math.acos),
  atan: real(Math.atan),
  atan2: (y, x) => Math.atan2(toNumber(y), toNumber(x)),
  pi: () => Math.PI,
  min: (...values) => extreme(values, Math.min),
  max: (...values) => extreme(values, Math.max),
  sum: (...values) => filled(values).reduce((a, b) => a + b, 0),
  checklist,
  "weighted-checklist": weightedChecklist,
  random: () => Math.random(),
  date: (value) => ofMoment(value, dates.dateText),
  "date-time": (value) => ofMoment(value, dates.momentText),
  "decimal-date-time": (value) => ofMoment(value, (found) => found / dates.DAY, NaN),
  "decimal-time": (value) => dates.timeFraction(toText(value)) ?? NaN,
  "format-date": (value, letters) =>
    ofMoment(value, (found) => dates.formatMoment(found, toText(letters))),
  "format-date-time": (value, letters) =>
    ofMoment(value, (found) => dates.formatMoment(found, toText(letters))),
  "difference-in-months": (a, b) => ofMoments(a, b, dates.monthsBetween),
  selected: (value, wanted) => words(toText(value)).includes(trim(toText(wanted))),
  "selected-at": selectedAt,
  "count-selected": (value) => words(toText(value)).length,
  count: (value) => nodes(value).length,
  "count-non-empty": (value) => nodes(value).filter((item) => item !== "").length,
  randomize,
  distance,
  area,
  geofence,
  intersects,
};

export const RUN = {
  today: (run) => run.today,
  now: (run) => run.now,
  "age-in-years": age,
  "working-days": (run, a, b) =>
    ofMoments(a, b, (first, last) => dates.workingDays(first, last, run.holidays)),
  pulldata,
};
