// What questions start with, over no answers (the twin of defaults.py).

import { coerce } from "./coercion.js";
import { newScope } from "./evaluator.js";
import { expressionValue, jsonValue } from "./values.js";

/** The defaults of one form: each sees those before it, in its row and around it. */
export class Defaults {
  constructor(entries, run) {
    this.entries = entries;
    this.run = run;
    this.scopes = new Map();
  }

  /** The default of a question as written or worked out anew; null for none. */
  raw(entry) {
    if (!entry.default) return entry.initial ?? null;
    return jsonValue(entry.default(this.before(entry)));
  }

  /** What a row of `repeat` ("": the form) starts with, by key. */
  ofScope(repeat) {
    const found = {};
    this.fill(repeat, found);
    return found;
  }

  scope(repeat) {
    if (!this.scopes.has(repeat)) this.scopes.set(repeat, this.fill(repeat, {}));
    return this.scopes.get(repeat);
  }

  fill(repeat, found) {
    const scope = this.empty(repeat);
    for (const entry of this.questions(repeat)) {
      const raw = entry.default ? jsonValue(entry.default(scope)) : entry.initial;
      const value = coerce(entry.type, raw, entry.parameters);
      if (value === null) continue;
      scope.values.set(entry.path, expressionValue(value));
      if (!entry.computed) found[entry.key] = value;
    }
    return scope;
  }

  questions(repeat) {
    return this.entries.inScope(repeat).filter((entry) => entry.kind === "question");
  }

  empty(repeat) {
    if (!repeat) return newScope(this.run);
    return newScope(this.run, this.scope(this.entries.get(repeat).repeat), repeat);
  }

  /** The row of a question with the defaults before it. */
  before(entry) {
    const [scope, whole] = [this.empty(entry.repeat), this.scope(entry.repeat).values];
    for (const other of this.questions(entry.repeat)) {
      if (other === entry) break;
      if (whole.has(other.path)) scope.values.set(other.path, whole.get(other.path));
    }
    return scope;
  }
}
