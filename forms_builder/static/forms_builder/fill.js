// Helps while a form is filled: shows and hides questions, computes, filters lists, adds and
// removes rows, saves the draft. Without it the server does the same at every step.

import { createForm } from "./engine.js";

const SAVE_AFTER = 2500; // milliseconds without typing

async function start(form) {
  bindRows(form);
  bindDates(form);
  bindPoints(form);
  bindLookups(form);
  if ("preview" in form.dataset) form.addEventListener("submit", (event) => event.preventDefault());
  else bindSaver(form);
  const data = JSON.parse(document.getElementById("fill-data").textContent);
  const definition = await definitionOf(form);
  if (!definition) return;
  const view = new View(form, definition, data);
  form.addEventListener("input", (event) => view.read(event.target));
  form.addEventListener("change", (event) => view.read(event.target));
  form.addEventListener("rows-changed", (event) => view.rowsChanged(event.detail));
}

/** The compiled form: in the page for a preview, else fetched once and kept by the browser. */
async function definitionOf(form) {
  const inline = document.getElementById("fill-definition");
  if (inline) return JSON.parse(inline.textContent);
  if (!form.dataset.definition) return null;
  const response = await fetch(form.dataset.definition, { credentials: "same-origin" });
  return response.ok ? response.json() : null;
}

function bindSaver(form) {
  const saver = new Saver(form);
  form.addEventListener("input", () => saver.soon());
  form.addEventListener("change", () => saver.soon());
}

/** The engine's state drawn on the page. */
class View {
  constructor(form, definition, data) {
    this.form = form;
    this.data = data;
    this.nodes = definition.compiled.nodes;
    this.engine = createForm(definition.compiled, data.answers, {
      choices: data.lists,
      language: data.language,
    });
    this.readAll();
  }

  readAll() {
    const values = {};
    for (const question of this.form.querySelectorAll("[data-question]")) {
      if (question.closest("template") || "computed" in question.dataset) continue;
      const value = answerOf(question);
      if (value !== undefined) values[question.dataset.question] = value;
    }
    this.engine.setAll(values);
    this.draw(this.engine.state);
  }

  read(input) {
    const question = input.closest?.("[data-question]");
    if (!question || "computed" in question.dataset) return;
    const value = answerOf(question);
    if (value === undefined) return;
    this.draw(this.engine.set(question.dataset.question, value));
  }

  rowsChanged({ repeat, removed }) {
    if (removed === undefined) this.engine.addRow(repeat);
    else this.engine.removeRow(repeat, removed);
    this.draw(this.engine.state);
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
    question.querySelector("output").textContent = this.words(value);
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

/** What a question's inputs say, as an answer; undefined when it is not for the engine. */
function answerOf(question) {
  const inputs = [...question.querySelectorAll("input, select, textarea")];
  switch (question.dataset.type) {
    case "select_multiple":
      return inputs.filter((input) => input.checked).map((input) => input.value);
    case "select_one":
    case "range":
    case "acknowledge": {
      if (inputs[0]?.tagName === "SELECT" || inputs[0]?.type === "text") return inputs[0].value;
      return inputs.find((input) => input.checked)?.value ?? "";
    }
    case "date":
      return readDate(inputs[0].value);
    case "dateTime": {
      const [day, time] = [readDate(inputs[0].value), inputs[1].value.trim()];
      return day && time ? `${day}T${time}:00.000+04:00` : "";
    }
    case "integer":
    case "decimal":
      return readNumber(inputs[0].value);
    case "geopoint":
      return inputs[0].value && inputs[1].value
        ? { lat: Number(readNumber(inputs[0].value)), lon: Number(readNumber(inputs[1].value)) }
        : "";
    case "file":
    case "image":
    case "audio":
    case "video":
    case "rank":
      return undefined;
    default:
      return inputs[0]?.value.trim();
  }
}

function readDate(text) {
  const found = /^(\d{1,2})[ ./-](\d{1,2})[ ./-](\d{4})$/.exec(text.trim())
    ?? /^(\d{2})(\d{2})(\d{4})$/.exec(text.trim());
  if (!found) return text.trim();
  return `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}`;
}

function readNumber(text) {
  return text.replaceAll(/[\s\u00a0]/g, "").replace(",", ".");
}

function labelOf(question, value) {
  if (!question) return undefined;
  const option = [...question.querySelectorAll("option, input[type=radio]")].find(
    (one) => one.value === String(value),
  );
  if (!option) return undefined;
  return option.tagName === "OPTION" ? option.textContent : option.parentElement.textContent.trim();
}

/** Saves the draft a moment after the last change; typed text never waits for a button. */
class Saver {
  constructor(form) {
    this.form = form;
    this.status = form.querySelector("[data-saved]");
    this.busy = false;
    this.again = false;
    this.stopped = false;
    form.addEventListener("submit", () => {
      this.stopped = true;
      clearTimeout(this.timer);
    });
  }

  soon() {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER);
  }

  async save() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    this.say("saving");
    try {
      await this.send();
    } catch {
      this.say("failed");
      this.soon();
    }
    this.busy = false;
    if (this.again) {
      this.again = false;
      this.soon();
    }
  }

  async send() {
    const body = new FormData(this.form);
    // Files go with the next step; sending them again and again would cost the phone dear.
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    body.append("_autosave", "1");
    const response = await fetch(this.form.action, {
      method: "POST",
      body,
      credentials: "same-origin",
      headers: { Accept: "application/json" },
    });
    if (response.status === 409) {
      this.stopped = true;
      this.say("conflict");
      return;
    }
    if (!response.ok) throw new Error(String(response.status));
    const saved = await response.json();
    this.form.elements.row_version.value = saved.row_version;
    this.form.elements.seen.value = saved.seen;
    this.say("saved");
  }

