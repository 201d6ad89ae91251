/* The list of problems of the draft: each jumps to its row, opens its panel and its option. */
(() => {
  const { builder, members, indexed, snapshot, field } = window.dayaqBuilder;
  const PAUSE = 1500; // milliseconds without a change before the list is asked for again

  const open = (page, { section, row, attribute }) => {
    const form = indexed(page);
    const prefix = members(form, "sections")[section];
    const target = row === null ? prefix : members(form, `${prefix}-value-fields`)[row];
    const block = field(form, `${target}-type`)?.closest("[data-streamfield-child]");
    if (!block) return;
    for (const closed of [block, ...parents(block)]) unfold(closed);
    const input = inputOf(form, block, target, attribute);
    block.scrollIntoView({ block: "center" });
    (input ?? block.querySelector("input:not([type=hidden]), textarea"))?.focus();
  };

  const parents = (block) => {
    const found = [];
    for (let one = block.parentElement; one; one = one.parentElement) {
      if (one.matches("[data-streamfield-child]")) found.push(one);
    }
    return found;
  };

  const unfold = (block) => block.querySelector("[data-panel-toggle][aria-expanded=false]")?.click();

  const PARTS = { name: "code", labels: "label_az", type: "type" };

  const inputOf = (form, block, prefix, attribute) => {
    const part = PARTS[attribute];
    if (part) return field(form, `${prefix}-value-${part}`);
    const toggle = [...block.querySelectorAll(".dayaq-settings__toggle")].find(
      (one) => one.parentElement.querySelector("input").name === `${prefix}-value-settings`,
    );
    if (!toggle || !attribute) return null;
    if (toggle.getAttribute("aria-expanded") !== "true") toggle.click();
    const input = toggle.parentElement.querySelector(`[data-option="${CSS.escape(attribute)}"]`);
    input?.closest("details")?.setAttribute("open", "");
    return input;
  };

  const start = (box) => {
    const page = box.closest("form");
    const list = box.querySelector("[data-problems-list]");
    const count = box.querySelector("[data-problems-count]");
    let waiting;
    let asked = 0;

    const show = (problems) => {
      const { words } = builder();
      count.textContent = problems.length ? words.problems.replace("{count}", problems.length) : words.noProblems;
      box.dataset.state = problems.length ? "wrong" : "right";
      list.replaceChildren(...problems.map((one) => {
        const item = document.createElement("li");
        if (one.section === null) {
          item.textContent = one.message;
          return item;
        }
        const link = document.createElement("button");
        link.type = "button";
        link.className = "dayaq-problems__jump";
        link.textContent = one.place;
        link.addEventListener("click", () => open(page, one));
        item.append(link, ` ${one.message}`);
        return item;
      }));
    };

    const ask = async () => {
      const number = (asked += 1);
      const { problemsUrl, form, words } = builder();
      const { sections } = snapshot(page, "");
      try {
        const response = await fetch(problemsUrl, {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "X-CSRFToken": page.elements.namedItem("csrfmiddlewaretoken").value,
          },
          body: JSON.stringify({ sections, form }),
        });
        const answer = await response.json();
        if (number === asked && response.ok) show(answer.problems);
      } catch {
        count.textContent = words.unreachable;
      }
    };

    const askSoon = () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, PAUSE);
    };

    page.addEventListener("change", askSoon);
    document.addEventListener("dayaq:rows", askSoon);
    askSoon();
  };

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector("[data-dayaq-problems]");
    if (box) start(box);
  });
})();
