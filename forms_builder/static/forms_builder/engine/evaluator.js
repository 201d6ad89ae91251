// Trees (JSON of expressions/codec.py) to functions of a scope; the twin of compiler.py.
//
// A scope is the form outside repeats or one row of a repeat:
// {run, parent, repeat, index, key, values: Map, hidden: Set, rows: Map}.

import { choiceAttribute, choiceLabel, FUNCTIONS, RUN, TooMuchWork } from "./functions.js";
import {
  differ,
  equal,
  expressionValue,
  nodes,
  order,
  scalar,
  toBoolean,
  toNumber,
  toText,
  words,
} from "./values.js";

const MAX_STEPS = 2000000;

/** One evaluation: its clock and lists. `choices` maps list codes to arrays of choices. */
export class Run {
  constructor({ today, now, choices = {}, holidays = [], given = {}, language = "az" }) {
    Object.assign(this, { today, now, holidays, given, language });
    this.lists = choices;
    this.named = new Map();
    this.steps = 0;
    this.items = [];
  }

  choices(list) {
    return Object.hasOwn(this.lists, list) ? this.lists[list] : [];
  }

  /** The first choice of a list that is called so. */
  choice(list, name) {
    if (!this.named.has(list)) {
      const choices = this.choices(list);
      this.spend(choices.length);
      this.named.set(list, new Map([...choices].reverse().map((one) => [one.name, one])));
    }
    return this.named.get(list).get(name);
  }

  spend(steps) {
    this.steps += steps;
    if (this.steps > MAX_STEPS) {
      throw new TooMuchWork("the form takes too many steps to work out");
    }
  }
}

export function newScope(run, parent = null, repeat = "", index = 0) {
  return {
    run, parent, repeat, index, key: "",
    values: new Map(), hidden: new Set(), rows: new Map(),
  };
}

/** A scope over plain answers without a form: lists of maps are repeats. */
export function scopeOf(answers, run, parent = null) {
  const scope = newScope(run, parent);
  for (const [name, value] of Object.entries(answers)) {
    const isRow = (item) => item !== null && typeof item === "object" && !Array.isArray(item);
    if (Array.isArray(value) && (!value.length || value.some(isRow))) {
      const rows = value.filter(isRow).map((row, index) => {
        const made = scopeOf(row, run, scope);
        return Object.assign(made, { index, repeat: name });
      });
      scope.rows.set(name, rows);
    } else {
      scope.values.set(name, expressionValue(value));
    }
  }
  return scope;
}

/** The tree as a function of a scope. */
export function compile(tree) {
  if (typeof tree === "number" || typeof tree === "string") return () => tree;
  const [name, ...rest] = tree;
  const make = MAKERS[name];
  if (!make) throw new Error(`unknown node ${name}`);
  return make(...rest);
}

function lookup(scope, name) {
  for (let here = scope; here; here = here.parent) {
    if (here.values.has(name)) return here.values.get(name);
    if (here.rows.has(name)) return here.rows.get(name).map(() => "");
  }
  let top = scope;
  while (top.parent) top = top.parent;
  const found = gather(top, name);
  return found.length ? found : "";
}

function gather(scope, name) {
  const found = [];
  for (const rows of scope.rows.values()) {
    for (const row of rows) {
      if (row.values.has(name)) found.push(row.values.get(name));
      found.push(...gather(row, name));
    }
  }
  return found;
}

/** The scope `climb` rows up; -1 is the form outside all repeats. */
export function ancestor(scope, climb) {
  let found = scope;
  for (let left = climb; left !== 0 && found.parent; left -= 1) found = found.parent;
  return found;
}

export function rowsThrough(scopes, through) {
  let found = scopes;
  for (const repeat of through) found = found.flatMap((scope) => scope.rows.get(repeat) ?? []);
  if (found.length) found[0].run.spend(found.length);
  return found;
}

function valuesIn(scopes, path) {
  return scopes
    .filter((scope) => !scope.hidden.has(path))
    .map((scope) => scope.values.get(path) ?? "");
}

function field(path, climb, ...through) {
  if (through.length) {
    return (scope) => valuesIn(rowsThrough([ancestor(scope, climb)], through), path);
  }
  return (scope) => {
    const owner = ancestor(scope, climb);
    return owner.values.get(path) ?? (owner.hidden.has(path) ? [] : "");
  };
}

function rows(path, climb, levels) {
  const made = levels.map(([repeat, ...predicates]) => [repeat, predicates.map(compile)]);
  return (scope) => {
    let scopes = [ancestor(scope, climb)];
    for (const [repeat, predicates] of made) {
      scopes = scopes.flatMap((owner) =>
        predicates.reduce(
          (kept, predicate) => filtered(kept, predicate, scope),
          rowsThrough([owner], [repeat]),
        ),
      );
    }
    return valuesIn(scopes, path);
  };
}