  say(what) {
    const time = new Date().toTimeString().slice(0, 5);
    const text = this.form.dataset[`says${what[0].toUpperCase()}${what.slice(1)}`];
    this.status.textContent = what === "saved" ? `${text} ${time}` : text;
  }
}

/** Rows of repeats are added and removed on the spot. */
function bindRows(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=_add], button[name=_remove]");
    if (!button) return;
    const repeat = button.closest("[data-repeat]");
    event.preventDefault();
    if (button.name === "_add") addRow(form, repeat);
    else removeRow(form, repeat, button.closest("[data-row]"));
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function addRow(form, repeat) {
  const row = appendRow(repeat);
  const detail = { repeat: repeat.dataset.repeat };
  form.dispatchEvent(new CustomEvent("rows-changed", { detail }));
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

function appendRow(repeat) {
  const path = repeat.dataset.repeat;
  const rows = repeat.querySelector(":scope > [data-rows]");
  const template = repeat.querySelector(":scope > template[data-new-row]");
  const index = rows.children.length;
  const row = template.content.firstElementChild.cloneNode(true);
  rename(row, `${path}[+]`, `${path}[${index}]`);
  number(row, index);
  rows.append(row);
  return row;
}

function removeRow(form, repeat, row) {
  const path = repeat.dataset.repeat;
  const rows = [...repeat.querySelector(":scope > [data-rows]").children];
  const index = rows.indexOf(row);
  row.remove();
  rows.slice(index + 1).forEach((later, offset) => {
    const old = index + 1 + offset;
    rename(later, `${path}[${old}]`, `${path}[${old - 1}]`);
    number(later, old - 1);
  });
  form.dispatchEvent(new CustomEvent("rows-changed", { detail: { repeat: path, removed: index } }));
  repeat.querySelector(":scope > div > button[name=_add]")?.focus();
}

function number(row, index) {
  for (const place of row.querySelectorAll(":scope > .repeat__head [data-number]")) {
    place.textContent = index + 1;
  }
}

/** Replace the place of a row in every attribute, also inside templates of inner repeats. */
function rename(root, from, to) {
  const all = [root, ...root.querySelectorAll("*")];
  for (const element of all) {
    for (const attribute of [...element.attributes]) {
      if (attribute.value.includes(from)) {
        attribute.value = attribute.value.replaceAll(from, to);
      }
    }
    if (element.tagName === "TEMPLATE") {
      for (const inner of element.content.children) rename(inner, from, to);
    }
  }
}

/** A calendar beside every date that is typed. */
function bindDates(form) {
  form.addEventListener("focusin", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-date]") || input.dataset.date === "ready") return;
    input.dataset.date = "ready";
    if (typeof HTMLInputElement.prototype.showPicker !== "function") return;
    const picker = document.createElement("input");
    picker.type = "date";
    picker.className = "visually-hidden";
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small";
    button.textContent = form.dataset.saysCalendar;
    button.addEventListener("click", () => {
      const day = readDate(input.value);
      picker.value = /^\d{4}-\d{2}-\d{2}$/.test(day) ? day : "";
      picker.showPicker();
    });
    picker.addEventListener("change", (change) => {
      change.stopPropagation();
      const [year, month, day] = picker.value.split("-");
      input.value = day ? `${day}.${month}.${year}` : "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    picker.addEventListener("input", (change) => change.stopPropagation());
    const box = document.createElement("span");
    box.className = "date-picker";
    box.append(button, picker);
    input.after(box);
  });
}

/** "Use my location". */
function bindPoints(form) {
  if (!("geolocation" in navigator)) return;
  for (const button of form.querySelectorAll("[data-locate]")) button.hidden = false;
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate]");
    if (!button) return;
    const [lat, lon] = button.closest("[data-point]").querySelectorAll("input");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        lat.value = coords.latitude.toFixed(6);
        lon.value = coords.longitude.toFixed(6);
        lon.dispatchEvent(new Event("input", { bubbles: true }));
      },
      () => {
        button.closest("[data-question]").querySelector(".field-error").textContent =
          form.dataset.saysDenied;
      },
    );
  });
}

/** Suggestions for questions that name a record. */
function bindLookups(form) {
  let timer;
  form.addEventListener("input", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-lookup]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => suggest(form, input), 250);
  });
}

async function suggest(form, input) {
  const text = input.value.trim();
  if (text.length < 2) return;
  const base = form.dataset.lookupUrl.replace(/register\/$/, `${input.dataset.lookup}/`);
  const response = await fetch(`${base}?q=${encodeURIComponent(text)}`);
  if (!response.ok || input.value.trim() !== text) return;
  const { items } = await response.json();
  let list = document.getElementById(`list:${input.id}`);
  if (!list) {
    list = document.createElement("datalist");
    list.id = `list:${input.id}`;
    input.after(list);
    input.setAttribute("list", list.id);
  }
  list.replaceChildren(...items.map((item) => new Option(`${item.title} (${item.key})`, item.key)));
}

// Last, when every class above exists.
const page = document.querySelector("[data-fill]");
// Without the definition the page still works; the server does the same at the next step.
if (page) start(page).catch((error) => console.warn(error));
document.querySelector("[data-error-summary]")?.focus();
