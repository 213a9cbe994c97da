import { hash } from 'node:crypto';
import { type HashedColumn, versionLengths } from '../events/content-hash.js';
import type { BinaryRow } from './binary-row.js';
import { inetText } from './inet-text.js';
import { JsonBytes } from './json-bytes.js';
import type { ColumnType } from '../events/audit-columns.js';

const ELEMENT_TYPE = 25;
const JSONB_VERSION = 1;
const COMMA = 0x2c;
const SPACE = 0x20;
const OPEN = 0x5b;
const CLOSE = 0x5d;

const json = new JsonBytes();

/** Computes the content hash of a row whose hashed columns begin with the field `first`. */
export type RowHasher = (row: BinaryRow, first: number) => Buffer | undefined;

/**
 * Makes the content hash of rows from their binary values: the SHA-256 of the JSON text that `contentHash` builds in the
 * database, byte for byte. The hasher returns `undefined` where a value has a shape that the service never writes.
 */
export function rowHasher(columns: readonly HashedColumn[]): RowHasher {
  const types = columns.map(({ type }) => type);
  const [latest, ...earlier] = versionLengths(columns) as [number, ...number[]];

  /** How many columns the version of a row covers: the latest version that has a value. */
  function lengthOf(row: BinaryRow, first: number): number {
    let length = latest;
    for (const shorter of earlier) {
      for (let column = shorter; column < length; column++) if (!row.isNull(first + column)) return length;
      length = shorter;
    }
    return length;
  }

  return (row, first) => {
    const length = lengthOf(row, first);
    json.clear();
    json.byte(OPEN);
    for (let column = 0; column < length; column++) {
      const field = first + column;
      if (column > 0) {
        json.byte(COMMA);
        json.byte(SPACE);
      }
      if (row.isNull(field)) json.ascii('null');
      else if (!write(row, field, types[column]!)) return undefined;
    }
    json.byte(CLOSE);
    return hash('sha256', json.view, 'buffer');
  };
}

function write(row: BinaryRow, field: number, type: ColumnType): boolean {
  const { data } = row;
  const start = row.start(field);
  const end = row.end(field);
  switch (type) {
    case 'uuid':
      json.hex(data, start, end, true);
      return end - start === 16;
    case 'timestamptz':
      json.ascii(row.seconds(field));
      return true;
    case 'text':
      json.quoted(data, start, end);
      return true;
    case 'text[]':
      return writeList(data, start);
    case 'boolean':
      json.ascii(row.boolean(field) ? 'true' : 'false');
      return true;
    case 'inet':
      return writeAddress(data.subarray(start, end));
    case 'float8':
      json.hex(data, start, end, false);
      return true;
    case 'jsonb':
      // The text follows the version number.
      json.copy(data, start + 1, end);
      return data[start] === JSONB_VERSION;
    default:
      return false;
  }
}

function writeAddress(data: Buffer): boolean {
  const address = inetText(data);
  if (address !== undefined) json.ascii(address);
  return address !== undefined;
}

/** Writes an array of one dimension whose index begins at 1. The header has dimensions, flags, element type, length, first index. */
function writeList(data: Buffer, start: number): boolean {
  const dimensions = data.readInt32BE(start);
  if (data.readInt32BE(start + 8) !== ELEMENT_TYPE) return false;
  json.byte(OPEN);
  if (dimensions !== 0) {
    if (dimensions !== 1 || data.readInt32BE(start + 16) !== 1) return false;
    const count = data.readInt32BE(start + 12);
    let at = start + 20;
    for (let element = 0; element < count; element++) {
      const length = data.readInt32BE(at);
      at += 4;
      if (element > 0) json.byte(COMMA);
      if (length < 0) json.ascii('null');
      else json.quoted(data, at, at + length);
      at += Math.max(0, length);
    }
  }
  json.byte(CLOSE);
  return true;
}
