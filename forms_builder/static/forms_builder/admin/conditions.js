/* Conditions as rows: [question] [comparison] [value], joined, one level of groups.
   The server turns rows into an expression and back, and says it in words; here rows are
   only drawn. `dayaqConditions.editor(box)` returns the element of one condition; `box` is
   {data, make, questions(), hasSelf, attributesOf, draw(model), fetchValues(list)}. */
window.dayaqConditions = (() => {
  let counter = 0;

  const editor = (box) => {
    const { make, data } = box;
    const words = data.conditions;
    const root = make("div", { class: "dayaq-condition" });
    let model = { join: "all", rows: [] };

    const choose = (label, pairs, value, write) => {
      const known = pairs.some(([code]) => code === value);
      const all = known || value === undefined ? pairs : [...pairs, [value, value]];
      const options = all.map(([code, text]) => make("option", { value: code }, text));
      const input = make("select", { "aria-label": label }, ...options);
      input.value = value ?? "";
      input.addEventListener("change", () => write(input.value));
      return input;
    };

    const button = (label, act, attributes = {}) => {
      const one = make("button", { type: "button", class: "button button-small button-secondary", ...attributes }, label);
      one.addEventListener("click", act);
      return one;
    };

    /* What may stand on the left: questions, this answer, attributes of the values. */
    const subjects = () => [
      ["", "–"],
      ...(box.hasSelf ? [[".", words.here]] : []),
      ...box.attributes().map((name) => [name, words.attribute.replace("{name}", name)]),
      ...box.questions().map((one) => [`\${${one.code}}`, one.label ? `${one.label} (${one.code})` : one.code]),
    ];

    const question = (left) =>
      left === "." ? box.self() : box.questions().find((one) => left === `\${${one.code}}`) ?? {};

    const operatorKey = (row) => `${row.measure ?? "value"}:${row.operator}`;
    const operatorOf = (row) => words.operators.find((one) => one.key === operatorKey(row));

    const operatorPairs = (type) =>
      words.operators.filter((one) => !type || !one.types.length || one.types.includes(type)).map((one) => [one.key, one.label]);

    const isComplete = (row) =>
      row.rows
        ? row.rows.length > 0 && row.rows.every(isComplete)
        : row.left && row.operator &&
          (operatorOf(row)?.value === "" || row.right?.kind === "today" ||
            (row.right && row.right.value !== "" && row.right.value !== undefined));

    const changed = (redraw = true) => {
      if (redraw) draw();
      const complete = model.rows.every(isComplete);
      box.draw(complete ? model : null, !complete);
    };

    const rightKind = (row) => (row.right?.kind === "answer" || row.right?.kind === "today" ? row.right.kind : "value");

    const literalKind = (row) => {
      const wanted = operatorOf(row)?.value;
      const type = question(row.left).type;
      if (wanted === "number" || (wanted === "same" && words.numeric.includes(type) && type !== "calculate")) return "number";
      return wanted === "same" && words.dates.includes(type) && type !== "calculate" ? "date" : "text";
    };

    const typed = (row, label) => {
      const kind = row.right?.kind === "number" ? "number" : literalKind(row);
      const input = make("input", { type: kind === "text" ? "text" : kind, "aria-label": label });
      if (kind === "number") input.step = "any";
      input.value = row.right?.value ?? "";
      input.addEventListener("input", () => {
        const numeric = kind === "number" || (question(row.left).type === "calculate" && /^-?\d+(\.\d+)?$/.test(input.value));
        row.right = numeric && input.value !== ""
          ? { kind: "number", value: Number(input.value) }
          : { kind: kind === "date" ? "date" : "text", value: input.value };
        changed(false);
      });
      return input;
    };

    const chosen = (row, label, list) => {
      const holder = make("span", { class: "dayaq-condition__value" }, typed(row, label));
      box.values(list).then(({ values }) => {
        if (!values.length) return;
        const input = choose(label, [["", "–"], ...values], row.right?.value?.toString(), (value) => {
          row.right = { kind: "text", value };
          changed(false);
        });
        const hadFocus = holder.contains(document.activeElement);
        holder.replaceChildren(input);
        if (hadFocus) input.focus();
      });
      return holder;
    };

    const rightInputs = (row) => {
      const operator = operatorOf(row);
      if (!row.left || operator?.value === "") return [];
      const parts = [];
      const asked = question(row.left);
      const kinds = [["value", words.kinds.value], ["answer", words.kinds.answer]];
      if (words.dates.includes(asked.type) || row.right?.kind === "today") kinds.push(["today", words.kinds.today]);
      if (operator?.value !== "text") {
        parts.push(choose(words.kind, kinds, rightKind(row), (kind) => {
          row.right = kind === "today" ? { kind } : kind === "answer" ? { kind, value: "" } : { kind: "text", value: "" };
          changed();
        }));
      }
      if (rightKind(row) === "answer") {
        parts.push(choose(words.value, subjects(), row.right.value, (value) => {
          row.right.value = value;
          changed(false);
        }));
      } else if (rightKind(row) === "value") {
        const fromList = asked.list && operator?.value === "same" && row.right?.kind !== "number";
        parts.push(fromList ? chosen(row, words.value, asked.list) : typed(row, words.value));
      }
      return parts;
    };

    /* A drop-down being typed into must stay: only what stands after it is drawn anew. */
    const after = (input, ...parts) => {
      while (input.nextSibling) input.nextSibling.remove();
      input.after(...parts);
    };

    const drawRow = (rows, row) => {
      const item = make("li", { class: "dayaq-condition__row" });
      const left = choose(words.question, subjects(), row.left ?? "", (value) => {
        Object.assign(row, { left: value, right: undefined });
        const offered = operatorPairs(question(value).type).map(([key]) => key);
        if (!offered.includes(operatorKey(row))) [row.measure, row.operator] = offered[0].split(":");
        after(left, ...rest());
        changed(false);
      });
      const rest = () => {
        const operator = choose(words.operator, operatorPairs(question(row.left).type), operatorKey(row), (value) => {
          [row.measure, row.operator] = value.split(":");
          if (operatorOf(row)?.value === "") delete row.right;
          after(operator, ...values());
          changed(false);
        });
        return [operator, ...values()];
      };
      const values = () => [...rightInputs(row), remove];
      const remove = button("×", () => {
        rows.splice(rows.indexOf(row), 1);
        changed();
        root.querySelector("[data-add]").focus();
      }, { "aria-label": words.remove, title: words.remove });
      item.append(left, ...rest());
      return item;
    };

    const drawGroup = (group, parent) => {
      const items = group.rows.map((row) =>
        row.rows ? make("li", {}, drawGroup(row, group)) : drawRow(group.rows, row),
      );
      const add = button(words.add, () => {
        group.rows.push({ left: "", measure: "value", operator: "=" });
        changed();
        focusLast();
      }, { "data-add": "" });
      const bar = make("div", { class: "dayaq-condition__bar" }, add);
      if (parent) {
        bar.append(button(words.removeGroup, () => {
          parent.rows.splice(parent.rows.indexOf(group), 1);
          changed();
          root.querySelector("[data-add]").focus();
        }));
      } else if (group.rows.length) {
        bar.append(button(words.addGroup, () => {
          group.rows.push({ join: "any", rows: [{ left: "", measure: "value", operator: "=" }] });
          changed();
          focusLast();
        }));
      }
      const join = choose(words.join, words.joins, group.join, (value) => {
        group.join = value;
        changed(false);
      });
      const several = group.rows.length > 1 || group.join.startsWith("no") || parent;
      return make("div", { class: "dayaq-condition__group", role: "group", "aria-label": words.join },
        ...(several ? [join] : []), make("ul", {}, ...items), bar);
    };

    const focusLast = () => {
      const all = [...root.querySelectorAll(`select[aria-label="${words.question}"]`)];
      (all.find((one) => !one.value) ?? all.at(-1))?.focus();
    };

    /* Redrawing must not take the keyboard away from where it is. */
    const draw = () => {
      const inputs = () => [...root.querySelectorAll("select, input, button")];
      const index = inputs().indexOf(document.activeElement);
      root.replaceChildren(drawGroup(model));
      if (index >= 0) inputs()[index]?.focus();
    };

    return {
      element: root,
      show(newer) {
        root.hidden = !newer;
        if (!newer) return;
        model = structuredClone(newer);
        draw();
      },
      id: (counter += 1),
    };
  };

  return { editor };
})();
