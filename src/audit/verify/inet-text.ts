const IPV4 = 2;
const IPV6 = 3;
const HEAD_BYTES = 4;

/** An `inet` as quoted text, as PostgreSQL writes it. Its binary form has the family, mask bits, a flag, the length and the address. */
export function inetText(data: Buffer): string | undefined {
  const [family, bits, , length] = data;
  const address = data.subarray(HEAD_BYTES);
  if (address.length !== length) return undefined;
  if (family === IPV4 && length === 4) return masked(address.join('.'), bits!, 32);
  return family === IPV6 && length === 16 ? masked(ipv6Text(address), bits!, 128) : undefined;
}

const masked = (text: string, bits: number, all: number): string =>
  bits === all ? `"${text}"` : `"${text}/${bits}"`;

function ipv6Text(address: Buffer): string {
  const words = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(2 * index));
  const zeros = longestZeros(words);
  // An address that embeds an IPv4 address ends in it: `::192.0.2.1`, `::ffff:192.0.2.1`.
  const isMapped = zeros.at === 0 && (zeros.length === 6 || (zeros.length === 5 && words[5] === 0xffff));
  const parts = words.map((word) => word.toString(16));
  if (isMapped) parts.splice(6, 2, address.subarray(12).join('.'));
  if (zeros.length < 2) return parts.join(':');
  return `${parts.slice(0, zeros.at).join(':')}::${parts.slice(zeros.at + zeros.length).join(':')}`;
}

/** The longest run of zeros, the first one where several are as long. */
function longestZeros(words: readonly number[]): { at: number; length: number } {
  let best = { at: 0, length: 0 };
  for (let at = 0; at < words.length; at++) {
    let length = 0;
    while (words[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
    at += length;
  }
  return best;
}
