// Values and how they turn into one another (the twin of expressions/values.py).
// A value is a string, a number, a boolean, or a node-set: an array of such values.

import { isTime, toDays } from "./dates.js";

export { trim, words } from "./spaces.js";

const NUMBER = /^[ \t\r\n]*-?(?:\d+(?:\.\d*)?|\.\d+)[ \t\r\n]*$/;

/** The value itself, or the first of a node-set. */
export const scalar = (value) => (Array.isArray(value) ? (value[0] ?? "") : value);

/** The values of a node-set; a single value counts as one. */
export const nodes = (value) => (Array.isArray(value) ? value : [value]);

export function toNumber(value) {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") return textNumber(value);
  return toNumber(scalar(value));
}

/** The number a text says: decimal notation or an ISO date; else NaN. */
export function textNumber(text) {
  if (NUMBER.test(text)) return Number(text);
  return toDays(text) ?? NaN;
}

export function toText(value) {
  if (typeof value === "string") return value;
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  return toText(scalar(value));
}

/** A number in decimal notation, never with an exponent. */
export function numberText(number) {
  const text = String(number === 0 ? 0 : number);
  const found = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!found) return text;
  const [, sign, first, rest = "", exponent] = found;
  const digits = first + rest;
  const power = Number(exponent);
  if (power < 0) return `${sign}0.${"0".repeat(-power - 1)}${digits}`;
  return sign + digits.padEnd(power + 1, "0");
}

export function toBoolean(value) {
  if (typeof value === "boolean") return value;
  if (typeof value === "string") return value !== "";
  if (typeof value === "number") return !Number.isNaN(value) && value !== 0;
  return value.length > 0 && toBoolean(value[0]);
}

/** A computed value as it is stored; null for nothing. */
export function jsonValue(value) {
  const single = scalar(value);
  if (typeof single === "boolean") return single ? "true" : "false";
  if (typeof single === "string") return single || null;
  return Number.isFinite(single) ? single + 0 : null;
}

/** What takes part in a comparison: an empty node-set counts as "". */
const compared = (value) => (Array.isArray(value) && !value.length ? [""] : nodes(value));
const someOf = (left, right, test) =>
  compared(left).some((a) => compared(right).some((b) => test(a, b)));

export function equal(left, right) {
  if (Array.isArray(left) || Array.isArray(right)) return someOf(left, right, same);
  return same(left, right);
}

export function differ(left, right) {
  if (Array.isArray(left) || Array.isArray(right)) {
    return someOf(left, right, (a, b) => !same(a, b));
  }
  return !same(left, right);
}

function same(left, right) {
  if (typeof left === "string" && typeof right === "string") {
    return left === right || sameMoment(left, right);
  }
  if (typeof left === "boolean" || typeof right === "boolean") {
    return toBoolean(left) === toBoolean(right);
  }
  return toNumber(left) === toNumber(right);
}

function sameMoment(left, right) {
  if (left[4] !== "-" || right[4] !== "-") return false;
  const days = toDays(left);
  return days !== null && days === toDays(right);
}

export function order(left, right, operator) {
  if (Array.isArray(left) || Array.isArray(right)) {
    return someOf(left, right, (a, b) => ordered(a, b, operator));
  }
  return ordered(left, right, operator);
}

function ordered(left, right, operator) {
  const times =
    typeof left === "string" && typeof right === "string" && isTime(left) && isTime(right);
  const [a, b] = times ? [left, right] : [toNumber(left), toNumber(right)];
  if (operator === "<") return a < b;
  if (operator === "<=") return a <= b;
  if (operator === ">") return a > b;
  return a >= b;
}

/** An answer as expressions see it: lists and points as texts, nothing as "". */
export function expressionValue(value) {
  if (["string", "boolean", "number"].includes(typeof value)) return value;
  if (Array.isArray(value)) {
    const separator = value.some((item) => item && typeof item === "object") ? ";" : " ";
    return value.map((item) => toText(expressionValue(item))).join(separator);
  }
  if (value && typeof value === "object") {
    if ("lat" in value && "lon" in value) {
      const parts = [value.lat, value.lon, value.alt ?? 0, value.acc ?? 0];
      return parts.map((part) => toText(part)).join(" ");
    }
    return String(value.name ?? "");
  }
  return "";
}
