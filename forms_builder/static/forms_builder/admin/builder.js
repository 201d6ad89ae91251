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
    if (type === "end") return { type, value: null };
    const part = (name) => text(form, `${prefix}-value-${name}`);
    const value = { code: part("code"), label_az: part("label_az"), settings: parse(part("settings")) };
    if (type === "question") {
      value.type = part("type");
      value.required = Boolean(field(form, `${prefix}-value-required`)?.checked);
    }
    return { type, value };
  };

  /* The whole form as StreamField JSON, and where the row at `wanted` stands in it. */
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
    return { sections, ...place };
  };

  const codes = (page) => {
    const form = indexed(page);
    return members(form, "sections").flatMap((prefix) =>
      members(form, `${prefix}-value-fields`)
        .filter((one) => text(form, `${one}-type`) === "question")
        .map((one) => [text(form, `${one}-value-code`), text(form, `${one}-value-label_az`)])
        .filter(([code]) => code),
    );
  };

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

  const asLines = (map, divider) =>
    Object.entries(map).map(([key, value]) => `${key}${divider}${typeof value === "string" ? value : JSON.stringify(value)}`).join("\n");

  const fromLines = (source, divider) =>
    compact(
      Object.fromEntries(
        source.split("\n").filter((one) => one.includes(divider)).map((one) => {
          const at = one.indexOf(divider);
          return [one.slice(0, at).trim(), one.slice(at + 1).trim()];
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
      const typed = typeof value === "string" ? value : "";
      const input = area(typed, (one) => {
        write(one.value.trim() ? one.value : undefined);
        panel.checkSoon(option.key, one, status);
      }, { spellcheck: "false", "aria-describedby": status.id });
      const box = labelled(option.label, input);
      box.classList.add("dayaq-settings__field--expression");
      box.append(insertName(panel, input), status);
      if (typed) panel.checkSoon(option.key, input, status);
      return [box];
    },
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
      const open = this.toggleTarget.getAttribute("aria-expanded") !== "true";
      this.panel?.remove();
      this.panel = open ? this.build() : null;
      if (this.panel) this.element.append(this.panel);
      this.toggleTarget.setAttribute("aria-expanded", String(open));
      this.panel?.querySelector("input, textarea, select")?.focus();
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
      for (const one of fields) one.querySelector("input, textarea, select").dataset.option = option.key;
      return fields;
    }

    write(key, value) {
      const settings = this.settings;
      if (value === undefined) delete settings[key];
      else settings[key] = value;
      this.inputTarget.value = JSON.stringify(settings);
      for (const name of ["input", "change"]) {
        this.inputTarget.dispatchEvent(new Event(name, { bubbles: true }));
      }
      this.summarise();
    }

    summarise() {
      const data = builder();
      if (!data) return;
      const set = Object.keys(this.settings).filter((key) => key !== "v");
      const labels = data.options.filter((option) => set.includes(option.key));
      const words = labels.map((option) => option.key === "list" ? `${option.label}: ${this.settings.list}` : option.label);
      this.toggleTarget.textContent = [data.words.settings, words.join(", ")].filter(Boolean).join(": ");
    }

    checkSoon(attribute, input, status) {
      clearTimeout(this.timers.get(attribute));
      if (!input.value.trim()) {
        status.textContent = "";
        input.removeAttribute("aria-invalid");
        return;
      }
      this.timers.set(attribute, setTimeout(() => this.check(attribute, input, status), 500));
    }

    async check(attribute, input, status) {
      const { words, checkUrl } = builder();
      const asked = input.value;
      try {
        const response = await fetch(checkUrl, {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "X-CSRFToken": this.form.elements.namedItem("csrfmiddlewaretoken").value,
          },
          body: JSON.stringify({ ...snapshot(this.form, this.prefix), attribute }),
        });
        const { problems } = await response.json();
        if (input.value !== asked) return;
        status.textContent = problems.length ? problems.join(" ") : words.correct;
        status.classList.toggle("dayaq-settings__status--wrong", problems.length > 0);
        input.setAttribute("aria-invalid", String(problems.length > 0));
      } catch {
        status.textContent = words.unreachable;
      }
    }
  }

  window.wagtail.app.register("dayaq-settings", SettingsController);

  /* Rows between a beginning and its end are indented. */
  const indent = () => {
    const page = document.getElementById("dayaq-builder").closest("form");
    const target = indexed(page);
    for (const section of members(target, "sections")) {
      let depth = 0;
      for (const row of members(target, `${section}-value-fields`)) {
        const type = text(target, `${row}-type`);
        if (type === "end") depth = Math.max(0, depth - 1);
        const block = field(target, `${row}-type`).closest("[data-streamfield-child]");
        if (block) block.dataset.dayaqDepth = String(Math.min(depth, 9));
        if (type.startsWith("begin_")) depth += 1;
      }
    }
  };

  let waiting;
  const indentSoon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(indent, 150);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const data = document.getElementById("dayaq-builder");
    if (!data) return;
    new MutationObserver((changes) => {
      if (changes.some((change) => change.type === "childList")) indentSoon();
    }).observe(data.closest("form") || document.body, { childList: true, subtree: true });
    indentSoon();
  });
})();
