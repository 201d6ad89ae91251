// The form engine in the browser: evaluates what forms_builder.compile made, with the same
// results as forms_builder.evaluation. Nothing here touches the page; fill.js does.
//
//   import { createForm } from "./engine.js";
//   const form = createForm(compiled, answers, {
//     today: "2026-11-22", now: "2026-11-22T12:00:00.000+04:00",   // both optional
//     choices: {list: [{name, labels, retired?, ...attributes}]},  // lists the page knows
//     holidays: ["2026-12-31"], language: "az",
//     kept: ["old_question"],       // retired nodes that were answered before (paths)
//     held: {path: value},          // what questions have while they may only be read
//     given: {name: {row: value}},  // what the server worked out of answers it keeps
//   });
//
// `compiled` is FormVersion.compiled as JSON, `answers` the map of docs/architecture.md.
// Paths are answer paths: "fin", "members[0]/fin"; sections and groups have paths as well.
//
//   form.state    everything as it stands, by path:
//     relevant  {path: boolean}     sections, groups, repeats and questions
//     values    {path: value}       answers and computed values that apply; absent = empty
//     required  {path: boolean}     questions that apply
//     locked    {path: boolean}     questions with a condition for read-only
//     valid     {path: boolean}     questions with a constraint that are answered
//     choices   {path: [name...]}   selects with a choice_filter whose list is known
//     offers    {path: [index...]}  the same choices by their places in the list
//     texts     {path: {"labels.az": "..."}}   labels, hints with ${field} in them
//     rows      {path: number}      rows of each repeat
//   form.set(path, value)         answer a question (null or "" empties it; strings typed
//                                 by people are understood)
//   form.setAll({path: value})    several at once
//   form.addRow(path) -> index, form.removeRow(path, index), form.moveRow(path, from, to)
//   form.answer(given)            what the server works out anew (see `given` above)
//   form.entryAt(path)            the node behind an answer path
//   form.answers()                the map to send; what does not apply is left out
// The text beside the choice "other" of an `or_other` question has the path "<path>_other".
//
// set, setAll, addRow... return the changes: the same maps as `state`, with only the entries
// that changed; an entry that went away is undefined. addRow returns {index, changes}.
// Answers to questions that stop being relevant are kept aside and come back with them,
// though they count as empty meanwhile.

import { coerce, isNothing } from "./engine/coercion.js";
import { Defaults } from "./engine/defaults.js";
import { momentText, UTC_OFFSET_MINUTES } from "./engine/dates.js";
import { compile, holds, newScope, Run, scopeOf } from "./engine/evaluator.js";
import { TooMuchWork } from "./engine/functions.js";
import { expressionValue, jsonValue, toBoolean, toNumber, toText } from "./engine/values.js";

const MAX_ROWS = 1000;
const MAX_ALL_ROWS = 20000; // of all repeats together
const EXPRESSIONS = [
  "relevant", "required", "constraint", "calculation", "choice_filter", "repeat_count",
  "read_only", "default",
];
const UNASKED = new Set(["calculate", "hidden", "note"]);
const FILLED_BY_US = new Set(["start", "end", "today"]);

/** One expression over plain answers, without a form. */
export function evaluateExpression(tree, answers, options) {
  return compile(tree)(scopeOf(answers, new Run(clock(options))));
}

export function createForm(compiled, answers = {}, options = {}) {
  return new Form(compiled, answers, clock(options));
}

/** The options with today and now filled in. */
function clock(options) {
  const now = options.now ?? momentText(Date.now() + UTC_OFFSET_MINUTES * 60000);
  const today = options.today ?? now.slice(0, 10);
  return { ...options, now, today, given: { ...options.given } };
}

class Form {
  constructor(compiled, answers, options) {
    this.options = options;
    this.kept = new Set(options.kept);
    this.entries = readEntries(compiled);
    this.order = compiled.order.map((path) => this.entries.get(path));
    this.raw = structuredClone(answers);
    this.state = this.evaluate();
  }

  set(path, value) {
    return this.setAll({ [path]: value });
  }

  setAll(values) {
    for (const [path, value] of Object.entries(values)) this.put(path, value);
    return this.refresh();
  }

  put(path, value) {
    const [holder, key] = this.holder(path);
    if (value === null || value === undefined || value === "") delete holder[key];
    else holder[key] = value;
  }

