// What people type, as answers; and answers, as what stands in the inputs.

/** The inputs that hold the answer; where a long list is searched is none of them. */
function inputsOf(question) {
  const all = [...question.querySelectorAll("input, select, textarea")];
  return all.filter((input) => !input.closest("[data-find]"));
}

/** What a question's inputs say, as an answer; undefined when it is not for the engine. */
export function answerOf(question) {
  const inputs = inputsOf(question);
  switch (question.dataset.type) {
    case "select_multiple":
      return inputs.filter((input) => input.checked).map((input) => input.value);
    case "select_one":
    case "range":
    case "acknowledge": {
      if (inputs[0]?.tagName === "SELECT" || inputs[0]?.type === "text") return inputs[0].value;
      return inputs.find((input) => input.checked)?.value ?? "";
    }
    case "date":
      return readDate(inputs[0].value);
    case "dateTime": {
      const [day, time] = [readDate(inputs[0].value), inputs[1].value.trim()];
      return day && time ? `${day}T${time}:00.000+04:00` : "";
    }
    case "integer":
    case "decimal":
      return readNumber(inputs[0].value);
    case "geopoint":
      return inputs[0].value && inputs[1].value
        ? { lat: Number(readNumber(inputs[0].value)), lon: Number(readNumber(inputs[1].value)) }
        : "";
    case "file":
    case "image":
    case "audio":
    case "video":
    case "rank":
      return undefined;
    default:
      return inputs[0]?.value.trim();
  }
}

/** Whether the person gives the answer now. */
export const isTyped = ({ dataset }) => !("computed" in dataset || "locked" in dataset);

/** Put an answer into a question's inputs: the inverse of answerOf. */
export function write(question, value) {
  const inputs = inputsOf(question);
  const texts = writtenTexts(question.dataset.type, value);
  const chosen = [value ?? ""].flat().map(String);
  inputs.forEach((input, place) => {
    if (input.type === "checkbox" || input.type === "radio") {
      input.checked = chosen.includes(input.value);
    } else if (input.type !== "file") input.value = texts[place] ?? "";
  });
}

/** The texts of a question's inputs, one after the other. */
function writtenTexts(type, value) {
  if (value === undefined || value === null || value === "") return [];
  const day = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?/.exec(value);
  if (type === "date" && day) return [`${day[3]}.${day[2]}.${day[1]}`];
  if (type === "dateTime" && day) return [`${day[3]}.${day[2]}.${day[1]}`, day[4]];
  if (type === "geopoint" && value.lat !== undefined) return [String(value.lat), String(value.lon)];
  return [String(value)];
}

export function readDate(text) {
  const found = /^(\d{1,2})[ ./-](\d{1,2})[ ./-](\d{4})$/.exec(text.trim())
    ?? /^(\d{2})(\d{2})(\d{4})$/.exec(text.trim());
  if (!found) return text.trim();
  return `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}`;
}

function readNumber(text) {
  return text.replaceAll(/[\s\u00a0]/g, "").replace(",", ".");
}

export function labelOf(question, value) {
  if (!question) return undefined;
  const option = [...question.querySelectorAll("option, input[type=radio]")].find(
    (one) => one.value === String(value),
  );
  if (!option) return undefined;
  return option.tagName === "OPTION" ? option.textContent : option.parentElement.textContent.trim();
}
