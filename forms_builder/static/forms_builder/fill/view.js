// The engine's state on the page: what is shown, computed, locked, offered.

import { createForm } from "../engine.js";
import { answerOf, isTyped, labelOf, write } from "./inputs.js";
import { appendRow } from "./rows.js";

/** The engine's state drawn on the page. */
export class View {
  constructor(form, definition, data) {
    this.form = form;
    this.data = data;
    this.nodes = definition.compiled.nodes;
    this.engine = createForm(definition.compiled, data.answers, {
      choices: data.lists,
      holidays: data.holidays,
      kept: data.kept,
      held: data.held,
      given: data.given,
    });
    this.readAll();
  }

  readAll() {
    const values = {};
    for (const question of this.form.querySelectorAll("[data-question]")) {
      if (question.closest("template") || !isTyped(question)) continue;
      const value = answerOf(question);
      if (value !== undefined) values[question.dataset.question] = value;
    }
    this.engine.setAll(values);
    this.draw(this.engine.state);
  }

  read(input) {
    const question = input.closest?.("[data-question]");
    if (!question || !isTyped(question)) return;
    const value = answerOf(question);
    if (value === undefined) return;
    this.draw(this.engine.set(question.dataset.question, value));
  }

  rowsChanged({ repeat, removed }) {
    if (removed === undefined) {
      const { index } = this.engine.addRow(repeat);
      this.writeBelow(`${repeat}[${index}]/`);
    } else this.engine.removeRow(repeat, removed);
    this.draw(this.engine.state);
  }

  /** The defaults of a new row, in its inputs. */
  writeBelow(start) {
    for (const [path, value] of Object.entries(this.engine.state.values)) {
      const question = path.startsWith(start) && this.question(path);
      if (question && !("computed" in question.dataset)) write(question, value);
    }
  }

  /** A question that may only be read shows what it has; later its own answer comes back. */
  lock(path, locked) {
    const question = this.question(path);
    if (!question || "locked" in question.dataset === Boolean(locked)) return;
    question.toggleAttribute("data-locked", Boolean(locked));
    for (const input of question.querySelectorAll("input, select, textarea")) {
      if ("readOnly" in input) input.readOnly = Boolean(locked);
      input.setAttribute("aria-disabled", String(Boolean(locked)));
    }
    if (answerOf(question) !== undefined) write(question, this.engine.state.values[path] ?? "");
  }

  draw(state) {
    for (const [path, shown] of Object.entries(state.relevant ?? {})) {
      for (const part of this.parts(path)) part.hidden = shown === false;
    }
    for (const [path, count] of Object.entries(state.rows ?? {})) this.fitRows(path, count ?? 0);
    for (const [path, required] of Object.entries(state.required ?? {})) {
      const mark = this.question(path)?.querySelector("[data-required]");
      if (mark) mark.hidden = !required;
    }
    for (const [path, locked] of Object.entries(state.locked ?? {})) this.lock(path, locked);
    for (const [path, offered] of Object.entries(state.choices ?? {})) this.offer(path, offered);
    for (const path of Object.keys(state.values ?? {})) this.compute(path, state.values[path]);
    for (const path of Object.keys(state.values ?? {})) this.say(path, state.values[path]);
  }

  /** A repeat whose number of rows the form computes has no buttons; its rows follow. */
  fitRows(path, count) {
    const repeat = this.form.querySelector(`[data-repeat="${CSS.escape(path)}"]`);
    if (!repeat || repeat.querySelector(":scope > div > button[name=_add]")) return;
    const rows = repeat.querySelector(":scope > [data-rows]");
    while (rows.children.length > count) rows.lastElementChild.remove();
    while (rows.children.length < count) appendRow(repeat);
  }

  parts(path) {
    const name = CSS.escape(path);
    return this.form.querySelectorAll(
      `[data-question="${name}"], [data-group="${name}"], [data-repeat="${name}"]`,
    );
  }

  question(path) {
    return this.form.querySelector(`[data-question="${CSS.escape(path)}"]`);
  }

  compute(path, value) {
    const question = this.question(path);
    if (!question || !("computed" in question.dataset)) return;
    const rows = this.data.lists[question.dataset.list];
    question.querySelector("output").textContent = rows ? labelsOf(rows, value) : this.words(value);
  }

  words(value) {
    if (value === undefined || value === null) return "";
    if (typeof value === "number" && this.data.language === "az") {
      return String(value).replace(".", ",");
    }
    const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
    return day ? `${day[3]}.${day[2]}.${day[1]}` : String(value);
  }

  /** `${field}` in labels: the words of the chosen option, else the value. */
  say(path, value) {
    const key = path.split("/").pop();
    for (const hole of this.form.querySelectorAll(`[data-says="${CSS.escape(key)}"]`)) {
      hole.textContent = labelOf(this.question(path), value) ?? this.words(value);
    }
  }

  offer(path, offered) {
    const select = this.question(path)?.querySelector("select");
    if (!select || offered === undefined) return;
    const node = Object.values(this.nodes).find((one) => one.key === path.split("/").pop());
    const rows = this.data.lists[node?.list];
    if (!rows) return;
    const chosen = select.value;
    const names = new Set(offered);
    const options = rows.filter((row) => names.has(row.name));
    const kept = [...select.options].find((option) => option.value === chosen);
    select.replaceChildren(select.options[0], ...options.map((row) => new Option(row.label, row.name)));
    // An answer that no longer fits stays visible until the person chooses another.
    if (chosen && !names.has(chosen) && kept) select.append(kept);
    select.value = chosen;
  }
}

/** The labels of chosen names (one, or several between spaces); a name without one stays. */
function labelsOf(rows, value) {
  const names = Array.isArray(value) ? value : String(value ?? "").split(" ");
  const labels = new Map(rows.map((row) => [row.name, row.label]));
  return names.map((name) => labels.get(name) ?? name).join(", ");
}
