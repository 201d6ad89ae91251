// A button beside an input that helps to answer it, and a line that says how that goes.

/** Once for each input: {box, button, status}, still to be placed; null when it has them. */
export function aidFor(input, words, className = "") {
  if ("ready" in input.dataset) return null;
  input.dataset.ready = "";
  const box = document.createElement("div");
  box.className = `cluster ${className}`.trim();
  box.dataset.aid = "";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small";
  button.textContent = words;
  const status = document.createElement("span");
  status.setAttribute("role", "status");
  box.append(button, status);
  return { box, button, status };
}
