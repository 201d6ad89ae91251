// The engine's state on the page: what is shown, computed, locked, offered.

import { createForm } from "../engine.js";
import { answerOf, isTyped, labelOf, nameOf, write } from "./inputs.js";
import { appendRow } from "./rows.js";

/** The engine's state drawn on the page. */
export class View {
  constructor(form, definition, data) {
    this.form = form;
    this.data = data;
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

  /** What the server has worked out of answers that stay there. */
  answered(given) {
    this.draw(this.engine.answer(given));
  }

  rowsChanged({ repeat, removed, from, to }) {
    if (from !== undefined) this.engine.moveRow(repeat, from, to);
    else if (removed !== undefined) this.engine.removeRow(repeat, removed);
    else {
      const { index } = this.engine.addRow(repeat);
      this.writeBelow(`${repeat}[${index}]/`);
    }
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
      for (const part of this.parts(path)) {
        part.hidden = shown === false || "unseen" in part.dataset;
      }
    }
    for (const [path, count] of Object.entries(state.rows ?? {})) this.fitRows(path, count ?? 0);
    for (const [path, required] of Object.entries(state.required ?? {})) {
      const mark = this.question(path)?.querySelector("[data-required]");
      if (mark) mark.hidden = !required;
    }
    for (const [path, locked] of Object.entries(state.locked ?? {})) this.lock(path, locked);
    for (const [path, offered] of Object.entries(state.offers ?? {})) this.offer(path, offered);
    for (const path of Object.keys(state.values ?? {})) this.compute(path, state.values[path]);
    for (const path of Object.keys(state.values ?? {})) this.say(path, state.values[path]);
  }

  /** A repeat whose number of rows the form computes has no buttons; its rows follow. */
  fitRows(path, count) {
    const repeat = this.form.querySelector(`[data-repeat="${CSS.escape(path)}"]`);
    if (!repeat || repeat.querySelector(":scope > div > button[name=_add]")) return;
    const rows = repeat.querySelector(":scope > [data-rows]");
    while (rows.children.length > count) rows.lastElementChild.remove();
    const before = rows.children.length;
    while (rows.children.length < count) appendRow(repeat);
    if (count > before) this.form.dispatchEvent(new Event("page-changed"));
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

  /** `${field}` in labels and hints: the words of the chosen options, else the value. */
  say(path, value) {
    const end = path.lastIndexOf("]/");
    const scope = end < 0 ? "" : path.slice(0, end + 2);
    const key = path.slice(scope.length);
    for (const hole of this.form.querySelectorAll(`[data-says="${CSS.escape(key)}"]`)) {
      if (this.meant(hole, key) !== scope) continue;
      hole.textContent = labelOf(this.question(path), value) ?? this.words(value);
    }
  }

  /** The scope in which a hole's name is answered: its row, a row around it, or the form. */
  meant(hole, key) {
    let row = hole.closest("[data-row]");
    while (row) {
      if (this.question(`${row.dataset.row}/${key}`)) return `${row.dataset.row}/`;
      row = row.parentElement.closest("[data-row]");
    }
    return "";
  }

  offer(path, offered) {
    const question = this.question(path);
    if (!question || offered === undefined) return;
    const rows = this.data.lists[this.engine.entryAt(path)?.list];
    if (!rows) return;
    const fitting = offered.map((index) => rows[index]);
    const select = question.querySelector("select");
    const list = question.querySelector("[data-options], [data-rank]");
    if (select) offerOptions(select, fitting);
    else if (list) this.offerItems(list, path, rows, new Set(fitting));
  }

  /** Boxes to tick and things to put in order: those that fit, and what is chosen already. */
  offerItems(list, path, rows, fitting) {
    const names = new Set([...fitting].map((row) => row.name));
    const isRank = "rank" in list.dataset;
    const old = new Map(
      [...list.querySelectorAll("input")].map((input) => [
        isRank ? nameOf(input) : input.value,
        input,
      ]),
    );
    const isKept = (name) => {
      const input = old.get(name);
      return Boolean(input && (isRank ? input.value.trim() : input.checked));
    };
    const wanted = rows.filter(
      (row) => fitting.has(row) || (!names.has(row.name) && isKept(row.name)),
    );
    if (wanted.length === old.size && wanted.every((row) => old.has(row.name))) return;
    const make = isRank ? rankItem : checkBox;
    const drawn = wanted.map((row, place) => {
      const known = old.get(row.name)?.closest(".option, .rank");
      const item = known ?? make(path, row);
      item.querySelector("input").id = place ? `q:${path}#${row.name}` : `q:${path}`;
      if (isRank) item.querySelector("label").htmlFor = item.querySelector("input").id;
      return item;
    });
    list.replaceChildren(...drawn);
    this.form.dispatchEvent(new Event("page-changed"));
  }
}

function offerOptions(select, fitting) {
  const chosen = select.value;
  const kept = [...select.options].find((option) => option.value === chosen);
  select.replaceChildren(select.options[0], ...fitting.map((row) => new Option(row.label, row.name)));
  // An answer that no longer fits stays visible until the person chooses another.
  if (chosen && kept && fitting.every((row) => row.name !== chosen)) select.append(kept);
  select.value = chosen;
}

function checkBox(path, row) {
  const label = document.createElement("label");
  label.className = "option";
  const input = document.createElement("input");
  Object.assign(input, { type: "checkbox", name: path, value: row.name });
  const words = document.createElement("span");
  words.textContent = row.label;
  label.append(input, words);
  return label;
}

function rankItem(path, row) {
  const item = document.createElement("li");
  item.className = "rank";
  item.dataset.item = "";
  const input = document.createElement("input");
  Object.assign(input, { name: `${path}#${row.name}`, inputMode: "numeric", autocomplete: "off" });
  const label = document.createElement("label");
  label.textContent = row.label;
  item.append(input, label);
  return item;
}

/** The labels of chosen names (one, or several between spaces); a name without one stays. */
function labelsOf(rows, value) {
  const names = Array.isArray(value) ? value : String(value ?? "").split(" ");
  const labels = new Map(rows.map((row) => [row.name, row.label]));
  return names.map((name) => labels.get(name) ?? name).join(", ");
}
