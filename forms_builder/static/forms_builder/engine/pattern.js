// Patterns of regex() as RE2 reads them. A pattern becomes a net of states which walks over
// the text once, in all states at the same time: no pattern can freeze the page, as the
// browser's own backtracking expressions do.

const MOST_STATES = 20000;
const MOST_REPEATS = 1000;
const LAST = 0x10ffff;
const SIMPLE = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };
const DIGITS = [[48, 57]];
const WORD = [[48, 57], [65, 90], [95, 95], [97, 122]];
const ANY_CASE_WORD = [...WORD, [0x17f, 0x17f], [0x212a, 0x212a]]; // long s and Kelvin
const SPACE = [[9, 10], [12, 13], [32, 32]];
const NAMED = {
  alnum: [[48, 57], [65, 90], [97, 122]],
  alpha: [[65, 90], [97, 122]],
  ascii: [[0, 127]],
  blank: [[9, 9], [32, 32]],
  cntrl: [[0, 31], [127, 127]],
  digit: DIGITS,
  graph: [[33, 126]],
  lower: [[97, 122]],
  print: [[32, 126]],
  punct: [[33, 47], [58, 64], [91, 96], [123, 126]],
  space: [[9, 13], [32, 32]],
  upper: [[65, 90]],
  word: WORD,
  xdigit: [[48, 57], [65, 70], [97, 102]],
};
const GROUPS = { d: DIGITS, w: WORD, s: SPACE };

class BadPattern extends Error {}

function refuse() {
  throw new BadPattern();
}

function without(ranges) {
  const left = [];
  let from = 0;
  for (const [low, high] of ranges) {
    if (low > from) left.push([from, low - 1]);
    from = high + 1;
  }
  if (from <= LAST) left.push([from, LAST]);
  return left;
}

// --- letters -----------------------------------------------------------------------------

const escaped = (code) => `\\u{${code.toString(16)}}`;
const drawn = (ranges) => ranges.map(([low, high]) => `${escaped(low)}-${escaped(high)}`).join("");

/** A test of one letter by a class of the browser's expressions ("" is no letter). */
function letters(inside, { negated = false, anyCase = false } = {}) {
  if (inside === "") return () => negated;
  const test = new RegExp(`^[${negated ? "^" : ""}${inside}]$`, anyCase ? "iu" : "u");
  const known = new Map();
  return (letter) => {
    if (!known.has(letter)) known.set(letter, test.test(letter));
    return known.get(letter);
  };
}

/** \p{..} and \pX as the browser writes them. */
function property(name, negated) {
  const other = name.startsWith("^");
  const bare = other ? name.slice(1) : name;
  const known = bare.length <= 2 || bare === "Any" ? bare : `Script=${bare}`;
  const found = `\\${negated !== other ? "P" : "p"}{${known}}`;
  try {
    new RegExp(found, "u");
  } catch {
    refuse();
  }
  return found;
}

// --- reading -----------------------------------------------------------------------------

class Reader {
  constructor(source) {
    this.signs = [...source];
    this.at = 0;
    this.flags = {};
  }

  get next() {
    return this.signs[this.at];
  }

  take(text) {
    const wanted = [...text];
    if (!wanted.every((sign, index) => this.signs[this.at + index] === sign)) return false;
    this.at += wanted.length;
    return true;
  }

  match(expression) {
    const found = expression.exec(this.signs.slice(this.at, this.at + 64).join(""));
    if (found) this.at += [...found[0]].length;
    return found;
  }

  whole() {
    const tree = this.either();
    return this.next === undefined ? tree : refuse();
  }

  either() {
    const ways = [this.sequence()];
    while (this.take("|")) ways.push(this.sequence());
    return { ways };
  }

  sequence() {
    const parts = [];
    while (this.next !== undefined && this.next !== "|" && this.next !== ")") {
      parts.push(...this.atoms());
      const times = this.times();
      if (times) parts.push({ part: parts.pop() ?? refuse(), ...times });
    }
    return { parts };
  }