  /** The map and key behind an answer path; rows that are missing are made. */
  holder(path) {
    const parts = path.split("]/");
    const key = parts.pop();
    let map = this.raw;
    for (const part of parts) {
      const split = part.lastIndexOf("[");
      const rows = (map[part.slice(0, split)] ??= []);
      const index = Number(part.slice(split + 1));
      while (rows.length <= index) rows.push({});
      map = rows[index];
    }
    return [map, key];
  }

  rowsAt(path) {
    const [holder, key] = this.holder(path);
    return (holder[key] ??= []);
  }

  addRow(path) {
    const rows = this.rowsAt(path);
    if (rows.length < MAX_ROWS) rows.push(this.newRow(path));
    return { index: rows.length - 1, changes: this.refresh() };
  }

  /** What a new row starts with: the defaults of its questions. */
  newRow(path) {
    return this.defaults.ofScope(this.entryAt(path).path);
  }

  /** The node at an answer path. */
  entryAt(path) {
    this.byKeys ??= new Map(
      [...this.entries.values()].map((entry) => [this.keysTo(entry), entry]),
    );
    return this.byKeys.get(path.replaceAll(/\[\d+\]/g, ""));
  }

  /** The answer path of a node, without the numbers of rows. */
  keysTo(entry) {
    return [...entry.chain, entry.path].map((path) => this.entries.get(path).key).join("/");
  }

  removeRow(path, index) {
    this.rowsAt(path).splice(index, 1);
    this.renumber(path, (row) => (row === index ? null : row - (row > index)));
    return this.refresh();
  }

  moveRow(path, from, to) {
    const rows = this.rowsAt(path);
    rows.splice(to, 0, ...rows.splice(from, 1));
    this.renumber(path, (row) => {
      if (row === from) return to;
      return row - (row > from && row <= to) + (row < from && row >= to);
    });
    return this.refresh();
  }

  /** What the server said of a row follows the row to its new number. */
  renumber(path, moved) {
    const { options } = this;
    for (const [name, rows] of Object.entries(options.given ?? {})) {
      options.given[name] = Object.fromEntries(renumbered(Object.entries(rows), path, moved));
    }
    options.held = Object.fromEntries(
      renumbered(Object.entries(options.held ?? {}), path, moved),
    );
    const kept = [...this.kept].map((place) => [place, true]);
    this.kept = new Set(renumbered(kept, path, moved).map(([place]) => place));
  }

  /** Go on with what the server now says of answers that it keeps. */
  answer(given) {
    this.options.given = { ...given };
    return this.refresh();
  }

  refresh() {
    const before = this.state;
    this.state = this.evaluate();
    return changes(before, this.state);
  }

  evaluate() {
    const run = new Run(this.options);
    this.defaults = new Defaults(this.entries, run);
    this.root = newScope(run);
    this.rowCount = 0;
    this.read(this.root, "", this.raw);
    for (const entry of this.order) {
      for (const scope of this.scopesAt(entry.chain)) this.step(entry, scope);
    }
    return this.describe();
  }

  // Reading answers

  read(scope, repeat, answers) {
    for (const entry of this.entries.inScope(repeat)) {
      const raw = answers[entry.key];
      if (entry.kind === "repeat") this.readRows(scope, entry, raw);
      else if (entry.kind === "question") {
        this.readAnswer(scope, entry, raw, answers[`${entry.key}_other`]);
      }
    }
    for (const entry of this.entries.inScope(repeat)) {
      if (entry.retired && !this.kept.has(scope.key + entry.key)) hide(entry, scope);
    }
  }

  readRows(scope, entry, raw) {
    if (!Array.isArray(raw)) return;
    scope.rows.set(entry.path, []);
    raw.slice(0, MAX_ROWS).forEach((answers) => this.addScope(scope, entry, answers ?? {}));
  }

  addScope(scope, entry, answers) {
    this.rowCount += 1;
    if (this.rowCount > MAX_ALL_ROWS) throw new TooMuchWork("the form has too many rows");
    const rows = scope.rows.get(entry.path);
    const row = newScope(scope.run, scope, entry.path, rows.length);
    row.key = `${scope.key}${entry.key}[${rows.length}]/`;
    rows.push(row);
    this.read(row, entry.path, answers);
  }

