/** Packs ascending numbers as their differences, seven bits to a byte, the lowest first. */
export function packPositions(positions: readonly number[]): Buffer {
  const bytes: number[] = [];
  let before = 0;
  for (const position of positions) {
    let rest = position - before;
    before = position;
    for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
    bytes.push(rest);
  }
  return Buffer.from(bytes);
}

/** What {@link packPositions} packed. */
export function unpackPositions(bytes: Uint8Array): number[] {
  const positions: number[] = [];
  let before = 0;
  let rest = 0;
  let shift = 0;
  for (const byte of bytes) {
    rest |= (byte & 127) << shift;
    shift += 7;
    if (byte > 127) continue;
    positions.push((before += rest));
    rest = shift = 0;
  }
  return positions;
}
