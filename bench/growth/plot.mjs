// An SVG of the series: sizes on a logarithmic x axis, milliseconds on a y axis from zero.
import { SERIES } from "./measure.mjs";

const WIDTH = 380;
const HEIGHT = 200;
const MARGIN = { left: 46, right: 30, top: 34, bottom: 30 };
const TICKS = 4;

const round = (/** @type {number} */ value) => Math.round(value * 10) / 10;

/** Returns a round number of milliseconds above all others. @param {number} most */
function ceiling(most) {
  const magnitude = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 4, 8, 10].map((factor) => factor * magnitude).find((bound) => bound >= most * 1.1) ?? 20 * magnitude;
}

/** @param {string} title @param {{ size: number, milliseconds: number }[]} points @param {number} index */
function panel(title, points, index) {
  const top = ceiling(Math.max(...points.map(({ milliseconds }) => milliseconds)));
  const [first, last] = [Math.log10(points[0].size), Math.log10(points[points.length - 1].size)];
  const x = (/** @type {number} */ size) =>
    round(MARGIN.left + ((Math.log10(size) - first) / (last - first)) * (WIDTH - MARGIN.left - MARGIN.right));
  const y = (/** @type {number} */ value) =>
    round(HEIGHT - MARGIN.bottom - (value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom));
  const lines = Array.from({ length: TICKS + 1 }, (_, tick) => (tick * top) / TICKS).map(
    (value) =>
      `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/><text x="${MARGIN.left - 6}" y="${y(value) + 4}" text-anchor="end">${Number(value.toPrecision(2))}</text>`,
  );
  const marks = points.map(
    ({ size, milliseconds }) =>
      `<circle cx="${x(size)}" cy="${y(milliseconds)}" r="3.5"/><text x="${x(size)}" y="${HEIGHT - 10}" text-anchor="middle">${size.toLocaleString("en")}</text>`,
  );
  const path = points.map(({ size, milliseconds }) => `${x(size)},${y(milliseconds)}`).join(" ");
  return `<g transform="translate(${(index % 2) * WIDTH} ${Math.floor(index / 2) * HEIGHT})">
<text x="${MARGIN.left}" y="18" font-weight="bold">${title}</text>
${lines.join("\n")}
<polyline points="${path}" fill="none" stroke="#1a5fb4" stroke-width="2"/>
<g fill="#1a5fb4">${marks.map((mark) => mark.split("<text")[0]).join("")}</g>
${marks.map((mark) => `<text${mark.split("<text")[1]}`).join("\n")}
</g>`;
}

/** @param {Record<string, { size: number, milliseconds: number }[]>} results */
export function plot(results) {
  const panels = Object.entries(results).map(([name, points], index) =>
    panel(`ms for a ${SERIES[name].title}`, points, index),
  );
  const height = Math.ceil(panels.length / 2) * HEIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH * 2} ${height}" font-family="system-ui, sans-serif" font-size="9.5">
<rect width="${WIDTH * 2}" height="${height}" fill="#fff"/>
${panels.join("\n")}
</svg>
`;
}
