// Long lists are searched at the server as one types, page by page.

const PAUSE = 250; // milliseconds without typing
const MORE = "\u0000more"; // the value of the entry that asks for the next page

export function bindFinds(form) {
  if (!form.dataset.choicesUrl) return;
  // Whoever was faster than this script is answered too.
  for (const find of form.querySelectorAll("[data-find]")) {
    const input = find.querySelector("input");
    if (input.value !== input.defaultValue) search(form, find, 0);
  }
  let timer;
  form.addEventListener("input", (event) => {
    const find = event.target.closest?.("[data-find]");
    if (!find) return;
    event.stopImmediatePropagation();
    clearTimeout(timer);
    timer = setTimeout(() => search(form, find, 0), PAUSE);
  }, true);
  form.addEventListener("keydown", (event) => {
    const find = event.target.closest?.("[data-find]");
    if (!find || event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    search(form, find, 0);
  });
  form.addEventListener("change", (event) => {
    if (event.target.tagName !== "SELECT" || event.target.value !== MORE) return;
    event.stopImmediatePropagation();
    const find = event.target.parentElement.querySelector("[data-find]");
    search(form, find, Number(event.target.selectedOptions[0].dataset.page));
  }, true);
}

async function search(form, find, page) {
  const typed = find.querySelector("input").value;
  const query = new URLSearchParams({ path: find.dataset.find, q: typed, page });
  const response = await fetch(`${form.dataset.choicesUrl}?${query}`);
  if (!response.ok || find.querySelector("input").value !== typed) return;
  draw(form, find, page, await response.json());
}

function draw(form, find, page, found) {
  const select = find.parentElement.querySelector("select");
  const options = [...select.options];
  const chosen = options.find((one) => one.selected && one.value && one.value !== MORE);
  const before = page ? options.filter((one) => one.value && one.value !== MORE) : [];
  const kept = chosen && !before.includes(chosen) ? [chosen] : [];
  const names = new Set([...kept, ...before].map((one) => one.value));
  const fresh = found.items.filter((item) => !names.has(item.name));
  const more = found.next ? [new Option(form.dataset.saysMore, MORE)] : [];
  if (more.length) more[0].dataset.page = found.next;
  const added = fresh.map((item) => new Option(item.label, item.name));
  select.replaceChildren(options[0], ...kept, ...before, ...added, ...more);
  select.value = chosen ? chosen.value : "";
  find.querySelector("[role=status]").textContent = String(found.count);
}
