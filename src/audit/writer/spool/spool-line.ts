import { crc32 } from 'node:zlib';
import { readEvent } from './spooled-event.js';
import type { QueuedEvent } from '../../events/audit-row.js';

/** The events of a segment and the lines that could not be read. */
export interface SegmentContent {
  events: QueuedEvent[];
  /** Whether the last line is incomplete, because the process or machine ended while writing it. Its call was never answered. */
  torn: boolean;
  /**
   * Lines before the end whose checksum is wrong, because the disk or somebody changed them, and lines with a valid checksum that
   * hold no event as this version knows it.
   */
  damaged: string[];
}

const CHECKSUM = 8;

/** Encodes an event as a line: the CRC-32 of the JSON in hexadecimal, a space, the JSON. */
export function encodeLine(event: QueuedEvent): string {
  const json = JSON.stringify(event);
  return `${crc32(json).toString(16).padStart(CHECKSUM, '0')} ${json}\n`;
}

export function decodeSegment(text: string): SegmentContent {
  const lines = text.split('\n');
  const rest = lines.pop()!;
  const content: SegmentContent = { events: [], torn: rest !== '', damaged: [] };
  lines.forEach((line, index) => {
    const json = line.slice(CHECKSUM + 1);
    const isWhole = parseInt(line.slice(0, CHECKSUM), 16) === crc32(json);
    const event = isWhole ? readEvent(json) : undefined;
    if (event) content.events.push(event);
    else if (!isWhole && index === lines.length - 1 && rest === '') content.torn = true;
    else content.damaged.push(line);
  });
  return content;
}