  times() {
    const times = this.sign();
    if (!times) return null;
    this.take("?");
    return this.sign() ? refuse() : times;
  }

  sign() {
    if (this.take("*")) return { least: 0, most: Infinity };
    if (this.take("+")) return { least: 1, most: Infinity };
    if (this.take("?")) return { least: 0, most: 1 };
    const found = this.match(/^\{(\d+)(,(\d*))?\}/);
    if (!found) return null;
    const least = Number(found[1]);
    const most = found[2] === undefined ? least : found[3] === "" ? Infinity : Number(found[3]);
    const largest = most === Infinity ? least : most;
    return largest > MOST_REPEATS || most < least ? refuse() : { least, most };
  }

  /** The next parts: one, several in \Q..\E, none for flags. */
  atoms() {
    if (this.times()) refuse();
    if (this.take("\\Q")) return this.quoted();
    const part = this.atom();
    return part ? [part] : [];
  }

  atom() {
    const sign = this.signs[this.at++];
    if (sign === "(") return this.group();
    if (sign === "[") return this.set();
    if (sign === "\\") return this.escape();
    if (sign === "^") return { edge: this.flags.m ? "line start" : "start" };
    if (sign === "$") return { edge: this.flags.m ? "line end" : "end" };
    if (sign === ".") return { letter: letters(drawn(without(this.flags.s ? [] : [[10, 10]]))) };
    return this.literal(sign.codePointAt(0));
  }

  literal(code) {
    return { letter: letters(escaped(code), { anyCase: this.flags.i }) };
  }

