// Draws charts as SVG files: bars, and lines over something that grows. They are legible on light and dark pages.
const INK = '#6e7781';
const FONT = 'font-family="system-ui, sans-serif" font-size="13"';
const OURS = '#2da44e';
const OTHERS = '#8c959f';
/** The maximum number of labels on the horizontal axis. */
const MOST_MARKS = 12;
const COLOURS = [OURS, '#0969da', '#bf8700'];

const escape = (text) => String(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const number = (value) =>
  value >= 100 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(3)).toString();
const text = (x, y, words, more = '') =>
  `<text x="${x}" y="${y}" fill="${INK}" ${FONT} ${more}>${escape(words)}</text>`;

const svg = (width, height, parts, title) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">\n${parts.join('\n')}\n</svg>\n`;

/** @param bars objects with `label`, `value`, and `own` for this service */
export function barChart(title, bars) {
  const [width, left, row, top] = [760, 250, 28, 40];
  const most = Math.max(...bars.map(({ value }) => value));
  const parts = [text(0, 18, title, 'font-weight="600"')];
  bars.forEach(({ label, value, own }, index) => {
    const y = top + index * row;
    const length = (value / most) * (width - left - 80);
    parts.push(
      text(left - 8, y + 14, label, 'text-anchor="end"'),
      `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="18" rx="2" fill="${own ? OURS : OTHERS}"/>`,
      text((left + length + 6).toFixed(1), y + 14, number(value)),
    );
  });
  return svg(width, top + bars.length * row + 8, parts, title);
}

/** @returns a round number of at least `step` */
function roundStep(step) {
  const unit = 10 ** Math.floor(Math.log10(step));
  return unit * [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((times) => times * unit >= step);
}

/**
 * Draws lines over a logarithmic axis, from 0 upwards.
 * @param axes the labels `x` and `y`; `linear` for a linear axis
 * @param lines objects with `label` and `points`, which are pairs of x and y
 */
export function lineChart(title, axes, lines) {
  const [width, height, left, right, top, bottom] = [760, 320, 70, 40, 60, 46];
  const sizes = [...new Set(lines.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const high = 4 * roundStep(Math.max(...lines.flatMap(({ points }) => points.map(([, y]) => y))) / 4);
  // Zero has no logarithm, so it is drawn at the place of one.
  const scale = axes.linear ? Number : (x) => Math.log10(Math.max(1, x));
  const [low, far] = [scale(sizes[0]), scale(sizes.at(-1))];
  const xOf = (x) =>
    (left + ((scale(x) - low) / Math.max(1e-9, far - low)) * (width - left - right)).toFixed(1);
  const yOf = (y) => (height - bottom - (y / high) * (height - top - bottom)).toFixed(1);
  const parts = [text(0, 18, title, 'font-weight="600"')];
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const y = yOf(high * share);
    parts.push(
      `<line x1="${left}" x2="${width - right}" y1="${y}" y2="${y}" stroke="${INK}" stroke-opacity="0.25"/>`,
      text(left - 8, Number(y) + 4, number(high * share), 'text-anchor="end"'),
    );
  }
  const step = Math.ceil(sizes.length / MOST_MARKS);
  for (const size of sizes.filter((_, index) => index % step === 0))
    parts.push(text(xOf(size), height - bottom + 18, size.toLocaleString('en'), 'text-anchor="middle"'));
  parts.push(
    text((left + width - right) / 2, height - 6, axes.x, 'text-anchor="middle"'),
    text(left, top - 12, axes.y),
  );
  lines.forEach(({ label, points }, index) => {
    const colour = COLOURS[index % COLOURS.length];
    const path = points.map(([x, y]) => `${xOf(x)},${yOf(y)}`).join(' ');
    parts.push(`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    if (points.length <= MOST_MARKS)
      for (const [x, y] of points)
        parts.push(`<circle cx="${xOf(x)}" cy="${yOf(y)}" r="3" fill="${colour}"/>`);
    const at = width - right - (lines.length - 1 - index) * 200;
    parts.push(
      `<text x="${at}" y="${top - 12}" fill="${colour}" ${FONT} text-anchor="end">${escape(label)}</text>`,
    );
  });
  return svg(width, height, parts, title);
}
