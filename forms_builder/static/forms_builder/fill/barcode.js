// Reading a barcode with the camera, where the browser can; typing always works.

import { aidFor } from "./aid.js";

const EVERY = 250; // milliseconds between two looks

export function addBarcodes(form) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  for (const input of form.querySelectorAll("input[data-barcode]")) addScanner(input);
}

function addScanner(input) {
  const aid = aidFor(input, input.dataset.saysScan);
  if (!aid) return;
  input.after(aid.box);
  aid.button.addEventListener("click", () => scan(input, aid.status));
}

async function scan(input, status) {
  status.textContent = "";
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    status.textContent = input.dataset.saysNone;
    return;
  }
  const dialog = dialogWith(stream, input.dataset.saysStop, input.dataset.saysScan);
  const detector = new window.BarcodeDetector();
  const timer = setInterval(() => look(detector, dialog, input), EVERY);
  dialog.addEventListener("close", () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    dialog.remove();
    input.focus();
  });
}

function dialogWith(stream, stop, title) {
  const dialog = document.createElement("dialog");
  dialog.className = "scanner";
  dialog.setAttribute("aria-label", title);
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button";
  close.textContent = stop;
  close.addEventListener("click", () => dialog.close());
  dialog.append(video, close);
  document.body.append(dialog);
  dialog.showModal();
  video.play();
  return dialog;
}

async function look(detector, dialog, input) {
  const video = dialog.querySelector("video");
  if (video.readyState < 2) return;
  const found = await detector.detect(video).catch(() => []);
  if (!found.length || !dialog.open) return;
  input.value = found[0].rawValue;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  dialog.close();
}
