// White space as Python sees it: the browser's own \s and trim() differ by a few characters.

const SPACE = "\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACES = new RegExp(`[${SPACE}]+`);
const ONE = new RegExp(`^[${SPACE}]$`);

/** The text without white space at its ends; one pass, where a pattern could take long. */
export function trim(text) {
  let [start, end] = [0, text.length];
  while (start < end && ONE.test(text[start])) start += 1;
  while (end > start && ONE.test(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

let last = { text: "", words: [] };

/** Words parted by white space. A filter asks the same answer once for every choice. */
export function words(text) {
  if (text !== last.text) last = { text, words: text.split(SPACES).filter(Boolean) };
  return last.words;
}
