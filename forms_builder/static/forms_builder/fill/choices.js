// Choices: finding one's way in many boxes, and the words of another answer.

/** The field for another answer is shown while "other" is chosen. */
export function showOthers(form) {
  for (const box of form.querySelectorAll("[data-other]")) {
    const question = box.closest("[data-question]");
    const options = question.querySelectorAll("option, input[type=radio], input[type=checkbox]");
    const isOther = [...options].some((one) => one.value === "other" && (one.selected || one.checked));
    box.hidden = !isOther;
  }
}

export function bindOthers(form) {
  form.addEventListener("change", () => showOthers(form));
  showOthers(form);
}

/** A field that leaves of many boxes those with the typed words, and those that are ticked. */
export function addSifts(form) {
  for (const options of form.querySelectorAll("[data-sift]")) addSift(options);
}

function addSift(options) {
  if ("ready" in options.dataset) return;
  options.dataset.ready = "";
  const input = document.createElement("input");
  input.type = "search";
  input.dataset.aid = "";
  input.placeholder = options.dataset.sift;
  input.setAttribute("aria-label", options.dataset.sift);
  input.addEventListener("input", (event) => {
    event.stopPropagation();
    sift(options, input.value);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  options.before(input);
}

function sift(options, typed) {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  for (const option of options.children) {
    const text = fold(option.textContent);
    const isTicked = option.querySelector("input")?.checked;
    option.hidden = !isTicked && !words.every((word) => text.includes(word));
  }
}

/** As config.shared.text.fold: Azerbaijani letters and their Latin neighbours are alike. */
const PAIRS = { ə: "e", ı: "i", ö: "o", ü: "u", ğ: "g", ş: "s", ç: "c" };
const fold = (text) =>
  text
    .toLocaleLowerCase("az")
    .normalize("NFC")
    .replace(/[əıöüğşç]/g, (letter) => PAIRS[letter]);