function filtered(items, predicate, scope) {
  scope.run.spend(items.length);
  return items.filter((item, index) => holds(scope, predicate, item, index + 1, items.length));
}

/** Whether `predicate` holds for `item` (a choice or a row); a number means a position. */
export function holds(scope, predicate, item, position = 1, size = 1) {
  const { items } = scope.run;
  items.push([item, position, size]);
  try {
    const value = predicate(scope);
    return typeof value === "number" ? value === position : toBoolean(value);
  } finally {
    items.pop();
  }
}

function items(source, predicates, attribute) {
  const list = compile(source);
  const made = predicates.map(compile);
  return (scope) => {
    const { run } = scope;
    const kept = made.reduce(
      (found, predicate) => filtered(found, predicate, scope),
      run.choices(toText(list(scope))),
    );
    return kept.map((choice) => choiceAttribute(choice, attribute, run.language));
  };
}

function itemField(path, ...through) {
  return (scope) => {
    const found = valuesIn(rowsThrough([scope.run.items.at(-1)[0]], through), path);
    return through.length || !found.length ? found : found[0];
  };
}

const binary = (work) => (left, right) => {
  const [a, b] = [compile(left), compile(right)];
  return (scope) => work(a(scope), b(scope));
};
const arithmetic = (work) => binary((a, b) => work(toNumber(a), toNumber(b)));
const ordered = (operator) => comparison((a, b) => order(a, b, operator));

/** Two node-sets are compared pair by pair, which counts as work. */
function comparison(work) {
  return (left, right) => {
    const [one, other] = [compile(left), compile(right)];
    return (scope) => {
      const [a, b] = [one(scope), other(scope)];
      if (Array.isArray(a) && Array.isArray(b)) scope.run.spend(a.length * b.length);
      return work(a, b);
    };
  };
}

function chain(stop) {
  return (...operands) => {
    const made = operands.map(compile);
    const ends = (scope) => made.some((part) => toBoolean(part(scope)) === stop);
    return (scope) => ends(scope) === stop;
  };
}

function coalesce(...options) {
  return (scope) => {
    for (const option of options) {
      const value = scalar(option(scope));
      if (value !== "") return value;
    }
    return "";
  };
}

const SPECIAL = {
  if: (condition, then, otherwise) => (scope) =>
    toBoolean(condition(scope)) ? then(scope) : otherwise(scope),
  coalesce,
  once: coalesce,
  position: () => (scope) => scope.run.items.at(-1)?.[1] ?? scope.index + 1,
  last: () => (scope) => scope.run.items.at(-1)?.[2] ?? 1,
  "jr:choice-name": (value, source) => (scope) => {
    const list = toText(source(scope));
    const names = words(toText(value(scope)));
    return names.map((name) => choiceLabel(scope.run, list, name)).join(", ");
  },
};

function call(name, ...rest) {
  const made = rest.map(compile);
  if (Object.hasOwn(SPECIAL, name)) return SPECIAL[name](...made);
  if (Object.hasOwn(RUN, name)) {
    const work = RUN[name];
    return (scope) => work(scope.run, ...made.map((part) => part(scope)));
  }
  if (!Object.hasOwn(FUNCTIONS, name)) throw new Error(`unknown function ${name}`);
  const work = FUNCTIONS[name];
  return (scope) => work(...made.map((part) => part(scope)));
}

function negate(operand) {
  const made = compile(operand);
  return (scope) => -toNumber(made(scope));
}

/** What the server worked out here; in a row that it has not seen yet, for an empty one. */
const given = (name) => (scope) => {
  const known = scope.run.given[name] ?? {};
  return known[scope.key] ?? known["+"] ?? "";
};

const MAKERS = {
  $: (name) => (scope) => lookup(scope, name),
  field,
  rows,
  items,
  attr: (name) => (scope) =>
    choiceAttribute(scope.run.items.at(-1)[0], name, scope.run.language),
  item: itemField,
  position: (climb) => (scope) => ancestor(scope, climb).index + 1,
  given,
  call,
  neg: negate,
  and: (...operands) => chain(false)(...operands),
  or: (...operands) => chain(true)(...operands),
  "=": comparison(equal),
  "!=": comparison(differ),
  "<": ordered("<"),
  "<=": ordered("<="),
  ">": ordered(">"),
  ">=": ordered(">="),
  "|": binary((a, b) => [...nodes(a), ...nodes(b)]),
  "+": arithmetic((a, b) => a + b),
  "-": arithmetic((a, b) => a - b),
  "*": arithmetic((a, b) => a * b),
  div: arithmetic((a, b) => a / b),
  mod: arithmetic((a, b) => a % b),
};
