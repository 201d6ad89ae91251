// Keeps the panel of a draft's try-out up to date while answers are typed.

const WAIT = 400; // milliseconds without typing
const form = document.querySelector("[data-try]");
const panel = document.querySelector("[data-try-panel]");
let timer;
let asked = 0;

function soon() {
  clearTimeout(timer);
  timer = setTimeout(() => refresh().catch((error) => console.warn(error)), WAIT);
}

async function refresh() {
  asked += 1;
  const mine = asked;
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  body.append("_panel", "1");
  const response = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
  if (!response.ok || mine !== asked) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  panel.replaceChildren(...page.body.childNodes);
}

/* Another language or role is shown at once; what was typed goes along. */
function show({ target }) {
  if (target.matches("[data-try-view]")) form.requestSubmit(form.querySelector("[name=_show]"));
}

if (form) {
  form.addEventListener("change", show);
  for (const name of ["input", "change", "rows-changed"]) form.addEventListener(name, soon);
}
