// Up and down buttons for things that are put in order; the numbers stay and may be typed.

import { readNumber } from "./inputs.js";

export function addRanks(form) {
  for (const list of form.querySelectorAll("[data-rank]")) addRank(list);
}

const itemsOf = (list) => [...list.querySelectorAll(":scope > [data-item]")];

function addRank(list) {
  for (const item of itemsOf(list)) addButtons(list, item);
  if (list.nextElementSibling?.matches("[data-aid]") || !itemsOf(list).length) return;
  const help = document.createElement("p");
  help.className = "cluster";
  help.dataset.aid = "";
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  status.className = "field__hint";
  help.append(
    button(list.dataset.saysKeep, () => settle(list)),
    button(list.dataset.saysClear, () => clear(list)),
    status,
  );
  list.after(help);
  list.addEventListener("change", (event) => {
    if (event.target.matches("input")) sort(list);
  });
}

function addButtons(list, item) {
  if (item.querySelector("[data-aid]")) return;
  const words = item.querySelector("label").textContent;
  const box = document.createElement("span");
  box.className = "cluster rank__buttons";
  box.dataset.aid = "";
  for (const [sign, says, by] of [["↑", "saysUp", -1], ["↓", "saysDown", 1]]) {
    const one = button(sign, () => move(list, item, by, one));
    one.setAttribute("aria-label", `${list.dataset[says]}: ${words}`);
    box.append(one);
  }
  item.append(box);
}

function button(words, act) {
  const one = document.createElement("button");
  one.type = "button";
  one.className = "button button--small button--quiet";
  one.textContent = words;
  one.addEventListener("click", act);
  return one;
}

function move(list, item, by, pressed) {
  const items = itemsOf(list);
  const other = items[items.indexOf(item) + by];
  if (!other) {
    settle(list);
    return;
  }
  if (by < 0) other.before(item);
  else other.after(item);
  pressed.focus();
  settle(list, item);
}

/** The order on the page becomes the answer. */
function settle(list, moved) {
  const items = itemsOf(list);
  items.forEach((item, index) => {
    item.querySelector("input").value = String(index + 1);
  });
  say(list, moved ? placeOf(list, items, moved) : "");
  tell(list);
}

function placeOf(list, items, moved) {
  return list.dataset.saysMoved
    .replace("%(item)s", moved.querySelector("label").textContent)
    .replace("%(place)s", String(items.indexOf(moved) + 1))
    .replace("%(count)s", String(items.length));
}

function clear(list) {
  for (const item of itemsOf(list)) item.querySelector("input").value = "";
  say(list, "");
  tell(list);
}

/** Typed numbers put the items where they say. */
function sort(list) {
  const place = (item) => {
    const number = Number(readNumber(item.querySelector("input").value) || "NaN");
    return Number.isFinite(number) ? number : Infinity;
  };
  const focused = document.activeElement;
  const items = itemsOf(list);
  const sorted = [...items].sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
  if (sorted.some((item, index) => item !== items[index])) list.append(...sorted);
  focused?.focus();
}

const say = (list, words) => {
  list.nextElementSibling.querySelector("[role=status]").textContent = words;
};

const tell = (list) =>
  itemsOf(list)[0].querySelector("input").dispatchEvent(new Event("input", { bubbles: true }));
