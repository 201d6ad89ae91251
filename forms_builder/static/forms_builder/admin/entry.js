/* Writing rows quickly: codes suggested from labels, free codes for duplicated rows, keys for
   the next question and for moving, and what each type asks. builder.js reads rows. */
(() => {
  const { builder, indexed, members, text } = window.dayaqBuilder;
  const { CHILD, insertAfter, insertFirst, move } = window.dayaqRows;
  const MAX_CODE = 40;

  const rowPrefix = (element) =>
    element.closest("[data-contentpath='code'], [data-contentpath='label_az'], [data-contentpath='label_en']") &&
    element.name?.replace(/-value-(code|label_az|label_en)$/, "");

  /* config.shared.text.fold, letter by letter, made into a code. */
  const codeFrom = (label) => {
    const { letters } = builder();
    const plain = [...label.normalize("NFC")].map((one) => letters[one] ?? one).join("");
    const words = plain.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().split(/[^a-z0-9]+/).filter(Boolean);
    let code = words.shift() ?? "";
    for (const word of words) {
      if (code.length + word.length + 1 > MAX_CODE) break;
      code += `_${word}`;
    }
    code = code.slice(0, MAX_CODE);
    return /^[0-9]/.test(code) ? `q_${code}` : code;
  };

  const rowsOf = (form) =>
    members(form, "sections").flatMap((section) => [section, ...members(form, `${section}-value-fields`)]);

  const takenCodes = (form, but) =>
    new Set([...(builder().taken ?? []), ...rowsOf(form).filter((one) => one !== but).map((one) => text(form, `${one}-value-code`)).filter(Boolean)]);

  const free = (code, taken) => {
    const stem = code.replace(/_[0-9]{1,2}$/, "");
    let candidate = code;
    for (let number = 2; taken.has(candidate); number += 1) candidate = `${stem}_${number}`;
    return candidate;
  };

  const setCode = (input, code) => {
    input.value = code;
    input.dataset.suggested = code;
    for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
  };

  const suggest = (label) => {
    const form = indexed(label.form);
    const prefix = rowPrefix(label);
    const input = form.elements.namedItem(`${prefix}-value-code`);
    if (!input || input.readOnly || (input.value && input.value !== input.dataset.suggested)) return;
    const code = codeFrom(label.value);
    if (code) setCode(input, free(code, takenCodes(form, prefix)));
  };

  /* A row that appears with a taken code was duplicated; published codes stay. */
  let known = null;
  const watchRows = (page) => {
    const form = indexed(page);
    const rows = rowsOf(form);
    const fresh = known ? rows.filter((one) => !known.has(one)) : [];
    known = new Set(rows);
    if (!fresh.length) return;
    const counts = new Map((builder().taken ?? []).map((code) => [code, 1]));
    for (const one of rows) {
      const code = text(form, `${one}-value-code`);
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    for (const one of fresh) {
      const input = form.elements.namedItem(`${one}-value-code`);
      if (input?.value && counts.get(input.value) > 1) setCode(input, free(input.value, takenCodes(form, one)));
    }
  };

  /* Rows that were stored with a published code keep it; the code is remembered by the row. */
  let fixed = null;
  const fixPublished = (page) => {
    const { published, words } = builder();
    const codes = new Set(published);
    const inputs = [...page.elements].filter(({ name }) => name.endsWith("-value-code"));
    fixed ??= new Set(inputs.filter(({ value }) => codes.has(value)).map(({ name }) => name));
    for (const input of inputs) {
      if (input.readOnly || input.type === "hidden" || !fixed.has(input.name)) continue;
      input.readOnly = true;
      input.title = words.published;
    }
  };

  /* Where typing goes on in a row. */
  const focusRow = (row) => (row.querySelector("[name$='-value-label_az']") ?? row.querySelector("button"))?.focus();

  const addAfter = (row) => {
    const added = insertAfter(row, "question");
    focusRow(added);
    added.scrollIntoView({ block: "nearest" });
  };

  const sectionOf = (row) => row.parentElement.closest(CHILD) ?? row;

  /* Into the section's first question; a section without rows gets one. */
  const intoSection = (section) => {
    const first = [...section.querySelectorAll(CHILD)].find((one) => !text(one.closest("form"), `${prefixOf(one)}-deleted`));
    focusRow(first ? window.dayaqRows.full(first) : insertFirst(section.querySelector("[data-contentpath='fields']"), "question"));
  };

  const addSection = (row) => {
    const added = insertAfter(sectionOf(row), "section");
    insertFirst(added.querySelector("[data-contentpath='fields']"), "question");
    focusRow(added);
    added.scrollIntoView({ block: "nearest" });
  };

  const prefixOf = (row) => row.querySelector("input[name$='-type']").name.replace(/-type$/, "");

  let live;
  const announce = (words) => {
    if (!live) {
      live = document.createElement("p");
      live.className = "w-sr-only";
      live.setAttribute("role", "status");
      document.body.append(live);
    }
    live.textContent = words;
  };

  /* The row moves and the cursor stays in it. */
  const moveRow = (row, steps, input) => {
    if (!move(row, steps)) return;
    input.focus();
    row.scrollIntoView({ block: "nearest" });
    announce(steps < 0 ? builder().words.movedUp : builder().words.movedDown);
    document.dispatchEvent(new Event("dayaq:moved"));
  };

  const STEPS = { ArrowUp: -1, ArrowDown: 1 };

  /* The cursor goes to the row above or below, which is drawn if it was not. */
  const walk = (row, steps) => {
    const rows = [...row.closest("form").querySelectorAll(CHILD)].filter((one) => one.offsetParent);
    const next = rows[rows.indexOf(row) + steps];
    if (!next) return;
    const drawn = window.dayaqRows.full(next);
    focusRow(drawn);
    drawn.scrollIntoView({ block: "nearest" });
  };

  const toButtons = (row) => row.closest("form").querySelector("footer button")?.focus();

  const onKey = (event) => {
    const { target } = event;
    const row = target.closest(CHILD);
    if (!row || event.isComposing) return;
    const act = { Enter: entered, Escape: left }[event.key]?.(event, row) ?? movedBy(event, row);
    if (!act) return;
    event.preventDefault();
    if (target.name?.endsWith("-label_az")) suggest(target);
    act();
  };

  /* An arrow with Ctrl moves the cursor, with Alt the row; Alt and an arrow open a drop-down. */
  const movedBy = ({ altKey, ctrlKey, metaKey, key, target }, row) => {
    if (!STEPS[key]) return null;
    if (ctrlKey || metaKey) return () => walk(row, STEPS[key]);
    return altKey && target.tagName !== "SELECT" ? () => moveRow(row, STEPS[key], target) : null;
  };

  const left = (_event, row) => () => toButtons(row);

  const entered = ({ ctrlKey, metaKey, shiftKey, target }, row) => {
    const isForced = ctrlKey || metaKey;
    if (isForced && shiftKey) return builder().part ? null : () => addSection(row);
    const isText = target.name && rowPrefix(target);
    if (shiftKey || !(isForced || isText)) return null;
    return sectionOf(row) === row ? () => intoSection(row) : () => addAfter(row);
  };

  /* What the type asks, beside the drop-down that is being used. */
  const explain = (select) => {
    const holder = select.closest("[data-contentpath='type']");
    const row = holder.parentElement;
    let help = row.querySelector(":scope > .dayaq-type__help");
    if (!help) {
      help = document.createElement("p");
      help.className = "dayaq-type__help";
      help.id = `${select.name}-help`;
      select.setAttribute("aria-describedby", help.id);
      row.append(help);
    }
    const [icon, words] = builder().types[select.value] ?? ["help", ""];
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#icon-${icon}`);
    svg.append(use);
    help.replaceChildren(svg, words);
  };

  const isType = (target) => target.matches?.(".dayaq-row select[name$='-value-type']");

  /* Types whose answer needs an option at once: its panel opens. */
  const NEEDY = new Set(["select_one", "select_multiple", "rank", "calculate", "hidden"]);
  const typeChanged = (select) => {
    explain(select);
    const settings = select.closest(".dayaq-row").querySelector(".dayaq-settings");
    settings.dispatchEvent(new CustomEvent("dayaq:type", { detail: { open: NEEDY.has(select.value) } }));
  };

  /* “+” pressed with the keyboard: the menu of rows is typed into at once. */
  const intoMenu = ({ detail, target }) => {
    if (detail || !target.closest(".c-sf-add-button")) return;
    const look = (left) => {
      const menu = document.querySelector("[data-tippy-root]:not([hidden]) input[role=combobox]");
      if (menu) menu.focus();
      else if (left) setTimeout(look, 25, left - 1);
    };
    look(40);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const page = document.getElementById("dayaq-builder")?.closest("form");
    if (!page) return;
    page.addEventListener("keydown", onKey);
    page.addEventListener("click", intoMenu);
    page.addEventListener("change", ({ target }) => {
      if (target.name?.endsWith("-value-label_az")) suggest(target);
      if (isType(target)) typeChanged(target);
    });
    page.addEventListener("focusin", ({ target }) => isType(target) && explain(target));
    document.addEventListener("dayaq:drawn", () => fixPublished(page));
    document.addEventListener("dayaq:rows", () => watchRows(page));
  });
})();
