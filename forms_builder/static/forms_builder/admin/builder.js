/* The settings panel of a row in the form editor, and the indentation of groups.
   A panel is built only when it is opened; its value is the JSON of one hidden input. */
(() => {
  const read = () => JSON.parse(document.getElementById("dayaq-builder")?.textContent || "null");
  let cached;
  const builder = () => (cached ??= read());

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name in element && typeof value !== "string") element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };

  let counter = 0;
  const freshId = () => `dayaq-field-${(counter += 1)}`;

  /* Reading the form as it stands: Wagtail names inputs prefix-index-part. */
  const field = (form, name) => form.elements.namedItem(name);
  const text = (form, name) => field(form, name)?.value ?? "";

  /* The same reading for many names at once: looking each up would search the whole form. */
  const indexed = (form) => {
    const inputs = new Map([...form.elements].map((input) => [input.name, input]));
    return { elements: { namedItem: (name) => inputs.get(name) } };
  };

  const parse = (source) => {
    try {
      return JSON.parse(source || "{}");
    } catch {
      return {};
    }
  };

  const members = (form, prefix) => {
    const count = Number(text(form, `${prefix}-count`));
    return Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
      .filter((one) => field(form, `${one}-type`) && !text(form, `${one}-deleted`))
      .sort((a, b) => text(form, `${a}-order`) - text(form, `${b}-order`));
  };

  const rowOf = (form, prefix) => {
    const type = text(form, `${prefix}-type`);
    const id = text(form, `${prefix}-id`);
    if (type === "end") return { type, id, value: null };
    const part = (name) => text(form, `${prefix}-value-${name}`);
    const value = { code: part("code"), label_az: part("label_az"), label_en: part("label_en"), settings: parse(part("settings")) };
    if (type === "question") {
      value.type = part("type");
      const required = field(form, `${prefix}-value-required`);
      value.required = Boolean(required?.type === "hidden" || required?.checked); // a light row has it hidden
    }
    return { type, id, value };
  };

  /* The form as StreamField JSON, and where the row at `wanted` stands in it. */
  const snapshot = (page, wanted) => {
    const form = indexed(page);
    const place = { section: 0, row: null };
    const sections = members(form, "sections").map((prefix, section) => {
      if (prefix === wanted) Object.assign(place, { section });
      const rows = members(form, `${prefix}-value-fields`);
      if (rows.includes(wanted)) Object.assign(place, { section, row: rows.indexOf(wanted) });
      const row = rowOf(form, prefix);
      row.value.fields = rows.map((one) => rowOf(form, one));
      return row;
    });
    return { sections, part: builder()?.part, ...place }; // of a large form only a part is shown
  };

  const questionAt = (form, prefix) => ({
    code: text(form, `${prefix}-value-code`),
    label: text(form, `${prefix}-value-label_az`),
    type: text(form, `${prefix}-value-type`),
    list: parse(text(form, `${prefix}-value-settings`)).list,
  });

  const questionsOf = (page) => {
    const form = indexed(page);
    const shown = members(form, "sections").flatMap((prefix) =>
      members(form, `${prefix}-value-fields`)
        .filter((one) => text(form, `${one}-type`) === "question")
        .map((one) => questionAt(form, one))
        .filter(({ code }) => code),
    );
    return [...shown, ...(builder().elsewhere ?? [])];
  };

  const codes = (page) => questionsOf(page).map(({ code, label }) => [code, label]);

  const datalist = (id, pairs) => {
    let list = document.getElementById(id);
    if (!list) {
      list = make("datalist", { id });
      document.body.append(list);
    }
    list.replaceChildren(...pairs.map(([value, label]) => make("option", { value }, label || value)));
    return id;
  };

  /* One function per kind of input: (panel, option, value, write) -> elements. */
  const line = (value, write, attributes = {}) => {
    const input = make("input", { type: "text", ...attributes });
    input.value = value ?? "";
    input.addEventListener("input", () => write(input.value.trim() ? input.value : undefined));
    return input;
  };

  const area = (value, write, attributes = {}) => {
    const input = make("textarea", { rows: "2", ...attributes });
    input.value = value ?? "";
    input.addEventListener("input", () => write(input));
    return input;
  };

  const select = (value, write, pairs) => {
    const known = pairs.some(([code]) => code === value);
    const all = [["", builder().words.none], ...pairs, ...(value && !known ? [[value, value]] : [])];
    const input = make("select", {}, ...all.map(([code, label]) => make("option", { value: code }, label)));
    input.value = value ?? "";
    input.addEventListener("change", () => write(input.value || undefined));
    return input;
  };

  const labelled = (label, input) => {
    input.id ||= freshId();
    return make("div", { class: "dayaq-settings__field" }, make("label", { for: input.id }, label), input);
  };

  const compact = (map) => {
    const kept = Object.fromEntries(Object.entries(map).filter(([, value]) => value));
    return Object.keys(kept).length ? kept : undefined;
  };

  const CONTINUED = "\n  "; // a further line of a text begins with two spaces
  const asLines = (map, divider) =>
    Object.entries(map).map(([key, value]) =>
      `${key}${divider}${typeof value === "string" ? value.replaceAll("\n", CONTINUED) : JSON.stringify(value)}`).join("\n");

  const fromLines = (source, divider) =>
    compact(
      Object.fromEntries(
        source.split(/\n(?!  )/).filter((one) => one.includes(divider)).map((one) => {
          const at = one.indexOf(divider);
          return [one.slice(0, at).trim(), one.slice(at + 1).replaceAll(CONTINUED, "\n").trim()];
        }),
      ),
    );

  const INPUTS = {
    text: (panel, option, value, write) => [labelled(option.label, line(value, write))],
    list: (panel, option, value, write) => [
      labelled(option.label, line(value, write, { list: datalist("dayaq-lists", builder().lists), autocomplete: "off" })),
    ],
    choice: (panel, option, value, write) => [
      labelled(option.label, select(value, write, builder().sensitivities)),
    ],
    register: (panel, option, value, write) => {
      const pairs = builder().registers.map((one) => [one.code, one.label]);
      return [labelled(option.label, select(value?.register, (code) => write(code && { register: code }), pairs))];
    },
    save_to: (panel, option, value, write) => {
      const chosen = text(panel.form, "register");
      const register = builder().registers.find((one) => one.code === chosen);
      return [labelled(option.label, select(value, write, register?.attributes ?? []))];
    },
    check: (panel, option, value, write) => {
      const input = make("input", { type: "checkbox" });
      input.checked = Boolean(value);
      input.addEventListener("change", () => write(input.checked || undefined));
      return [labelled(option.label, input)];
    },
    labels: (panel, option, value = {}, write) => {
      const texts = { ...value };
      return ["az", "en"].map((code) => {
        const input = area(texts[code], (one) => {
          texts[code] = one.value.trim();
          write(compact(texts));
        });
        return labelled(`${option.label} ${builder().words[code]}`, input);
      });
    },
    languages: (panel, option, value = {}, write) => [
      labelled(`${option.label} ${builder().words.other}`,
        area(asLines(value, ": "), (one) => write(fromLines(one.value, ":")))),
    ],
    pairs: (panel, option, value = {}, write) => [
      labelled(`${option.label}, ${builder().words.pairs}`,
        area(asLines(value, "="), (one) => write(fromLines(one.value, "=")))),
    ],
    json: (panel, option, value, write) => {
      const input = area(value === undefined ? "" : JSON.stringify(value, null, 1), (one) => {
        try {
          write(one.value.trim() ? JSON.parse(one.value) : undefined);
          one.setCustomValidity("");
        } catch {
          one.setCustomValidity(builder().words.json);
        }
        one.reportValidity();
      });
      return [labelled(option.label, input)];
    },
    expression: (panel, option, value, write) => {
      const status = make("p", { class: "dayaq-settings__status", role: "status", id: freshId() });
      const said = make("div", { class: "dayaq-condition__words" });
      const typed = typeof value === "string" ? value : "";
      const isDrawn = builder().conditions.drawn.includes(option.key);
      const input = area(typed, (one) => {
        panel.typed(option.key, one.value, parts);
      }, { spellcheck: "false", "aria-describedby": status.id });
      const box = labelled(option.label, input);
      box.classList.add("dayaq-settings__field--expression");
      const parts = { input, status, said, rows: null, text: null };
      if (isDrawn) drawnExpression(panel, option, box, parts);
      else box.append(insertName(panel, input), status);
      if (typed) panel.check(option.key, { source: typed }, parts);
      else parts.rows?.show({ join: "all", rows: [] });
      return [box];
    },
  };

  /* The same expression as rows, in words, and behind “As text” as it is written. */
  const drawnExpression = (panel, option, box, parts) => {
    const words = builder().conditions;
    const [label] = box.children;
    const asText = make("details", { class: "dayaq-condition__text" }, make("summary", {}, words.asText));
    const note = make("p", { class: "dayaq-condition__note", hidden: true }, words.cannotDraw);
    label.removeAttribute("for");
    label.id = freshId();
    parts.input.setAttribute("aria-labelledby", label.id);
    asText.append(parts.input, insertName(panel, parts.input));
    parts.text = asText;
    parts.note = note;
    parts.rows = window.dayaqConditions.editor({
      data: builder(),
      make,
      hasSelf: option.key === "constraint",
      questions: () => panel.questions,
      self: () => panel.self,
      attributes: () => panel.attributesFor(option.key),
      values,
      draw: (model, incomplete) => panel.drawn(option.key, model, incomplete, parts),
    });
    box.setAttribute("role", "group");
    box.setAttribute("aria-labelledby", label.id);
    box.classList.add("dayaq-settings__field--drawn");
    box.append(parts.rows.element, note, parts.said, parts.status, asText);
  };

  /* The values of a list are asked for once. */
  const known = new Map();
  const values = (list) => {
    if (!known.has(list)) {
      const url = `${builder().valuesUrl}?${new URLSearchParams({ list, form: builder().form ?? "" })}`;
      const none = { values: [], attributes: [] };
      known.set(list, fetch(url).then((answer) => answer.json()).catch(() => none));
    }
    return known.get(list);
  };

  /* A drop-down that writes ${code} where the cursor is. */
  const insertName = (panel, input) => {
    const chooser = make("select", { "aria-label": builder().words.insert });
    const fill = () => {
      const pairs = codes(panel.form).map(([code, label]) => make("option", { value: code }, label ? `${code} – ${label}` : code));
      chooser.replaceChildren(make("option", { value: "" }, builder().words.insert), ...pairs);
    };
    chooser.addEventListener("focus", fill);
    chooser.addEventListener("change", () => {
      if (!chooser.value) return;
      input.setRangeText(`\${${chooser.value}}`, input.selectionStart, input.selectionEnd, "end");
      input.dispatchEvent(new Event("input", { bubbles: true }));
      chooser.value = "";
      input.focus();
    });
    chooser.append(make("option", { value: "" }, builder().words.insert));
    return chooser;
  };

  class SettingsController extends window.StimulusModule.Controller {
    static targets = ["input", "toggle"];

    connect() {
      this.timers = new Map();
      this.summarise();
      this.element.addEventListener("dayaq:type", ({ detail }) => this.typeChanged(detail.open));
    }

    /* Other options belong to another type; some types need one at once. */
    typeChanged(isNeeded) {
      if (!this.panel && !isNeeded) return;
      this.panel?.remove();
      this.show();
    }

    show() {
      this.panel = this.build();
      this.element.append(this.panel);
      this.toggleTarget.setAttribute("aria-expanded", "true");
    }

    get form() {
      return this.inputTarget.form;
    }

    get prefix() {
      return this.inputTarget.name.replace(/-value-settings$/, "");
    }

    get kind() {
      return text(this.form, `${this.prefix}-type`).replace("begin_", "") || "section";
    }

    get settings() {
      return parse(this.inputTarget.value);
    }

    toggle() {
      if (this.panel) {
        this.panel.remove();
        this.panel = null;
        this.toggleTarget.setAttribute("aria-expanded", "false");
        return;
      }
      this.show();
      this.panel.querySelector("input, textarea, select, button")?.focus();
    }

    build() {
      const type = text(this.form, `${this.prefix}-value-type`);
      const settings = this.settings;
      const offered = builder().options.filter(
        (option) =>
          option.key in settings ||
          (option.kinds.includes(this.kind) && (!option.types.length || option.types.includes(type))),
      );
      const group = (options) => options.flatMap((option) => this.inputs(option, settings[option.key]));
      const common = offered.filter((option) => option.common || option.key in settings);
      const rare = offered.filter((option) => !common.includes(option));
      const panel = make("div", { class: "dayaq-settings__panel" }, ...group(common));
      if (rare.length) {
        const grid = make("div", { class: "dayaq-settings__panel" }, ...group(rare));
        panel.append(make("details", { class: "dayaq-settings__more" }, make("summary", {}, builder().words.more), grid));
      }
      return panel;
    }

    inputs(option, value) {
      const fields = INPUTS[option.input](this, option, value, (changed) => this.write(option.key, changed));
      for (const one of fields) (one.querySelector("textarea") ?? one.querySelector("input, select")).dataset.option = option.key;
      return fields;
    }

    write(key, value) {
      const settings = this.settings;
      if (value === undefined) delete settings[key];
      else settings[key] = value;
      this.store(settings);
    }

    store(settings) {
      this.inputTarget.value = JSON.stringify(settings);
      for (const name of ["input", "change"]) {
        this.inputTarget.dispatchEvent(new Event(name, { bubbles: true }));
      }
      this.summarise();
    }

    summarise() {
      const data = builder();
      if (!data) return;
      const { drawn = {}, ...own } = this.settings;
      const set = [...Object.keys(own), ...Object.keys(drawn)].filter((key) => key !== "v");
      const labels = data.options.filter((option) => set.includes(option.key));
      const words = labels.map((option) => option.key === "list" ? `${option.label}: ${this.settings.list}` : option.label);
      this.toggleTarget.textContent = [data.words.settings, words.join(", ")].filter(Boolean).join(": ");
    }

    /* Questions that conditions may speak of, read once a moment: a form may have hundreds. */
    get questions() {
      const now = performance.now();
      if (!this.read || now - this.readAt > 1000) {
        this.read = questionsOf(this.form);
        this.readAt = now;
      }
      return this.read;
    }

    get self() {
      return questionAt(this.form, this.prefix);
    }

    attributesFor(key) {
      if (key !== "choice_filter") return [];
      const { list } = this.self;
      if (!list) return [];
      values(list).then((found) => (this.listAttributes = found.attributes));
      return this.listAttributes ?? [];
    }

    /* Rows changed: they are kept at once; the server then gives their expression. */
    drawn(key, model, incomplete, parts) {
      const settings = this.settings;
      const drawn = { ...settings.drawn, [key]: model };
      if (!model) delete drawn[key];
      this.write("drawn", Object.keys(drawn).length ? drawn : undefined);
      clearTimeout(this.timers.get(key));
      if (incomplete) {
        parts.status.textContent = builder().conditions.incomplete;
        parts.status.classList.add("dayaq-settings__status--wrong");
        return;
      }
      this.checkSoon(key, { model }, parts);
    }

    /* What is typed holds: rows that were clicked before, and the answer to them, do not. */
    typed(key, source, parts) {
      const { drawn = {}, ...settings } = this.settings;
      delete drawn[key];
      if (Object.keys(drawn).length) settings.drawn = drawn;
      if (source.trim()) settings[key] = source;
      else delete settings[key];
      this.store(settings);
      this.checkSoon(key, { source }, parts);
    }

    checkSoon(attribute, asked, parts) {
      parts.asked = (parts.asked ?? 0) + 1; // an answer on its way is out of date
      clearTimeout(this.timers.get(attribute));
      this.timers.set(attribute, setTimeout(() => this.check(attribute, asked, parts), asked.model ? 150 : 500));
    }

    async check(attribute, asked, parts) {
      const { words, conditionUrl, form } = builder();
      const number = (parts.asked = (parts.asked ?? 0) + 1);
      try {
        const response = await fetch(conditionUrl, {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "X-CSRFToken": this.form.elements.namedItem("csrfmiddlewaretoken").value,
          },
          body: JSON.stringify({ ...snapshot(this.form, this.prefix), attribute, form, ...asked }),
        });
        const answer = await response.json();
        if (number !== parts.asked) return;
        if (asked.model && response.ok) this.take(attribute, answer.source, parts.input);
        this.report(answer, asked, parts, words);
      } catch {
        parts.status.textContent = words.unreachable;
      }
    }

    take(attribute, source, input) {
      const { drawn = {}, ...settings } = this.settings;
      delete drawn[attribute];
      input.value = source;
      const kept = { ...settings, [attribute]: source };
      if (!source) delete kept[attribute];
      this.store(Object.keys(drawn).length ? { ...kept, drawn } : kept);
    }

    report({ problems, model, words: said = {}, source }, asked, parts, words) {
      parts.status.textContent = problems.length ? problems.join(" ") : source ? words.correct : "";
      parts.status.classList.toggle("dayaq-settings__status--wrong", problems.length > 0);
      parts.input.setAttribute("aria-invalid", String(problems.length > 0));
      parts.said.replaceChildren(...Object.entries(said).map(([lang, one]) => make("p", { lang }, one)));
      if (!parts.rows || asked.model) return;
      parts.rows.show(model);
      parts.note.hidden = Boolean(model);
      if (!model) parts.text.open = true;
    }
  }

  window.wagtail.app.register("dayaq-settings", SettingsController);
  window.dayaqBuilder = { builder, field, indexed, members, snapshot, text };

  /* Rows between a beginning and its end are indented; the rows in their order come back. */
  const indent = (form) => {
    const rows = [];
    for (const [place, section] of members(form, "sections").entries()) {
      let depth = place ? 0 : (builder().depth ?? 0); // a part may begin inside a group
      for (const row of members(form, `${section}-value-fields`)) {
        const type = text(form, `${row}-type`);
        if (type === "end") depth = Math.max(0, depth - 1);
        const block = field(form, `${row}-type`).parentElement;
        const shown = String(Math.min(depth, 9));
        if (block.dataset.dayaqDepth !== shown) block.dataset.dayaqDepth = shown;
        if (type.startsWith("begin_")) depth += 1;
        rows.push(row);
      }
      rows.push(section);
    }
    return rows.join();
  };

  /* “dayaq:drawn” is said whenever rows appear, “dayaq:rows” when they are others than before. */
  let waiting;
  let rowsBefore;
  const lookSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const rows = indent(indexed(document.getElementById("dayaq-builder").closest("form")));
      document.dispatchEvent(new Event("dayaq:drawn"));
      if (rows !== rowsBefore) document.dispatchEvent(new Event("dayaq:rows"));
      rowsBefore = rows;
    }, 150);
  };

  const isRow = (node) => node.nodeType === Node.ELEMENT_NODE && node.matches("[data-streamfield-child]");

  document.addEventListener("DOMContentLoaded", () => {
    const data = document.getElementById("dayaq-builder");
    if (!data) return;
    new MutationObserver((changes) => {
      if (changes.some(({ addedNodes }) => [...addedNodes].some(isRow))) lookSoon();
    }).observe(data.closest("form") || document.body, { childList: true, subtree: true });
    data.closest("form")?.addEventListener("click", ({ target }) => target.closest("[data-streamfield-action]") && lookSoon());
    lookSoon();
  });
})();
