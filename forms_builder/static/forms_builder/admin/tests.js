/* The tests of a form as rows; the textarea keeps them as JSON and is what is sent. */
(() => {
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const shown = (value) => (Array.isArray(value) ? value.join(" ") : String(value ?? ""));

  /* What a test expects, as rows {kind, path, text}; `given` is the value as it was stored. */
  const rowsOf = ({ values = {}, relevant = {}, problems = [] } = {}) => [
    ...Object.entries(values).map(([path, given]) => ({ kind: "value", path, text: shown(given), given })),
    ...Object.entries(relevant).map(([path, is]) => ({ kind: is ? "shown" : "hidden", path, text: "" })),
    ...problems.map(({ path, code }) => ({ kind: code ? "problem" : "fine", path, text: code ?? "" })),
  ];

  const expectationOf = (rows, strict) => {
    const kept = rows.filter((row) => row.path.trim() || row.kind === "problem");
    const map = (kinds, value) => Object.fromEntries(
      kept.filter((row) => kinds.includes(row.kind)).map((row) => [row.path.trim(), value(row)]),
    );
    const expect = {
      values: map(["value"], (row) => ("given" in row && shown(row.given) === row.text ? row.given : row.text)),
      relevant: map(["shown", "hidden"], (row) => row.kind === "shown"),
      problems: kept.filter((row) => ["problem", "fine"].includes(row.kind))
        .map((row) => ({ path: row.path.trim(), code: row.kind === "problem" ? row.text.trim() : "" })),
    };
    const filled = Object.entries(expect).filter(([, part]) => Object.keys(part).length);
    return Object.fromEntries([...filled, ...(strict ? [["no_other_problems", true]] : [])]);
  };

  class TestsController extends window.StimulusModule.Controller {
    static targets = ["input"];

    connect() {
      this.words = JSON.parse(this.element.querySelector("script").textContent);
      try {
        this.tests = JSON.parse(this.inputTarget.value || "[]") || [];
      } catch {
        return; // what cannot be read stays in the textarea for correction
      }
      this.inputTarget.hidden = true;
      this.frame = make("div", { class: "dayaq-tests__frame" });
      this.element.append(this.frame);
      this.draw();
    }

    draw(opened) {
      const { words } = this;
      this.cards = this.tests.map((test, index) => this.card(test, index, index === opened));
      const none = make("p", {}, words.none);
      this.status = make("p", { role: "status", class: "dayaq-tests__status" });
      this.frame.replaceChildren(...(this.cards.length ? this.cards : [none]), this.bar(), this.status);
    }

    bar() {
      const { words, tests } = this;
      const add = this.button(words.add, () => {
        tests.push({ name: `${words.test} ${tests.length + 1}`, answers: {}, expect: {} });
        this.changed();
        this.draw(tests.length - 1);
      });
      const bar = make("div", { class: "dayaq-tests__bar" }, add);
      if (this.element.dataset.run) bar.append(this.button(words.run, () => this.run()));
      if (this.element.dataset.try) {
        bar.append(make("a", { class: "button button-small button-secondary", href: this.element.dataset.try }, words.try));
      }
      return bar;
    }

    button(label, act) {
      const button = make("button", { type: "button", class: "button button-small button-secondary" }, label);
      button.addEventListener("click", act);
      return button;
    }

    card(test, index, open) {
      const title = make("span", { class: "dayaq-tests__name" }, test.name || String(index + 1));
      const card = make("details", { class: "dayaq-tests__test" }, make("summary", {}, title));
      const build = () => card.childElementCount === 1 && card.append(this.body(test, index, title));
      card.addEventListener("toggle", build);
      if (open) {
        card.open = true;
        build();
      }
      return card;
    }

    body(test, index, title) {
      const { words } = this;
      const name = this.field(words.name, make("input", { type: "text" }), test.name ?? "", (text) => {
        test.name = text;
        title.textContent = text;
      });
      const day = this.field(words.day, make("input", { type: "date" }), test.today ?? "", (text) => {
        if (text) test.today = text;
        else delete test.today;
      });
      const source = JSON.stringify(test.answers ?? {}, null, 1);
      const answers = this.field(words.answers, make("textarea", { rows: "6", spellcheck: "false" }), source, (text, input) => {
        try {
          test.answers = JSON.parse(text || "{}");
          input.setCustomValidity("");
        } catch {
          input.setCustomValidity(words.json);
        }
        input.reportValidity();
      });
      const remove = this.button(words.remove, () => {
        this.tests.splice(index, 1);
        this.changed();
        this.draw();
      });
      return make("div", { class: "dayaq-tests__body" }, name, day, answers, this.expectations(test), remove);
    }

    field(label, input, value, write) {
      input.value = value;
      input.addEventListener("input", () => {
        write(input.value, input);
        this.changed();
      });
      return make("label", { class: "dayaq-tests__field" }, make("span", {}, label), input);
    }

    expectations(test) {
      const { words } = this;
      const rows = rowsOf(test.expect);
      const strict = make("input", { type: "checkbox" });
      strict.checked = Boolean(test.expect?.no_other_problems);
      const write = () => {
        test.expect = expectationOf(rows, strict.checked);
        this.changed();
      };
      strict.addEventListener("change", write);
      const body = make("tbody");
      const draw = () => body.replaceChildren(...rows.map((row) => this.line(row, write, () => {
        rows.splice(rows.indexOf(row), 1);
        write();
        draw();
      })));
      draw();
      const heads = [words.expected, words.path, words.value, ""].map((one) => make("th", { scope: "col" }, one));
      const table = make("table", { class: "dayaq-rows__table" }, make("thead", {}, make("tr", {}, ...heads)), body);
      const more = this.button(words.more, () => {
        rows.push({ kind: "value", path: "", text: "" });
        draw();
        body.lastElementChild.querySelector("select").focus();
      });
      const only = make("label", { class: "dayaq-tests__check" }, strict, words.strict);
      return make("div", {}, make("div", { class: "dayaq-rows__scroll" }, table), more, only);
    }

    line(row, write, remove) {
      const { words } = this;
      const options = Object.entries(words.kinds).map(([kind, label]) => make("option", { value: kind }, label));
      const kind = make("select", { "aria-label": words.expected }, ...options);
      kind.value = row.kind;
      const path = make("input", { type: "text", "aria-label": words.path, spellcheck: "false" });
      path.value = row.path;
      const value = make("input", { type: "text", "aria-label": words.value });
      value.value = row.text;
      const fit = () => {
        value.disabled = !["value", "problem"].includes(row.kind);
      };
      fit();
      for (const [input, key] of [[kind, "kind"], [path, "path"], [value, "text"]]) {
        input.addEventListener("input", () => {
          row[key] = input.value;
          fit();
          write();
        });
      }
      const cells = [kind, path, value, this.button(words.drop, remove)];
      return make("tr", {}, ...cells.map((cell) => make("td", {}, cell)));
    }

    changed() {
      this.inputTarget.value = JSON.stringify(this.tests);
      for (const name of ["input", "change"]) this.inputTarget.dispatchEvent(new Event(name, { bubbles: true }));
    }

    async run() {
      const { words } = this;
      this.status.textContent = words.running;
      const form = this.inputTarget.form;
      const { sections, part } = window.dayaqBuilder?.snapshot(form) ?? {};
      try {
        const response = await fetch(this.element.dataset.run, {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "X-CSRFToken": form.elements.namedItem("csrfmiddlewaretoken").value,
          },
          body: JSON.stringify({ tests: this.tests, sections, part }),
        });
        this.show(await response.json());
      } catch {
        this.status.textContent = words.unreachable;
      }
    }

    show({ problems, results = [] }) {
      const { words } = this;
      results.forEach((result, index) => this.mark(this.cards[index], result));
      const red = results.filter((result) => !result.green).length;
      const counts = red ? words.red.replace("{count}", red) : words.green;
      this.status.textContent = problems.length ? problems.join(" ") : counts;
    }

    mark(card, result) {
      const summary = card.querySelector("summary");
      summary.querySelector(".dayaq-tests__result")?.remove();
      const said = result.differences.map((one) => make("li", {}, make("code", {}, one.path), ` ${one.message}`));
      const list = said.length ? [make("ul", {}, ...said)] : [];
      const color = result.green ? "green" : "red";
      const sign = make("strong", {}, result.green ? this.words.isGreen : this.words.isRed);
      summary.append(make("div", { class: `dayaq-tests__result dayaq-tests__result--${color}` }, sign, ...list));
    }
  }

  window.wagtail.app.register("dayaq-tests", TestsController);
})();
