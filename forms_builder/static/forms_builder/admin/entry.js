/* Writing rows quickly: codes suggested from labels, free codes for duplicated rows, Enter
   for the next question, and what each type asks. builder.js offers the reading of rows. */
(() => {
  const { builder, indexed, members, text } = window.dayaqBuilder;
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
    new Set(rowsOf(form).filter((one) => one !== but).map((one) => text(form, `${one}-value-code`)).filter(Boolean));

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
    const counts = new Map();
    for (const one of rows) {
      const code = text(form, `${one}-value-code`);
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    for (const one of fresh) {
      const input = form.elements.namedItem(`${one}-value-code`);
      if (input?.value && counts.get(input.value) > 1) setCode(input, free(input.value, takenCodes(form, one)));
    }
    if (!known) fixPublished(form, rows);
    known = new Set(rows);
  };

  const fixPublished = (form, rows) => {
    const { published, words } = builder();
    const codes = new Set(published);
    for (const one of rows) {
      const input = form.elements.namedItem(`${one}-value-code`);
      if (!input || !codes.has(input.value)) continue;
      input.readOnly = true;
      input.title = words.published;
    }
  };

  /* Enter in a code or label: the next question, right after this one. */
  const addAfter = async (block) => {
    const button = block.nextElementSibling?.querySelector(".c-sf-add-button");
    if (!button) return;
    // The menu of the row before may still be fading out: only a new one counts.
    const options = () => [...document.querySelectorAll("[role=listbox] [role=option]")];
    const fading = new Set(options());
    button.click();
    const option = await appears(() => options().find((one) => !fading.has(one)));
    option?.click();
    const next = await appears(() => {
      const added = block.nextElementSibling?.nextElementSibling;
      return added?.matches("[data-streamfield-child]") && added !== block ? added.querySelector("[name$='-label_az']") : null;
    });
    if (next) hold(next);
  };

  /* Wagtail puts the cursor into the new row's code, a moment after it appears. */
  const hold = (label) => {
    const code = label.form.elements.namedItem(label.name.replace(/label_az$/, "code"));
    const back = () => label.focus();
    if (document.activeElement !== code) code.addEventListener("focus", back, { once: true });
    setTimeout(() => code.removeEventListener("focus", back), 2000);
    label.focus();
  };

  const appears = (find, tries = 200) =>
    new Promise((resolve) => {
      const look = (left) => {
        const found = find();
        if (found || !left) resolve(found);
        else setTimeout(look, 25, left - 1);
      };
      look(tries);
    });

  const onKey = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    const { target } = event;
    if (!target.name || !rowPrefix(target)?.includes("-fields-")) return;
    event.preventDefault();
    if (target.name.endsWith("-label_az")) suggest(target);
    addAfter(target.closest("[data-streamfield-child]"));
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

  document.addEventListener("DOMContentLoaded", () => {
    const page = document.getElementById("dayaq-builder")?.closest("form");
    if (!page) return;
    page.addEventListener("keydown", onKey);
    page.addEventListener("change", ({ target }) => {
      if (target.name?.endsWith("-value-label_az")) suggest(target);
      if (isType(target)) explain(target);
    });
    page.addEventListener("focusin", ({ target }) => isType(target) && explain(target));
    document.addEventListener("dayaq:rows", () => watchRows(page));
  });
})();
