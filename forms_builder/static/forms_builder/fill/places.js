// Places: the device's own location, and the points of lines and areas.

const OPTIONS = { enableHighAccuracy: true, timeout: 30000, maximumAge: 0 };
const FAILURES = { 1: "saysDenied", 2: "saysAway", 3: "saysLate" };

export function addPlaces(form) {
  for (const box of form.querySelectorAll("[data-place]")) addPlace(box);
}

function addPlace(box) {
  if ("ready" in box.dataset) return;
  box.dataset.ready = "";
  const button = box.querySelector("[data-locate]");
  if ("geolocation" in navigator) button.hidden = false;
  button.addEventListener("click", () => locate(box, button));
  box.addEventListener("input", (event) => {
    const point = event.target.closest("[data-point]");
    if (point && event.target.type !== "hidden") forgetFix(point);
  });
  if (!("points" in box.dataset)) return;
  box.querySelector("[data-more]").addEventListener("click", (event) => {
    event.preventDefault();
    addPoint(box).querySelector("input").focus();
  });
  for (const point of pointsOf(box)) addRemove(box, point);
}

const pointsOf = (box) => [...box.querySelectorAll("[data-point]")];
const isEmpty = (point) => [...point.querySelectorAll("input")].every((input) => !input.value);

function locate(box, button) {
  say(box, box.dataset.saysWaiting);
  button.disabled = true;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      button.disabled = false;
      take(box, coords);
    },
    (error) => {
      button.disabled = false;
      say(box, box.dataset[FAILURES[error.code]] ?? box.dataset.saysAway);
    },
    OPTIONS,
  );
}

/** What the device measured, in the empty point or a new one. */
function take(box, { latitude, longitude, altitude, accuracy }) {
  const points = pointsOf(box);
  const isList = "points" in box.dataset;
  const point = isList ? (points.find(isEmpty) ?? addPoint(box)) : points[0];
  const [lat, lon, fix] = point.querySelectorAll("input");
  lat.value = latitude.toFixed(6);
  lon.value = longitude.toFixed(6);
  const high = altitude === null || altitude === undefined ? "-" : altitude.toFixed(1);
  fix.value = `${Number(lat.value)} ${Number(lon.value)} ${high} ${accuracy.toFixed(1)}`;
  point.querySelector("[data-accuracy]").textContent = `± ${Math.round(accuracy)} m`;
  say(box, box.dataset.saysAccuracy.replace("%(metres)s", String(Math.round(accuracy))));
  // Not as if typed: what was measured stays with the numbers.
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function forgetFix(point) {
  point.querySelector("[data-fix]").value = "";
  point.querySelector("[data-accuracy]").textContent = "";
}

function addPoint(box) {
  const points = pointsOf(box);
  const point = points[0].cloneNode(true);
  for (const input of point.querySelectorAll("input")) input.value = "";
  for (const aid of point.querySelectorAll("[data-aid]")) aid.remove();
  forgetFix(point);
  points.at(-1).after(point);
  number(box);
  addRemove(box, point);
  return point;
}

/** The first point's inputs have the question's own ids; the others need theirs. */
function number(box) {
  const path = box.closest("[data-question]").dataset.question;
  pointsOf(box).forEach((point, place) => {
    point.setAttribute("aria-label", `${box.dataset.points} ${place + 1}`);
    const ids = [place ? `q:${path}#${place}` : `q:${path}`, `q:${path}#lon${place}`];
    point.querySelectorAll(".field").forEach((field, index) => {
      field.querySelector("label").htmlFor = ids[index];
      field.querySelector("input").id = ids[index];
    });
    const remove = point.querySelector("[data-aid]");
    if (remove) remove.setAttribute("aria-label", `${box.dataset.saysRemove} ${place + 1}`);
  });
}

function addRemove(box, point) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--small button--quiet";
  button.dataset.aid = "";
  button.textContent = "×";
  button.addEventListener("click", () => remove(box, point));
  point.append(button);
  number(box);
}

function remove(box, point) {
  const points = pointsOf(box);
  if (points.length > 1) point.remove();
  else {
    for (const input of point.querySelectorAll("input")) input.value = "";
    forgetFix(point);
  }
  number(box);
  box.querySelector("[data-more]").focus();
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

const say = (box, words) => {
  box.querySelector("[data-place-says]").textContent = words;
};