  readAnswer(scope, entry, raw, other) {
    let given = raw;
    if ((given === undefined || given === null) && !entry.calculation) {
      given = this.startValue(entry);
    }
    const value = coerce(entry.type, given, entry.parameters);
    if (value !== null) put(scope, entry.path, value);
    if (entry.or_other && other) (scope.others ??= new Map()).set(entry.path, other);
  }

  startValue(entry) {
    const isOurs = FILLED_BY_US.has(entry.type);
    if (!entry.computed && !isOurs) return null;
    if (entry.default || !isOurs) return this.defaults.raw(entry);
    return entry.type === "today" ? this.options.today : this.options.now;
  }

  // Working out

  scopesAt(chain) {
    let scopes = [this.root];
    for (const repeat of chain) scopes = scopes.flatMap((scope) => scope.rows.get(repeat) ?? []);
    return scopes;
  }

  step(entry, scope) {
    if (scope.hidden.has(entry.path)) return;
    if (entry.relevant && !toBoolean(entry.relevant(scope))) {
      hide(entry, scope);
      return;
    }
    if (entry.calculation) {
      const value = computedValue(entry, entry.calculation(scope));
      drop(scope, entry.path);
      if (value !== null) put(scope, entry.path, value);
    } else if (entry.read_only && toBoolean(entry.read_only(scope))) {
      this.hold(entry, scope);
    }
    if (entry.repeat_count) this.repeat(entry, scope);
  }

  /** A read-only question has what was stored for it, else its default. */
  hold(entry, scope) {
    (scope.locked ??= new Set()).add(entry.path);
    drop(scope, entry.path);
    let given = this.options.held?.[scope.key + entry.key];
    given ??= this.defaults.raw(entry);
    const value = coerce(entry.type, given, entry.parameters);
    if (value !== null) put(scope, entry.path, value);
  }

  repeat(entry, scope) {
    const number = toNumber(entry.repeat_count(scope));
    const wanted = number > 0 ? Math.trunc(Math.min(number, MAX_ROWS)) : 0;
    if (!scope.rows.has(entry.path)) scope.rows.set(entry.path, []);
    const rows = scope.rows.get(entry.path);
    rows.length = Math.min(rows.length, wanted);
    while (rows.length < wanted) this.addScope(scope, entry, {});
  }

  // The result

  describe() {
    const state = {
      relevant: {}, values: {}, required: {}, locked: {}, valid: {}, choices: {}, offers: {},
      texts: {}, rows: {},
    };
    this.describeScope(this.root, "", state);
    return state;
  }

  describeScope(scope, repeat, state) {
    for (const entry of this.entries.inScope(repeat)) {
      const path = scope.key + entry.key;
      state.relevant[path] = !scope.hidden.has(entry.path);
      if (!state.relevant[path]) continue;
      if (entry.kind === "question") describeQuestion(entry, scope, path, state);
      if (entry.templates.length) state.texts[path] = texts(entry, scope);
      if (entry.kind !== "repeat") continue;
      const rows = scope.rows.get(entry.path) ?? [];
      state.rows[path] = rows.length;
      for (const row of rows) this.describeScope(row, entry.path, state);
    }
  }

  answers() {
    return this.collect(this.root, "");
  }

  collect(scope, repeat) {
    const found = {};
    for (const entry of this.entries.inScope(repeat)) {
      const value = storedValue(scope, entry.path);
      if (value !== undefined) {
        found[entry.key] = value;
        const other = scope.others?.get(entry.path);
        const chosen = [value].flat().includes("other");
        if (other && chosen) found[`${entry.key}_other`] = other;
      } else if (entry.kind === "repeat" && scope.rows.has(entry.path)) {
        const rows = scope.rows.get(entry.path);
        found[entry.key] = rows.map((row) => this.collect(row, entry.path));
      }
    }
    return found;
  }
}

/** Entries by answer path, after the rows of the repeat at `path` got other numbers. */
function renumbered(entries, path, moved) {
  const start = `${path}[`;
  return entries.flatMap(([key, value]) => {
    if (!key.startsWith(start)) return [[key, value]];
    const end = key.indexOf("]", start.length);
    const row = moved(Number(key.slice(start.length, end)));
    return row === null ? [] : [[`${start}${row}${key.slice(end)}`, value]];
  });
}

