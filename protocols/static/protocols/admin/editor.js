/* The editor of a protocol: suggests steps, questions and statuses, makes codes out of names,
   checks conditions while they are typed. Everything is checked again on publishing. */
(() => {
  const LETTERS = { ə: "e", ı: "i", ö: "o", ü: "u", ç: "c", ş: "s", ğ: "g", İ: "i", I: "i", Ə: "e", Ö: "o", Ü: "u", Ç: "c", Ş: "s", Ğ: "g" };
  const facts = new Map();
  const form = () => document.querySelector("[data-protocol-facts]");
  const named = (part) => [...document.querySelectorAll(`input[name^="steps-"][name$="-value-${part}"]`)]
    .filter((input) => !removed(input));
  const removed = (input) => {
    const prefix = /^steps-\d+/.exec(input.name)[0];
    return document.querySelector(`[name="${prefix}-deleted"]`)?.value === "1";
  };

  function offer(name, options) {
    let list = document.getElementById(`protocol-${name}`);
    if (!list) {
      list = document.createElement("datalist");
      list.id = `protocol-${name}`;
      document.body.append(list);
    }
    list.replaceChildren(...options.map(([value, label]) => {
      const option = document.createElement("option");
      option.value = value;
      option.label = label || value;
      return option;
    }));
  }

  async function known(code) {
    if (!code) return { questions: [], statuses: [] };
    if (!facts.has(code)) {
      const url = new URL(form().dataset.protocolFacts, location.href);
      url.searchParams.set("form", code);
      facts.set(code, fetch(url).then((answer) => answer.json()).catch(() => ({ questions: [], statuses: [] })));
    }
    return facts.get(code);
  }

  const stepOf = (input) => /^(steps-\d+-value)/.exec(input.name)?.[1];
  const contextOf = (input) => {
    if (!input.name.endsWith("-when")) return "trigger";
    return document.getElementsByName(input.name.replace(/-when$/, "-context"))[0]?.value || "";
  };
  const formFor = (input) => (contextOf(input) === "trigger" ? form().value : contextOf(input));

  async function suggest(input) {
    const kind = input.getAttribute("list")?.replace("protocol-", "");
    if (kind === "steps") {
      const labels = named("label_az").map((label) => label.value);
      offer("steps", named("code").map((code, place) => [code.value, labels[place]]).filter(([code]) => code));
    } else if (kind === "statuses") {
      offer("statuses", (await known(form().value)).statuses);
    } else if (kind === "questions") {
      offer("questions", await names(input));
    }
  }

  async function names(input) {
    if (!input.name.endsWith("-when")) return (await known(form().value)).questions;
    if (contextOf(input) === "decision") return decisions(input);
    const { questions } = await known(formFor(input));
    return questions.map(([name, label]) => [`\${${name}} = ''`, label]);
  }

  /* The decisions of this step as ready conditions. */
  function decisions(input) {
    const step = stepOf(input);
    const kind = document.getElementsByName(`${step}-action-type`)[0]?.value;
    const own = kind === "approve" ? ["approved", "returned"]
      : [...document.querySelectorAll(`input[name^="${step}-action-options-"][name$="-code"]`)].map((code) => code.value);
    return own.filter(Boolean).map((code) => [`\${decision} = '${code}'`, code]);
  }

  function codeFrom(text) {
    const latin = [...text].map((letter) => LETTERS[letter] ?? letter.toLowerCase()).join("");
    const plain = latin.replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "");
    return plain.slice(0, 40);
  }

  function nameStep(label) {
    const code = document.getElementsByName(label.name.replace("-label_az", "-code"))[0];
    if (code && !code.value && label.value) {
      const taken = named("code").map((input) => input.value);
      let made = codeFrom(label.value);
      for (let number = 2; taken.includes(made); number += 1) made = `${codeFrom(label.value)}_${number}`;
      code.value = made;
    }
  }

  async function check(input) {
    const shown = verdict(input);
    if (!input.value.trim()) { shown.textContent = ""; return; }
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    const url = document.querySelector("[data-protocol-check]").dataset.protocolCheck;
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ form: formFor(input), source: input.value }),
    });
    if (!answer.ok) return;
    const { problems, fine } = await answer.json();
    shown.textContent = problems.length ? problems.join(" ") : fine;
    shown.classList.toggle("protocol-check--fine", !problems.length);
  }

  function verdict(input) {
    let shown = input.parentElement.querySelector(".protocol-check");
    if (!shown) {
      shown = document.createElement("p");
      shown.className = "protocol-check";
      shown.setAttribute("role", "status");
      input.after(shown);
    }
    return shown;
  }

  const isCondition = (input) => input.matches?.('[data-protocol-check], [name^="steps-"][name$="-when"]');
  let waiting;
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.('input[list^="protocol-"]')) suggest(event.target);
  });
  document.addEventListener("input", (event) => {
    if (!isCondition(event.target)) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => check(event.target), 400);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches?.('[name^="steps-"][name$="-value-label_az"]')) nameStep(event.target);
  });
})();
