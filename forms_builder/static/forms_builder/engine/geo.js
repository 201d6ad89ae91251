// Functions of places (the twin of expressions/functions_geo.py).

import { nodes, textNumber, toText, trim, words } from "./values.js";

const EARTH_RADIUS = 6378100; // metres, as JavaRosa has it
const radians = (degrees) => degrees * (Math.PI / 180);

/** The points of all values in order, or null when one of them is not a point. */
function points(values) {
  const found = values
    .flatMap(nodes)
    .flatMap((value) => toText(value).split(";"))
    .filter((part) => trim(part) !== "")
    .map(point);
  return found.includes(null) ? null : found;
}

function point(text) {
  const numbers = words(text).map(textNumber);
  const fits = Math.abs(numbers[0]) <= 90 && Math.abs(numbers[1]) <= 180;
  return numbers.length >= 2 && fits ? [numbers[0], numbers[1]] : null;
}

/** Metres along all points in order. */
export function distance(...values) {
  const path = points(values);
  if (path === null || path.length === 0) return NaN;
  return path.slice(1).reduce((sum, end, index) => sum + between(path[index], end), 0);
}

function between([lat1, lon1], [lat2, lon2]) {
  const [a, b] = [radians(lat1), radians(lat2)];
  const [halfLat, halfLon] = [(b - a) / 2, radians(lon2 - lon1) / 2];
  const chord =
    Math.sin(halfLat) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(halfLon) ** 2;
  return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/** Square metres inside the line through all points. */
export function area(...values) {
  const ring = points(values);
  if (ring === null) return NaN;
  if (ring.length < 3) return 0;
  let total = 0;
  ring.forEach(([lat1, lon1], index) => {
    const [lat2, lon2] = ring[(index + 1) % ring.length];
    total += radians(lon2 - lon1) * (2 + Math.sin(radians(lat1)) + Math.sin(radians(lat2)));
  });
  return Math.abs((total * EARTH_RADIUS * EARTH_RADIUS) / 2);
}

/** Whether the point lies inside the polygon. */
export function geofence(place, polygon) {
  const [found, ring] = [points([place]), points([polygon])];
  if (!found?.length || !ring || ring.length < 3) return false;
  const [lat, lon] = found[0];
  let inside = false;
  ring.forEach(([lat1, lon1], index) => {
    const [lat2, lon2] = ring[(index + 1) % ring.length];
    const crosses = lat1 > lat !== lat2 > lat;
    if (crosses && lon < ((lon2 - lon1) * (lat - lat1)) / (lat2 - lat1) + lon1) {
      inside = !inside;
    }
  });
  return inside;
}

/** Whether the line crosses itself. */
export function intersects(trace) {
  const line = points([trace]);
  if (!line || line.length < 4) return false;
  const parts = line.slice(1).map((end, index) => [line[index], end]);
  const closed = String(line[0]) === String(line.at(-1));
  return parts.some((first, index) =>
    parts.slice(index + 2).some((second, offset) => {
      const neighbours = closed && index === 0 && index + 2 + offset === parts.length - 1;
      return !neighbours && cross(...first, ...second);
    }),
  );
}

const cross = (a, b, c, d) =>
  side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0;

const side = (a, b, c) =>
  Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