/** The nodes with their compiled expressions, by path, and by the repeat they are in. */
function readEntries(compiled) {
  const entries = new Map();
  const scopes = new Map();
  for (const [path, node] of Object.entries(compiled.nodes)) {
    const entry = { computed: false, required: false, ...node, path, always: node.required };
    for (const name of EXPRESSIONS) entry[name] = closure(compiled.asts, path, name);
    entry.repeat = node.repeat ?? "";
    entry.chain = chainOf(compiled.nodes, entry.repeat);
    entry.templates = [];
    entries.set(path, entry);
    if (!scopes.has(entry.repeat)) scopes.set(entry.repeat, []);
    scopes.get(entry.repeat).push(entry);
  }
  readTemplates(compiled.asts, entries);
  for (const entry of entries.values()) entry.below = below(entry, scopes);
  entries.inScope = (repeat) => scopes.get(repeat) ?? [];
  return entries;
}

function closure(asts, path, name) {
  const tree = asts[`${path}#${name}`];
  return tree === undefined ? null : compile(tree);
}

function chainOf(nodes, repeat) {
  return repeat ? [...chainOf(nodes, nodes[repeat].repeat ?? ""), repeat] : [];
}

function readTemplates(asts, entries) {
  for (const [where, tree] of Object.entries(asts)) {
    const [path, attribute] = where.split("#");
    if (attribute.includes(".")) entries.get(path).templates.push([attribute, compile(tree)]);
  }
}

/** What disappears from the same scope together with `entry`. */
function below(entry, scopes) {
  if (entry.kind === "question" || entry.kind === "repeat") return [entry];
  const start = `${entry.path}/`;
  const inside = scopes.get(entry.repeat).filter((other) => other.path.startsWith(start));
  return [entry, ...inside];
}

function hide(entry, scope) {
  for (const other of entry.below) {
    scope.hidden.add(other.path);
    drop(scope, other.path);
    scope.rows.delete(other.path);
  }
}

function put(scope, path, value) {
  if (typeof value === "object") (scope.stored ??= new Map()).set(path, value);
  scope.values.set(path, expressionValue(value));
}

function drop(scope, path) {
  scope.values.delete(path);
  scope.stored?.delete(path);
}

const storedValue = (scope, path) => scope.stored?.get(path) ?? scope.values.get(path);

function describeQuestion(entry, scope, path, state) {
  const value = storedValue(scope, entry.path);
  if (value !== undefined) state.values[path] = value;
  if (entry.choice_filter && Object.hasOwn(scope.run.lists, entry.list)) {
    const choices = scope.run.choices(entry.list);
    state.offers[path] = offered(entry, scope, choices);
    state.choices[path] = state.offers[path].map((index) => choices[index].name);
  }
  if (UNASKED.has(entry.type)) return;
  if (entry.read_only) state.locked[path] = Boolean(scope.locked?.has(entry.path));
  state.required[path] =
    entry.always === true || (entry.required !== null && toBoolean(entry.required(scope)));
  if (entry.constraint && value !== undefined) {
    state.valid[path] = toBoolean(entry.constraint(scope));
  }
}

/** The places in the list of what may be chosen; a cascade may have a name several times. */
function offered(entry, scope, choices) {
  const fits = (choice) => !choice.retired && holds(scope, entry.choice_filter, choice);
  return [...choices.keys()].filter((index) => fits(choices[index]));
}

const texts = (entry, scope) =>
  Object.fromEntries(entry.templates.map(([name, work]) => [name, toText(work(scope))]));

function computedValue(entry, value) {
  const found = jsonValue(value);
  if (found === null || UNASKED.has(entry.type)) return found;
  if (entry.type === "text") return toText(found);
  if (entry.type === "integer") {
    const number = toNumber(found);
    return Math.abs(number) < 1e15 ? Math.trunc(number) + 0 : null;
  }
  const fits = coerce(entry.type, found, entry.parameters);
  return fits === null && !isNothing(entry.type, found) ? found : fits;
}

/** Entries of `after` that differ from `before`, map by map; undefined = gone. */
function changes(before, after) {
  const found = {};
  for (const [name, map] of Object.entries(after)) {
    const old = before[name];
    const paths = new Set([...Object.keys(old), ...Object.keys(map)]);
    const changed = [...paths].filter((path) => !same(old[path], map[path]));
    found[name] = Object.fromEntries(changed.map((path) => [path, map[path]]));
  }
  return found;
}

const same = (a, b) =>
  a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
