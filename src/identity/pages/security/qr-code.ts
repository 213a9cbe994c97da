import { type Html, html } from '../html.js';

/** The free modules around the code that ISO/IEC 18004 asks for. */
const BORDER = 4;

/**
 * Draws a QR code as inline SVG: no other server is asked, no image has an address of its own, and the policy of the pages need
 * not allow images.
 */
export async function qrCode(text: string, label: string): Promise<Html> {
  const { encode } = await import('uqr');
  const { data, size } = encode(text, { border: BORDER });
  const path = data.map((row, y) => rowPath(row, y)).join('');
  return html`<svg
    class="qr"
    role="img"
    aria-label="${label}"
    viewBox="0 0 ${size} ${size}"
    shape-rendering="crispEdges"
  >
    <rect width="${size}" height="${size}" fill="#fff" />
    <path d="${path}" fill="#000" />
  </svg>`;
}

/** One rectangle for each run of dark modules. */
function rowPath(row: readonly boolean[], y: number): string {
  let path = '';
  for (let x = 0; x < row.length; x++) {
    if (!row[x]) continue;
    const start = x;
    while (row[x + 1]) x++;
    path += `M${start} ${y}h${x - start + 1}v1h-${x - start + 1}z`;
  }
  return path;
}