  group() {
    const before = { ...this.flags };
    if (this.take("?") && !this.match(/^P?<\w+>/)) {
      const found = this.match(/^([imsU]*)(?:-([imsU]+))?([:)])/) ?? refuse();
      for (const flag of found[1]) this.flags[flag] = true;
      for (const flag of found[2] ?? "") this.flags[flag] = false;
      if (found[3] === ")") return null;
    }
    const inside = this.either();
    if (!this.take(")")) refuse();
    this.flags = before;
    return inside;
  }

  escape() {
    const edge = { A: "start", z: "end", b: "word", B: "no word" }[this.next];
    if (edge) {
      this.at += 1;
      return { edge };
    }
    const group = this.perl();
    if (group) return { letter: letters(group, { anyCase: this.flags.i }) };
    return this.literal(this.code());
  }

  quoted() {
    const parts = [];
    while (this.next !== undefined && !this.take("\\E")) {
      parts.push(this.literal(this.signs[this.at++].codePointAt(0)));
    }
    return parts;
  }

  /** \d, \p{..} and their like as the inside of a class; null for a single letter. */
  perl() {
    const found = this.match(/^([dswDSW])/);
    if (found) {
      const group = found[1].toLowerCase();
      const ranges = group === "w" && this.flags.i ? ANY_CASE_WORD : GROUPS[group];
      return drawn(group === found[1] ? ranges : without(ranges));
    }
    const named = this.match(/^([pP])(?:\{(\^?\w+)\}|([A-Z]))/);
    return named ? property(named[2] ?? named[3], named[1] === "P") : null;
  }

  /** The letter that the signs after a backslash mean. */
  code() {
    const octal = this.match(/^(?:[1-7][0-7]{1,2}|0[0-7]{0,2})/);
    if (octal) return parseInt(octal[0], 8);
    const hex = this.match(/^x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/);
    if (hex) {
      const code = parseInt(hex[1] ?? hex[2], 16);
      return code > LAST ? refuse() : code;
    }
    const sign = this.signs[this.at++] ?? refuse();
    if (sign in SIMPLE) return SIMPLE[sign];
    return /^[!-/:-@[-`{-~ \0-\x1f\x7f]$/.test(sign) ? sign.codePointAt(0) : refuse();
  }

  set() {
    const negated = this.take("^");
    let inside = "";
    for (let first = true; first || this.next !== "]"; first = false) {
      if (this.next === undefined) refuse();
      inside += this.member();
    }
    this.at += 1;
    return { letter: letters(inside, { negated, anyCase: this.flags.i }) };
  }

  member() {
    const named = this.match(/^\[:(\^?)(\w+):\]/);
    if (named) {
      const ranges = NAMED[named[2]] ?? refuse();
      return drawn(named[1] ? without(ranges) : ranges);
    }
    if (this.next === "\\") {
      this.at += 1;
      const group = this.perl();
      return group ?? this.range(this.code());
    }
    return this.range(this.signs[this.at++].codePointAt(0));
  }

  range(low) {
    const isRange = this.next === "-" && ![undefined, "]"].includes(this.signs[this.at + 1]);
    if (!isRange) return escaped(low);
    this.at += 1;
    const sign = this.signs[this.at++];
    const high = sign === "\\" ? this.code() : sign.codePointAt(0);
    return high < low ? refuse() : `${escaped(low)}-${escaped(high)}`;
  }
}

// --- the net of states -------------------------------------------------------------------

const isWord = (letter) => letter !== undefined && /^\w$/.test(letter);
const EDGES = {
  start: (before) => before === undefined,
  end: (before, after) => after === undefined,
  "line start": (before) => before === undefined || before === "\n",
  "line end": (before, after) => after === undefined || after === "\n",
  word: (before, after) => isWord(before) !== isWord(after),
  "no word": (before, after) => isWord(before) === isWord(after),
};

class Net {
  constructor(tree) {
    this.states = [];
    this.end = this.add({});
    this.start = this.join(tree, this.end);
  }

  add(state) {
    if (this.states.length >= MOST_STATES) refuse();
    return this.states.push(state) - 1;
  }

  /** The state in which `tree` begins and after which `to` follows. */
  join(tree, to) {
    if (tree.letter) return this.add({ letter: tree.letter, to });
    if (tree.edge) return this.add({ edge: EDGES[tree.edge], to });
    if (tree.parts) return tree.parts.reduceRight((after, part) => this.join(part, after), to);
    if (tree.ways) return this.add({ ways: tree.ways.map((way) => this.join(way, to)) });
    return this.repeat(tree, to);
  }

  repeat({ part, least, most }, to) {
    let start = to;
    if (most === Infinity) {
      start = this.add({ ways: [to] });
      this.states[start].ways.push(this.join(part, start));
    } else {
      for (let count = least; count < most; count += 1) {
        start = this.add({ ways: [to, this.join(part, start)] });
      }
    }
    for (let count = 0; count < least; count += 1) start = this.join(part, start);
    return start;
  }

  /** Every state that can be reached from `found` without a letter. */
  reach(found, before, after) {
    const seen = new Set();
    const open = [...found];
    while (open.length) {
      const place = open.pop();
      if (seen.has(place)) continue;
      seen.add(place);
      const { ways, edge, to } = this.states[place];
      if (ways) open.push(...ways);
      else if (edge?.(before, after)) open.push(to);
    }
    return seen;
  }

  fits(text) {
    const signs = [...text];
    let here = this.reach([this.start], undefined, signs[0]);
    for (let index = 0; index < signs.length && here.size; index += 1) {
      const found = [];
      for (const place of here) {
        const { letter, to } = this.states[place];
        if (letter?.(signs[index])) found.push(to);
      }
      here = this.reach(found, signs[index], signs[index + 1]);
    }
    return here.has(this.end);
  }
}

const nets = new Map();

/** Whether the whole text fits the pattern; one that RE2 refuses fits nothing. */
export function fits(text, source) {
  if (!nets.has(source)) nets.set(source, netOf(source));
  return nets.get(source)?.fits(text) ?? false;
}

function netOf(source) {
  try {
    return new Net(new Reader(source).whole());
  } catch (error) {
    if (error instanceof BadPattern) return null;
    throw error;
  }
}
