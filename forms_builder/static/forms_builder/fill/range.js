// A slider beside the number of a range; the number alone says whether it was answered.

import { readNumber } from "./inputs.js";

export function addSliders(form) {
  for (const box of form.querySelectorAll("[data-range]")) addSlider(form, box);
}

function addSlider(form, box) {
  if (box.querySelector("[data-aid]")) return;
  const number = box.querySelector("input");
  const slider = document.createElement("input");
  slider.type = "range";
  slider.dataset.aid = "";
  for (const name of ["min", "max", "step"]) slider[name] = box.dataset[name];
  const question = box.closest("[data-question]");
  slider.setAttribute("aria-label", `${box.dataset.saysSlider}: ${labelText(question)}`);
  const follow = () => {
    const value = Number(readNumber(number.value));
    box.classList.toggle("is-empty", number.value.trim() === "");
    if (number.value.trim() !== "" && Number.isFinite(value)) slider.value = value;
    slider.disabled = number.readOnly;
  };
  slider.addEventListener("input", () => {
    const comma = form.lang === "az" || document.documentElement.lang === "az";
    number.value = comma ? slider.value.replace(".", ",") : slider.value;
    follow();
  });
  number.addEventListener("input", follow);
  number.before(slider);
  follow();
}

const labelText = (question) =>
  question?.querySelector("label, legend")?.firstChild?.textContent.trim() ?? "";
