// What people type, as answers; and answers, as what stands in the inputs.

/** The inputs that hold the answer; helps beside them (searching, sliders, "other") do not. */
function inputsOf(question) {
  const all = [...question.querySelectorAll("input, select, textarea")];
  return all.filter((input) => !input.closest("[data-find], [data-other], [data-aid]"));
}

/** What a question's inputs say, as an answer; undefined when it is not for the engine. */
export function answerOf(question) {
  const inputs = inputsOf(question);
  switch (question.dataset.type) {
    case "select_multiple":
      return inputs.filter((input) => input.checked).map((input) => input.value);
    case "select_one":
    case "acknowledge": {
      if (inputs[0]?.tagName === "SELECT" || inputs[0]?.type === "text") return inputs[0].value;
      return inputs.find((input) => input.checked)?.value ?? "";
    }
    case "range": {
      const boxes = inputs.filter((input) => input.type === "radio");
      if (boxes.length) return boxes.find((input) => input.checked)?.value ?? "";
      return readNumber(inputs[0].value);
    }
    case "date":
      return readPeriod(inputs[0].value, inputs[0].dataset.precision);
    case "time":
      return readTime(inputs[0].value);
    case "dateTime": {
      const [day, time] = [readDate(inputs[0].value), readTime(inputs[1].value)];
      return day && time ? `${day}T${time}:00.000+04:00` : "";
    }
    case "integer":
    case "decimal":
      return readNumber(inputs[0].value);
    case "geopoint":
      return readPoint(inputs) ?? "";
    case "geotrace":
    case "geoshape":
      return pointsOf(question).map((row) => readPoint(inputsOf(row))).filter(Boolean);
    case "rank":
      return readOrder(inputs);
    case "file":
    case "image":
    case "audio":
    case "video":
      return undefined;
    default:
      return inputs[0]?.value.trim();
  }
}

/** Whether the person gives the answer now. */
export const isTyped = ({ dataset }) => !("computed" in dataset || "locked" in dataset);

const pointsOf = (question) => [...question.querySelectorAll("[data-point]")];

/** Put an answer into a question's inputs: the inverse of answerOf. */
export function write(question, value) {
  const inputs = inputsOf(question);
  const texts = writtenTexts(question.dataset.type, value, inputs);
  const chosen = [value ?? ""].flat().map(String);
  inputs.forEach((input, place) => {
    if (input.type === "checkbox" || input.type === "radio") {
      input.checked = chosen.includes(input.value);
    } else if (input.type !== "file") input.value = texts[place] ?? "";
  });
}

/** The texts of a question's inputs, one after the other. */
function writtenTexts(type, value, inputs) {
  if (value === undefined || value === null || value === "") return [];
  const day = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?/.exec(value);
  if (type === "date" && day) return [writtenPeriod(day, inputs[0]?.dataset.precision)];
  if (type === "dateTime" && day) return [`${day[3]}.${day[2]}.${day[1]}`, day[4]];
  if (type === "geopoint" && value.lat !== undefined) return [String(value.lat), String(value.lon)];
  if (type === "geotrace" || type === "geoshape") {
    return [value].flat().flatMap((point) => [String(point.lat), String(point.lon), ""]);
  }
  if (type === "rank") {
    const places = new Map([value].flat().map((name, index) => [name, String(index + 1)]));
    return inputs.map((input) => places.get(nameOf(input)) ?? "");
  }
  return [String(value)];
}

function writtenPeriod([, year, month, day], precision) {
  if (precision === "year" && month === "01" && day === "01") return year;
  if (precision === "month" && day === "01") return `${month}.${year}`;
  return `${day}.${month}.${year}`;
}

export function readDate(text) {
  const found = /^(\d{1,2})[ ./-](\d{1,2})[ ./-](\d{4})$/.exec(text.trim())
    ?? /^(\d{2})(\d{2})(\d{4})$/.exec(text.trim());
  if (!found) return text.trim();
  return `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}`;
}

/** A date of which only the year or the month is asked. */
function readPeriod(typed, precision) {
  const text = typed.trim();
  if (precision === "year" && /^[12]\d{3}$/.test(text)) return `${text}-01-01`;
  const month = /^(\d{1,2})[ ./-](\d{4})$/.exec(text);
  if (precision === "month" && month) return `${month[2]}-${month[1].padStart(2, "0")}-01`;
  return readDate(text);
}

function readTime(typed) {
  const found = /^(\d{1,2})[:.](\d{2})/.exec(typed.trim()) ?? /^(\d{2})(\d{2})$/.exec(typed.trim());
  return found ? `${found[1].padStart(2, "0")}:${found[2]}` : typed.trim();
}

export function readNumber(text) {
  return text.replaceAll(/[\s\u00a0]/g, "").replace(",", ".");
}

/** Latitude, longitude and what was measured with them; undefined while they are incomplete. */
function readPoint([lat, lon, fix]) {
  if (!lat?.value.trim() || !lon?.value.trim()) return undefined;
  const point = { lat: Number(readNumber(lat.value)), lon: Number(readNumber(lon.value)) };
  const measured = (fix?.value ?? "").split(" ").map(Number);
  if (measured[0] !== point.lat || measured[1] !== point.lon) return point;
  ["alt", "acc"].forEach((name, place) => {
    if (Number.isFinite(measured[place + 2])) point[name] = measured[place + 2];
  });
  return point;
}

/** The choice that a rank's input stands for. */
export const nameOf = (input) => input.name.slice(input.name.indexOf("#") + 1);

/** The names in the order of their places; "" while places are missing or stand twice. */
function readOrder(inputs) {
  const given = inputs.filter((input) => input.value.trim());
  const places = given.map((input) => Number(readNumber(input.value)));
  if (!given.length || !places.every(Number.isInteger)) return "";
  if (new Set(places).size < places.length) return "";
  const rows = given.map((input, index) => [places[index], nameOf(input)]);
  return rows.sort((a, b) => a[0] - b[0]).map(([, name]) => name);
}

/** The words of a chosen value, or of several; undefined when none of them has any. */
export function labelOf(question, value) {
  if (!question) return undefined;
  const options = [...question.querySelectorAll("option, input[type=radio], input[type=checkbox]")];
  const words = [value].flat().map((one) => {
    const option = options.find((other) => other.value === String(one) && other.value !== "");
    if (!option) return undefined;
    return option.tagName === "OPTION" ? option.textContent : option.parentElement.textContent.trim();
  });
  return words.length && words.every((word) => word !== undefined) ? words.join(", ") : undefined;
}
