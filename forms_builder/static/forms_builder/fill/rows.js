// Rows of repeats: adding, removing, numbering.

/** Rows of repeats are added and removed on the spot. */
export function bindRows(form) {
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

export function appendRow(repeat) {
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
