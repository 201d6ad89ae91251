// MD5 and the SHA family over UTF-8 text, at once: the browser's own are asynchronous.

const encode = (text) => new TextEncoder().encode(text);
const PRIMES = primes(80);

function primes(count) {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    if (found.every((prime) => number % prime)) found.push(number);
  }
  return found;
}

/** floor of the `root`th root of `value` (BigInt, Newton). */
function wholeRoot(value, root) {
  let low = 0n;
  let high = 1n << BigInt(Math.ceil(value.toString(2).length / Number(root)) + 1);
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** root <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** The first `bits` bits of the fraction of a root of a prime. */
const fraction = (prime, root, bits) =>
  BigInt.asUintN(bits, wholeRoot(BigInt(prime) << BigInt(bits * Number(root)), root));

const kept = new Map();

/** Those fractions for primes `from` up to `to`, worked out once. */
function fractions(from, to, root, bits) {
  const name = [from, to, root, bits].join();
  if (!kept.has(name)) {
    kept.set(name, PRIMES.slice(from, to).map((prime) => fraction(prime, root, bits)));
  }
  return kept.get(name);
}

/** The message with its padding; lengths in bytes. */
function padded(bytes, block, lengthBytes, littleEndian) {
  const size = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
  const out = new Uint8Array(size);
  out.set(bytes);
  out[bytes.length] = 128;
  const view = new DataView(out.buffer);
  view.setBigUint64(littleEndian ? size - lengthBytes : size - 8, BigInt(bytes.length * 8), littleEndian);
  return view;
}

const rotateLeft = (number, bits) => (number << bits) | (number >>> (32 - bits));

function bytesOf(words, littleEndian = false) {
  const view = new DataView(new ArrayBuffer(words.length * 4));
  words.forEach((word, index) => view.setUint32(index * 4, word >>> 0, littleEndian));
  return new Uint8Array(view.buffer);
}

function md5(bytes) {
  const view = padded(bytes, 64, 8, true);
  const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let start = 0; start < view.byteLength; start += 64) {
    let [a, b, c, d] = state;
    for (let step = 0; step < 64; step += 1) {
      const part = step >> 4;
      const mix = [(b & c) | (~b & d), (b & d) | (c & ~d), b ^ c ^ d, c ^ (b | ~d)][part];
      const index = [step, 5 * step + 1, 3 * step + 5, 7 * step][part] % 16;
      const constant = Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32);
      const sum = (a + mix + constant + view.getUint32(start + index * 4, true)) | 0;
      [a, d, c, b] = [d, c, b, (b + rotateLeft(sum, shifts[part * 4 + (step % 4)])) | 0];
    }
    [a, b, c, d].forEach((word, index) => (state[index] = (state[index] + word) | 0));
  }
  return bytesOf(state, true);
}

function sha1(bytes) {
  const view = padded(bytes, 64, 8, false);
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  const constants = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
  for (let start = 0; start < view.byteLength; start += 64) {
    const w = Array.from({ length: 16 }, (_, index) => view.getUint32(start + index * 4));
    for (let i = 16; i < 80; i += 1) w[i] = rotateLeft(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    let [a, b, c, d, e] = state;
    for (let i = 0; i < 80; i += 1) {
      const part = Math.floor(i / 20);
      const mix = part === 0 ? (b & c) | (~b & d) : part === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const next = (rotateLeft(a, 5) + mix + e + constants[part] + w[i]) | 0;
      [a, b, c, d, e] = [next, a, rotateLeft(b, 30), c, d];
    }
    [a, b, c, d, e].forEach((word, index) => (state[index] = (state[index] + word) | 0));
  }
  return bytesOf(state);
}

// SHA-2 in both widths: [bits, rounds, rotations of a, e, and of the schedule].
const SHA2 = {
  32: { rounds: 64, a: [2, 13, 22], e: [6, 11, 25], s0: [7, 18, 3], s1: [17, 19, 10] },
  64: { rounds: 80, a: [28, 34, 39], e: [14, 18, 41], s0: [1, 8, 7], s1: [19, 61, 6] },
};

function sha2(bytes, bits, initial, length) {
  const rules = SHA2[bits];
  const width = bits / 8;
  const view = padded(bytes, width * 16, width * 2, false);
  const cut = (number) => BigInt.asUintN(bits, number);
  const turn = (x, by) => cut((x >> BigInt(by)) | (x << BigInt(bits - by)));
  const big = ([i, j, k], x) => turn(x, i) ^ turn(x, j) ^ turn(x, k);
  const small = ([i, j, k], x) => turn(x, i) ^ turn(x, j) ^ (x >> BigInt(k));
  const constants = fractions(0, rules.rounds, 3n, bits);
  const word = (at) => (bits === 64 ? view.getBigUint64(at) : BigInt(view.getUint32(at)));
  const state = [...initial];
  for (let start = 0; start < view.byteLength; start += width * 16) {
    const w = Array.from({ length: 16 }, (_, index) => word(start + index * width));
    for (let i = 16; i < rules.rounds; i += 1) {
      w[i] = cut(w[i - 16] + small(rules.s0, w[i - 15]) + w[i - 7] + small(rules.s1, w[i - 2]));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < rules.rounds; i += 1) {
      const t1 = h + big(rules.e, e) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
      const t2 = big(rules.a, a) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [cut(t1 + t2), a, b, c, cut(d + t1), e, f, g];
    }
    [a, b, c, d, e, f, g, h].forEach((part, index) => (state[index] = cut(state[index] + part)));
  }
  const hex = state.map((part) => part.toString(16).padStart(width * 2, "0")).join("");
  return Uint8Array.from(hex.match(/../g).slice(0, length), (pair) => parseInt(pair, 16));
}

const ALGORITHMS = {
  MD5: md5,
  "SHA-1": sha1,
  "SHA-256": (bytes) => sha2(bytes, 32, fractions(0, 8, 2n, 32), 32),
  "SHA-384": (bytes) => sha2(bytes, 64, fractions(8, 16, 2n, 64), 48),
  "SHA-512": (bytes) => sha2(bytes, 64, fractions(0, 8, 2n, 64), 64),
};

/** The hash of `text` in base64 or hex; "" for an unknown algorithm. */
export function digest(text, algorithm, encoding) {
  const make = Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : null;
  if (!make) return "";
  const bytes = make(encode(text));
  if (encoding === "hex") {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  return btoa(String.fromCharCode(...bytes));
}
