// What people type, by question type, as answers are stored (the twin of coercion.py).
// A value that does not fit counts as not answered here; the server says what is wrong.

const INTEGER = /^[-+]?\d{1,16}$/;
const DECIMAL = /^[-+]?(?:\d{1,16}(?:[.,]\d*)?|[.,]\d+)$/;
const TIME = /^([01]?\d|2[0-3]):([0-5]\d)/;

function number(raw, pattern) {
  if (typeof raw === "string") {
    if (!pattern.test(raw.trim())) return null;
    return bounded(Number(raw.trim().replace(",", ".")));
  }
  return typeof raw === "number" ? bounded(raw) : null;
}

const bounded = (value) => (Math.abs(value) < 1e15 ? value : null);

function integer(raw) {
  const value = number(raw, INTEGER);
  return Number.isInteger(value) ? value : null;
}

function date(raw) {
  const local = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(String(raw).trim());
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(String(raw).trim());
  if (!local && !iso) return null;
  const [year, month, day] = local ? [local[3], local[2], local[1]] : iso.slice(1);
  const text = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const found = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(found.getTime()) || found.getUTCDate() !== Number(day) ? null : text;
}

function time(raw) {
  const found = TIME.exec(String(raw).trim());
  return found ? `${found[1].padStart(2, "0")}:${found[2]}` : null;
}

function dateTime(raw) {
  const text = String(raw).trim();
  if (!/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/.test(text)) return null;
  const full = /T\d{2}:\d{2}$/.test(text) ? `${text}:00` : text;
  return /(Z|[+-]\d{2}:?\d{2})$/.test(full) ? full : `${full}+04:00`;
}

function names(raw) {
  const parts = typeof raw === "string" ? raw.split(/\s+/) : raw;
  if (!Array.isArray(parts)) return null;
  const found = [...new Set(parts.filter((part) => typeof part === "string" && part.trim()))];
  return found.length ? found : null;
}

function point(raw) {
  if (typeof raw !== "string") return raw && "lat" in raw ? raw : null;
  const parts = raw.trim().replace(",", " ").split(/\s+/).map(Number);
  if (parts.length < 2 || parts.some(Number.isNaN)) return null;
  const keys = ["lat", "lon", "alt", "acc"].slice(0, parts.length);
  return Object.fromEntries(keys.map((key, index) => [key, parts[index]]));
}

function places(raw) {
  const parts = typeof raw === "string" ? raw.split(";").filter((part) => part.trim()) : raw;
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
  [true, "OK", "ok", "on", "yes", "true", "1"].includes(raw) ? "OK" : null;
const decimal = (raw) => number(raw, DECIMAL);
const text = (raw) => (String(raw).trim() ? String(raw).replaceAll("\r\n", "\n") : null);
const object = (raw) => (raw && typeof raw === "object" && raw.id ? raw : null);

const computed = (raw) => (typeof raw === "number" ? bounded(raw) : text(raw));

const COERCERS = {
  calculate: computed, hidden: computed,
  integer, decimal, range, date, time, dateTime, acknowledge,
  select_one: (raw) => text(raw)?.trim() ?? null,
  select_multiple: names, rank: names,
  image: object, audio: object, video: object, file: object, "background-audio": object,
  geopoint: point, "start-geopoint": point, "background-geopoint": point,
  geotrace: line, geoshape: area,
};

/** The stored form of `raw` for a question type, or null; `parameters` are the question's. */
export function coerce(type, raw, parameters) {
  if (raw === null || raw === undefined || raw === "") return null;
  return (COERCERS[type] ?? text)(raw, parameters);
}
