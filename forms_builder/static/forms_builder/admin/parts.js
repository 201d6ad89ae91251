/* A large form is edited part by part: going to another part saves this one first. */
(() => {
  const DRAFT = "button[type=submit]:not([name]), button[name=action-draft]";

  let isChanged = false;

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector("[data-dayaq-parts]");
    const page = box?.closest("form");
    if (!page) return;
    const changed = () => (isChanged = true);
    for (const name of ["input", "change", "dayaq:moved"]) page.addEventListener(name, changed);

    box.addEventListener("click", (event) => {
      const confirmed = event.target.closest("[data-dayaq-confirm]")?.dataset.dayaqConfirm;
      if (confirmed && !window.confirm(confirmed)) event.preventDefault();
      const link = event.target.closest("[data-dayaq-part]");
      if (link && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        go(page, link.getAttribute("href"));
      }
    });
    page.addEventListener("click", ({ target }) => target.closest("[data-streamfield-action]") && changed());
  });

  /* To another part of the form; what was changed here is saved on the way. */
  const go = (page, address) => {
    if (!isChanged) {
      window.location.assign(address === "?" ? window.location.pathname : address);
      return;
    }
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "go_to", value: address });
    page.append(field);
    const draft = page.querySelector(`footer :is(${DRAFT})`);
    if (draft) draft.click();
    else page.requestSubmit();
  };

  window.dayaqParts = { go };
})();
