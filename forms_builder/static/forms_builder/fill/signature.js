// A pad to sign on. What is drawn becomes the picture of the file input, which stays for those
// who would rather send a photo, or cannot draw.

const LINE = 2.5;
const NAME = "signature.png";

export function addPads(form) {
  for (const input of form.querySelectorAll("input[data-signature]")) addPad(input);
}

function addPad(input) {
  if (input.closest("template") || input.parentElement.querySelector("canvas")) return;
  const canvas = document.createElement("canvas");
  canvas.className = "signature";
  canvas.width = 600;
  canvas.height = 200;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", input.dataset.signature);
  const hint = document.createElement("p");
  hint.className = "field__hint";
  hint.textContent = input.dataset.signature;
  const clear = document.createElement("button");
  clear.type = "button";
  clear.className = "button button--small button--quiet";
  clear.textContent = input.dataset.saysClear;
  clear.addEventListener("click", () => {
    blank(canvas);
    input.value = "";
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  blank(canvas);
  bindPen(canvas, () => keep(canvas, input));
  input.before(hint, canvas, clear);
}

/** White paper: a picture without a background would be black on some screens. */
function blank(canvas) {
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
}

function bindPen(canvas, finished) {
  const pen = canvas.getContext("2d");
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
  };
  let drawing = false;
  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.lineWidth = LINE;
    pen.lineCap = "round";
    pen.strokeStyle = "#111";
    pen.beginPath();
    pen.moveTo(...place(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...place(event));
    pen.stroke();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, () => {
      if (drawing) finished();
      drawing = false;
    });
  }
}

function keep(canvas, input) {
  canvas.toBlob((blob) => {
    const files = new DataTransfer();
    files.items.add(new File([blob], NAME, { type: "image/png" }));
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, "image/png");
}
