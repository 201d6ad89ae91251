// Small helps beside inputs: calendar, suggestions, locks.

import { readDate } from "./inputs.js";

/** A calendar beside every date that is typed. */
export function bindDates(form) {
  form.addEventListener("focusin", (event) => {
    const input = event.target;
    if (!input.matches?.("[data-date]") || input.dataset.date === "ready") return;
    input.dataset.date = "ready";
    if (typeof HTMLInputElement.prototype.showPicker !== "function") return;
    const picker = document.createElement("input");
    picker.type = "date";
    picker.className = "visually-hidden";
    picker.tabIndex = -1;
    picker.dataset.aid = "";
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

/** Suggestions for questions that name a record. */
export function bindLookups(form) {
  if (!form.dataset.lookupUrl) return;
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

/** What cannot be made read-only by itself (boxes, lists) does not react while it is. */
export function bindLocks(form) {
  const refuse = (event) => {
    const input = event.target.closest?.("[data-locked] :is(input, select)");
    const isText = input && "readOnly" in input && !["checkbox", "radio", "range"].includes(input.type);
    if (input && !isText && event.key !== "Tab") event.preventDefault();
  };
  for (const name of ["mousedown", "click", "keydown"]) form.addEventListener(name, refuse);
}
