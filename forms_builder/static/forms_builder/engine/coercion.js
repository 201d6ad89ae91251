// What people type, by question type, as answers are stored (the twin of coercion.py).
// A value that does not fit counts as not answered here; the server says what is wrong.

import { toMoment } from "./dates.js";
import { trim, words } from "./spaces.js";

const INTEGER = /^[-+]?\d{1,16}$/;
const DECIMAL = /^[-+]?(?:\d{1,16}(?:[.,]\d*)?|[.,]\d+)$/;
const TIME = /^([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/;
const MOMENT =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:\.(\d+))?(Z|[+-]\d{2}(?::?\d{2})?)?$/;

function number(raw, pattern) {
  if (typeof raw === "string") {
    if (!pattern.test(trim(raw))) return null;
    return bounded(Number(trim(raw).replace(",", ".")));
  }
  return typeof raw === "number" ? bounded(raw) : null;
}

/** Numbers below 10**15, never -0. */
const bounded = (value) => (Math.abs(value) < 1e15 ? value + 0 : null);

function integer(raw) {
  const value = number(raw, INTEGER);
  return Number.isInteger(value) ? value : null;
}

function date(raw) {
  const local = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(trim(String(raw)));
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(trim(String(raw)));
  if ((!local && !iso) || (local ?? iso).includes("0000")) return null;
  const [year, month, day] = local ? [local[3], local[2], local[1]] : iso.slice(1);
  const text = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const found = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(found.getTime()) || found.getUTCDate() !== Number(day) ? null : text;
}

function time(raw) {
  const found = TIME.exec(trim(String(raw)));
  return found ? `${found[1].padStart(2, "0")}:${found[2]}` : null;
}

function dateTime(raw) {
  const found = MOMENT.exec(trim(String(raw)));
  if (!found || toMoment(found[0]) === null) return null;
  const [, day, clock, seconds = ":00", fraction = "", zone = "+04:00"] = found;
  const micros = fraction.slice(0, 6).padEnd(6, "0");
  const rest = Number(micros) ? `.${micros}` : "";
  const offset = zone === "Z" ? "+0000" : zone.replace(":", "").padEnd(5, "0");
  return `${day}T${clock}${seconds}${rest}${offset.slice(0, 3)}:${offset.slice(3)}`;
}

function names(raw) {
  const texts = typeof raw === "string" ? [raw] : raw;
  if (!Array.isArray(texts)) return null;
  const found = new Set(texts.filter((one) => typeof one === "string").flatMap(words));
  return found.size ? [...found] : null;
}

function point(raw) {
  if (typeof raw !== "string") return raw && "lat" in raw ? raw : null;
  const parts = words(raw.replace(",", " ")).map(Number);
  if (parts.length < 2 || parts.some(Number.isNaN)) return null;
  const keys = ["lat", "lon", "alt", "acc"].slice(0, parts.length);
  return Object.fromEntries(keys.map((key, index) => [key, parts[index]]));
}

function places(raw) {
  const parts = typeof raw === "string" ? raw.split(";").filter(trim) : raw;
  return Array.isArray(parts) ? parts.map(point).filter(Boolean) : [];
}

function line(raw) {
  const found = places(raw);
  return found.length > 1 ? found : null;
}

const spot = (place) => `${Number(place.lat)} ${Number(place.lon)}`;

function area(raw) {
  const found = places(raw);
  const isClosed = found.length > 1 && spot(found[0]) === spot(found.at(-1));
  const corners = isClosed ? found.slice(0, -1) : found;
  if (new Set(corners.map(spot)).size < 3) return null;
  return [...corners, isClosed ? found.at(-1) : { ...corners[0] }];
}

/** A number between the ends, on a step. */
function range(raw, parameters = {}) {
  const value = decimal(raw);
  const [low, high, step] = ["start", "end", "step"].map((name) => bound(parameters[name]));
  if (value === null || low === null || high === null) return value;
  if (value < Math.min(low, high) || value > Math.max(low, high)) return null;
  const steps = step ? (value - low) / step : 0;
  return Math.abs(steps - Math.round(steps)) < 1e-6 ? value : null;
}

function bound(raw) {
  const value = raw === undefined || raw === null || raw === "" ? NaN : Number(raw);
  return Number.isNaN(value) ? null : value;
}

const acknowledge = (raw) =>
  [true, 1, "OK", "ok", "on", "yes", "true", "1"].includes(raw) ? "OK" : null;
const decimal = (raw) => number(raw, DECIMAL);
const text = (raw) => (trim(String(raw)) ? String(raw).replaceAll("\r\n", "\n") : null);
const object = (raw) => (raw && typeof raw === "object" && raw.id ? raw : null);

const computed = (raw) => (typeof raw === "number" ? bounded(raw) : text(raw));

const COERCERS = {
  calculate: computed, hidden: computed,
  integer, decimal, range, date, time, dateTime, acknowledge,
  select_one: (raw) => trim(text(raw) ?? "") || null,
  select_multiple: names, rank: names,
  image: object, audio: object, video: object, file: object, "background-audio": object,
  geopoint: point, "start-geopoint": point, "background-geopoint": point,
  geotrace: line, geoshape: area,
};

/** Whether `raw`, which is no answer of its type, says that there is none. */
export function isNothing(type, raw) {
  if (type === "acknowledge" && ["no", "false", "0"].includes(String(raw))) return true;
  const isLine = type === "geotrace" || type === "geoshape";
  return typeof raw === "string" && trim(isLine ? raw.replaceAll(";", "") : raw) === "";
}

/** The stored form of `raw` for a question type, or null; `parameters` are the question's. */
export function coerce(type, raw, parameters) {
  if (raw === null || raw === undefined || raw === "") return null;
  return (COERCERS[type] ?? text)(raw, parameters);
}
