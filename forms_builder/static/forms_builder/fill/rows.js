// Rows of repeats: adding, removing, moving, numbering.

const BUTTONS = ["_add", "_remove", "_up", "_down"];
const ASIDE = "[moving]"; // where a row's place stands while two rows change places

/** Rows of repeats are added, removed and moved on the spot. */
export function bindRows(form) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!BUTTONS.includes(button?.name)) return;
    const repeat = button.closest("[data-repeat]");
    const row = button.closest("[data-row]");
    event.preventDefault();
    if (button.name === "_add") addRow(form, repeat);
    else if (button.name === "_remove") removeRow(form, repeat, row);
    else moveRow(form, repeat, row, button.name === "_up" ? -1 : 1);
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

const rowsOf = (repeat) => [...repeat.querySelector(":scope > [data-rows]").children];

function addRow(form, repeat) {
  const row = appendRow(repeat);
  tell(form, { repeat: repeat.dataset.repeat });
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
}

export function appendRow(repeat) {
  const path = repeat.dataset.repeat;
  const rows = repeat.querySelector(":scope > [data-rows]");
  const template = repeat.querySelector(":scope > template[data-new-row]");
  const index = rows.children.length;
  const row = template.content.firstElementChild.cloneNode(true);
  rename(row, `${path}[+]`, `${path}[${index}]`);
  rows.append(row);
  number(repeat);
  return row;
}

function removeRow(form, repeat, row) {
  const path = repeat.dataset.repeat;
  const rows = rowsOf(repeat);
  const index = rows.indexOf(row);
  row.remove();
  rows.slice(index + 1).forEach((later, offset) => {
    const old = index + 1 + offset;
    rename(later, `${path}[${old}]`, `${path}[${old - 1}]`);
  });
  number(repeat);
  tell(form, { repeat: path, removed: index });
  repeat.querySelector(":scope > div > button[name=_add]")?.focus();
}

function moveRow(form, repeat, row, by) {
  const path = repeat.dataset.repeat;
  const rows = rowsOf(repeat);
  const from = rows.indexOf(row);
  const to = from + by;
  const other = rows[to];
  if (!other) return;
  rename(row, `${path}[${from}]`, `${path}${ASIDE}`);
  rename(other, `${path}[${to}]`, `${path}[${from}]`);
  rename(row, `${path}${ASIDE}`, `${path}[${to}]`);
  if (by < 0) other.before(row);
  else other.after(row);
  number(repeat);
  tell(form, { repeat: path, from, to });
  keepFocus(row, by);
}

/** The button that was pressed keeps the focus; at an end, the other one gets it. */
function keepFocus(row, by) {
  const head = row.querySelector(":scope > .repeat__head");
  const [pressed, back] = by < 0 ? ["_up", "_down"] : ["_down", "_up"];
  const buttons = [pressed, back].map((name) => head.querySelector(`button[name=${name}]`));
  buttons.find((button) => button && !button.disabled)?.focus();
}

function tell(form, detail) {
  form.dispatchEvent(new CustomEvent("rows-changed", { detail }));
}

/** Number the rows; the first cannot go up, the last not down. */
function number(repeat) {
  const rows = rowsOf(repeat);
  rows.forEach((row, index) => {
    const head = row.querySelector(":scope > .repeat__head");
    for (const place of head.querySelectorAll("[data-number]")) place.textContent = index + 1;
    for (const [name, off] of [["_up", index === 0], ["_down", index === rows.length - 1]]) {
      const button = head.querySelector(`button[name=${name}]`);
      if (button) button.disabled = off;
    }
  });
}

/** Replace the place of a row in every attribute, also inside templates of inner repeats. */
function rename(root, from, to) {
  const all = [root, ...root.querySelectorAll("*")];
  for (const element of all) {
    for (const attribute of [...element.attributes]) {
      if (attribute.name !== "value" || element.tagName === "BUTTON" || isOwn(element)) {
        if (attribute.value.includes(from)) {
          attribute.value = attribute.value.replaceAll(from, to);
        }
      }
    }
    if (element.tagName === "TEMPLATE") {
      for (const inner of element.content.children) rename(inner, from, to);
    }
  }
}

/** Whether an input's value is ours (the mark of a row) and not what somebody typed. */
const isOwn = (element) => element.type === "hidden" && element.value === "row";
