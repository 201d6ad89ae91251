/* Ticking all steps of a page at once; without this script each is ticked by itself. */
for (const form of document.querySelectorAll("[data-choose-many]")) {
  const boxes = form.querySelectorAll("[data-one-of-all]");
  const all = form.querySelector("[data-all]");
  form.querySelector("[data-all-box]").hidden = false;

  const show = () => {
    const ticked = [...boxes].filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => boxes.forEach((box) => { box.checked = all.checked; }));
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
}
