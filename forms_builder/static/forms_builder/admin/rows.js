/* The values of a list as a table; the textarea keeps them as JSON and is what is sent. */
(() => {
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  const OWN = new Set(["name", "labels", "retired"]);
  const attributesOf = (rows) => [...new Set(rows.flatMap((row) => Object.keys(row).filter((key) => !OWN.has(key))))];

  /* Cells of text copied from a spreadsheet or a CSV file; quoted cells may hold line breaks. */
  const cells = (source) => {
    const head = source.split("\n", 1)[0];
    const divider = ["\t", ";", ","].find((one) => head.includes(one)) || "\t";
    const rows = [[""]];
    let quoted = false;
    for (let at = 0; at < source.length; at += 1) {
      const letter = source[at];
      const row = rows[rows.length - 1];
      if (letter === '"' && quoted && source[at + 1] === '"') {
        row[row.length - 1] += '"';
        at += 1;
      } else if (letter === '"' && (quoted || row[row.length - 1] === "")) quoted = !quoted;
      else if (letter === divider && !quoted) row.push("");
      else if (letter === "\n" && !quoted) rows.push([""]);
      else if (letter !== "\r") row[row.length - 1] += letter;
    }
    return rows.map((row) => row.map((cell) => cell.trim()));
  };

  const YES = new Set(["1", "yes", "true", "bəli", "x"]);

  const rowFrom = (headings, values) => {
    const row = { name: "", labels: {} };
    headings.forEach((heading, index) => {
      const value = values[index] ?? "";
      const language = heading.match(/^label(?:_|::?)\s*(?:.*\()?([a-z]{2})\)?$/i)?.[1];
      if (!heading || !value) return;
      if (heading === "label") row.labels.az = value;
      else if (language) row.labels[language.toLowerCase()] = value;
      else if (heading === "retired") row.retired = YES.has(value.toLocaleLowerCase("az")) || undefined;
      else row[heading] = value;
    });
    return row;
  };

  class RowsController extends window.StimulusModule.Controller {
    static targets = ["input"];

    connect() {
      this.words = JSON.parse(this.element.querySelector("script").textContent);
      try {
        this.rows = JSON.parse(this.inputTarget.value || "[]") || [];
      } catch {
        return; // what cannot be read stays in the textarea for correction
      }
      this.inputTarget.hidden = true;
      this.columns = attributesOf(this.rows);
      this.frame = make("div");
      this.element.append(this.frame);
      this.draw();
    }

    draw() {
      const { words } = this;
      const headings = [words.name, words.az, words.en, ...this.columns, words.retired, ""];
      const head = make("thead", {}, make("tr", {}, ...headings.map((one) => (one ? make("th", { scope: "col" }, one) : make("td")))));
      this.body = make("tbody", {}, ...this.rows.map((row, index) => this.line(row, index)));
      this.body.addEventListener("input", (event) => this.changed(event));
      this.body.addEventListener("click", (event) => this.clicked(event));
      const table = make("table", { class: "dayaq-rows__table" }, head, this.body);
      const note = make("p", { class: "dayaq-rows__note" }, words.retiredHelp);
      this.frame.replaceChildren(make("div", { class: "dayaq-rows__scroll" }, table), note, this.bar(), this.paste());
    }

    line(row, index) {
      const cell = (key, value, label) => {
        const input = make("input", { type: "text", "data-key": key, "aria-label": `${label} ${index + 1}` });
        input.value = value ?? "";
        return make("td", {}, input);
      };
      const retired = make("input", { type: "checkbox", "data-key": "retired", "aria-label": `${this.words.retired} ${index + 1}` });
      retired.checked = Boolean(row.retired);
      const button = (act, sign) =>
        make("button", { type: "button", class: "button button-small button-secondary", "data-act": act, "aria-label": `${this.words[act]}: ${row.name}`, title: this.words[act] }, sign);
      return make("tr", {},
        cell("name", row.name, this.words.name),
        cell("labels.az", row.labels?.az, this.words.az),
        cell("labels.en", row.labels?.en, this.words.en),
        ...this.columns.map((one) => cell(one, row[one], one)),
        make("td", {}, retired),
        make("td", {}, button("up", "↑"), button("down", "↓"), button("remove", "×")));
    }

    bar() {
      const add = make("button", { type: "button", class: "button button-small" }, this.words.add);
      add.addEventListener("click", () => this.insert());
      const name = make("input", { type: "text", "aria-label": this.words.columnName, placeholder: this.words.columnName });
      const column = make("button", { type: "button", class: "button button-small button-secondary" }, this.words.column);
      column.addEventListener("click", () => {
        const key = name.value.trim();
        if (!key || OWN.has(key) || this.columns.includes(key)) return name.focus();
        this.columns.push(key);
        return this.draw();
      });
      return make("div", { class: "dayaq-rows__bar" }, add, name, column);
    }

    paste() {
      const area = make("textarea", { rows: "6", "aria-label": this.words.paste, spellcheck: "false" });
      const report = make("div", { role: "status" });
      const take = make("button", { type: "button", class: "button button-small", disabled: "" }, this.words.take);
      const read = async () => {
        const rows = this.readPasted(area.value, report);
        this.pasted = null;
        take.disabled = true;
        if (!rows || !(await this.passes(rows, report)) || area.value !== this.lastRead) return;
        this.pasted = rows;
        take.disabled = false;
      };
      area.addEventListener("input", () => {
        this.lastRead = area.value;
        read();
      });
      take.addEventListener("click", () => this.takePasted());
      const file = make("input", { type: "file", accept: ".xlsx,.xls,.csv,.tsv,.txt", id: `${this.inputTarget.name}-table` });
      file.addEventListener("change", async () => {
        const answer = await this.upload(file.files[0]);
        file.value = "";
        if (answer.problems) return this.refuse(report, answer.problems);
        area.value = answer.text;
        return area.dispatchEvent(new Event("input"));
      });
      const upload = make("p", {}, make("label", { for: file.id }, this.words.upload), " ", file);
      return make("details", {}, make("summary", {}, this.words.paste), make("p", {}, this.words.pasteHelp), area, upload, report, take);
    }

    post(url, body, headers = {}) {
      const token = this.inputTarget.form.elements.namedItem("csrfmiddlewaretoken").value;
      return fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token, ...headers } }).then((answer) => answer.json());
    }

    async upload(file) {
      const body = new FormData();
      body.append("table", file);
      return this.post(this.words.readUrl, body).catch(() => ({ problems: [this.words.unreachable] }));
    }

    /* All or nothing: the server looks at every row as publishing would. */
    async passes(rows, report) {
      const body = JSON.stringify({ rows });
      const { problems } = await this.post(this.words.checkUrl, body, { "Content-Type": "application/json" })
        .catch(() => ({ problems: [this.words.unreachable] }));
      if (problems.length) this.refuse(report, problems);
      return !problems.length;
    }

    refuse(report, problems) {
      report.className = "dayaq-rows__problems";
      report.replaceChildren(...problems.map((one) => make("p", {}, one)));
    }

    readPasted(source, report) {
      report.className = "";
      report.replaceChildren();
      if (!source.trim()) return null;
      const [headings, ...lines] = cells(source.trimEnd());
      const rows = lines.map((values) => rowFrom(headings, values));
      const problems = this.problemsOf(headings, rows);
      if (problems.length) {
        this.refuse(report, problems);
        return null;
      }
      const names = new Set(this.rows.map((row) => row.name));
      const changed = rows.filter((row) => names.has(row.name)).length;
      report.append(this.words.willAdd.replace("{added}", rows.length - changed).replace("{changed}", changed));
      return rows;
    }

    problemsOf(headings, rows) {
      const { words } = this;
      if (!headings.includes("name") || !headings.some((one) => one.startsWith("label"))) return [words.noHeading];
      const seen = new Set();
      return rows.flatMap((row, index) => {
        const reasons = [];
        if (!row.name) reasons.push(words.noName);
        else if (seen.has(row.name)) reasons.push(words.twice);
        if (!Object.keys(row.labels).length) reasons.push(words.noLabel);
        seen.add(row.name);
        return reasons.map((reason) => words.badRow.replace("{number}", index + 2).replace("{reason}", reason));
      });
    }

    takePasted() {
      const places = new Map(this.rows.map((row, index) => [row.name, index]));
      for (const row of this.pasted) {
        if (places.has(row.name)) {
          const old = this.rows[places.get(row.name)];
          this.rows[places.get(row.name)] = { ...old, ...row, labels: { ...old.labels, ...row.labels } };
        } else this.rows.push(row);
      }
      this.columns = attributesOf(this.rows);
      this.pasted = null;
      this.keep();
      this.draw();
    }

    insert() {
      this.rows.push({ name: "", labels: {} });
      this.body.append(this.line(this.rows[this.rows.length - 1], this.rows.length - 1));
      this.body.lastElementChild.querySelector("input").focus();
      this.keep();
    }

    place(event) {
      return [...this.body.children].indexOf(event.target.closest("tr"));
    }

    changed(event) {
      const row = this.rows[this.place(event)];
      const { key } = event.target.dataset;
      const value = key === "retired" ? event.target.checked : event.target.value.trim();
      if (key.startsWith("labels.")) row.labels = { ...row.labels, [key.slice(7)]: value };
      else row[key] = value;
      this.keep();
    }

    clicked(event) {
      const act = event.target.closest("[data-act]")?.dataset.act;
      if (!act) return;
      const from = this.place(event);
      const line = this.body.children[from];
      const [row] = this.rows.splice(from, 1);
      if (act === "remove") line.remove();
      else {
        const to = Math.max(0, Math.min(this.rows.length, from + (act === "up" ? -1 : 1)));
        this.rows.splice(to, 0, row);
        line.remove();
        this.body.insertBefore(line, this.body.children[to] ?? null);
        line.querySelector(`[data-act="${act}"]`).focus();
      }
      this.keep();
    }

    keep() {
      const clean = this.rows.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([, value]) => value !== "" && value !== false && value !== undefined)));
      this.inputTarget.value = JSON.stringify(clean);
      for (const name of ["input", "change"]) this.inputTarget.dispatchEvent(new Event(name, { bubbles: true }));
    }
  }

  window.wagtail.app.register("dayaq-rows", RowsController);
})();
