// Helps while a form is filled: shows and hides questions, computes, filters lists, adds and
// removes rows, saves the draft. Without it the server does the same at every step.

import { addBarcodes } from "./fill/barcode.js";
import { addSifts, bindOthers, showOthers } from "./fill/choices.js";
import { bindDates, bindLocks, bindLookups } from "./fill/helpers.js";
import { addPlaces } from "./fill/places.js";
import { addRanks } from "./fill/rank.js";
import { addSliders } from "./fill/range.js";
import { addRecorders } from "./fill/recorder.js";
import { bindRows } from "./fill/rows.js";
import { addPads } from "./fill/signature.js";
import { bindFinds } from "./fill/finds.js";
import { Saver } from "./fill/saver.js";
import { View } from "./fill/view.js";

// What is added beside inputs; called again when rows or choices are new.
const ADDED = [addSliders, addRanks, addPlaces, addRecorders, addBarcodes, addPads, addSifts, showOthers];

async function start(form) {
  for (const bind of [bindRows, bindDates, bindLookups, bindLocks, bindOthers, bindFinds]) bind(form);
  const help = () => ADDED.forEach((add) => add(form));
  help();
  if ("preview" in form.dataset) form.addEventListener("submit", (event) => event.preventDefault());
  else if (form.querySelector("[data-saved]")) bindSaver(form);
  const data = JSON.parse(document.getElementById("fill-data").textContent);
  const definition = await definitionOf(form);
  form.addEventListener("rows-changed", help);
  form.addEventListener("page-changed", help);
  if (!definition) return;
  const view = new View(form, definition, data);
  form.addEventListener("input", (event) => view.read(event.target));
  form.addEventListener("change", (event) => view.read(event.target));
  form.addEventListener("rows-changed", (event) => view.rowsChanged(event.detail));
  form.addEventListener("answered", (event) => view.answered(event.detail));
}

/** The compiled form: in the page for a preview, else fetched once and kept by the browser. */
async function definitionOf(form) {
  const inline = document.getElementById("fill-definition");
  if (inline) return JSON.parse(inline.textContent);
  if (!form.dataset.definition) return null;
  const response = await fetch(form.dataset.definition, { credentials: "same-origin" });
  return response.ok ? response.json() : null;
}

function bindSaver(form) {
  const saver = new Saver(form);
  form.addEventListener("input", () => saver.soon());
  form.addEventListener("change", () => saver.soon());
}

// Last, when every class above exists.
const page = document.querySelector("[data-fill]");
// Without the definition the page still works; the server does the same at the next step.
if (page) start(page).catch((error) => console.warn(error));
document.querySelector("[data-error-summary]")?.focus();
