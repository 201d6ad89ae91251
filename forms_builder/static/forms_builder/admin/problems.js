/* The list of problems of the draft: each jumps to its row, opens its panel and its option. */
(() => {
  const { builder, members, indexed, snapshot, field } = window.dayaqBuilder;
  const PAUSE = 1500; // milliseconds without a change before the list is asked for again

  /* A click is lost when the page moves between press and release: changes wait for its end. */
  let isPressed = false;
  let held = [];
  document.addEventListener("pointerdown", () => (isPressed = true), true);
  const released = () => {
    isPressed = false;
    for (const change of held.splice(0)) change();
  };
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => setTimeout(released), true); // the click comes first
  }

  /* What one works in below `box` stays where it is, however much the box grows or shrinks. */
  const steadily = (box, change) => {
    if (isPressed) return held.push(() => steadily(box, change));
    const row = document.activeElement;
    const isBelow = box.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING;
    const before = row.getBoundingClientRect().top;
    change();
    const moved = row.getBoundingClientRect().top - before;
    // Not smoothly, as the page scrolls else: the row would leave and come back.
    if (isBelow) scrollerOf(box).scrollBy({ top: moved, behavior: "instant" });
  };

  const scrollerOf = (element) => {
    const isScrolled = (one) => one.scrollHeight > one.clientHeight && getComputedStyle(one).overflowY !== "visible";
    let one = element.parentElement;
    while (one && !isScrolled(one)) one = one.parentElement;
    return one ?? document.scrollingElement;
  };

  const open = (page, { section, row, attribute }) => {
    const form = indexed(page);
    const prefix = members(form, "sections")[section];
    openRow(page, row === null ? prefix : members(form, `${prefix}-value-fields`)[row], attribute);
  };

  const openRow = async (page, target, attribute) => {
    const found = field(page, `${target}-type`)?.parentElement;
    if (!found) return;
    const block = window.dayaqRows.full(found);
    // The panel of a row that was drawn just now is ready in the next frame.
    if (block !== found) await new Promise(requestAnimationFrame);
    for (const closed of [block, ...parents(block)]) unfold(closed);
    const input = inputOf(page, block, target, attribute);
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

  const inputOf = (page, block, prefix, attribute) => {
    const part = PARTS[attribute];
    if (part) return field(page, `${prefix}-value-${part}`);
    const toggle = [...block.querySelectorAll(".dayaq-settings__toggle")].find(
      (one) => one.parentElement.querySelector("input").name === `${prefix}-value-settings`,
    );
    if (!toggle || !attribute) return null;
    if (toggle.getAttribute("aria-expanded") !== "true") toggle.click();
    const input = toggle.parentElement.querySelector(`[data-option="${CSS.escape(attribute)}"]`);
    input?.closest("details")?.setAttribute("open", "");
    return input;
  };

  /* A row that this page does not show: the page of its part opens it. */
  const elsewhere = (page, { place, url }) => {
    const link = document.createElement("a");
    link.className = "dayaq-problems__jump";
    link.href = url;
    link.textContent = place;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      window.dayaqParts.go(page, url);
    });
    return link;
  };

  /* How much is to be corrected in each part of a large form. */
  const countPieces = (problems) => {
    for (const cell of document.querySelectorAll("[data-dayaq-piece]")) {
      const count = problems.filter(({ piece }) => piece === Number(cell.dataset.dayaqPiece)).length;
      cell.textContent = count || "–";
      cell.classList.toggle("dayaq-parts__wrong", count > 0);
    }
  };

  /* The address may name a row and its option: another page led here. */
  const openAddressed = (page) => {
    const query = new URLSearchParams(window.location.search);
    const row = query.get("row");
    const look = () => {
      const input = [...page.elements].find(({ name, value }) => name.endsWith("-id") && value === row);
      if (!input) return;
      document.removeEventListener("dayaq:drawn", look);
      openRow(page, input.name.replace(/-id$/, ""), query.get("option"));
    };
    if (row) document.addEventListener("dayaq:drawn", look);
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
      countPieces(problems);
      list.replaceChildren(...problems.map((one) => {
        const item = document.createElement("li");
        if (one.section === null) {
          if (one.url) item.append(elsewhere(page, one), " ");
          item.append(one.message);
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
      const { sections, part } = snapshot(page, "");
      try {
        const response = await fetch(problemsUrl, {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "X-CSRFToken": page.elements.namedItem("csrfmiddlewaretoken").value,
          },
          body: JSON.stringify({ sections, part, form }),
        });
        const answer = await response.json();
        if (response.ok) steadily(box, () => number === asked && show(answer.problems));
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
    if (!box) return;
    start(box);
    openAddressed(box.closest("form"));
  });
})();
