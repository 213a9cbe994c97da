export type PreparedValue = string | number | Buffer | null;

const HEAD_BYTES = 5;
const NUL_BYTES = 1;
const COUNT_BYTES = 2;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
const BINARY = 1;
const TEXT = 0;

/** Describes the result of the unnamed portal, which the message before has bound. */
const DESCRIBE = Buffer.from('D\0\0\0\x06P\0', 'latin1');
/** Executes the unnamed portal for all of its rows. */
const EXECUTE = Buffer.from('E\0\0\0\x09\0\0\0\0\0', 'latin1');
const SYNC = Buffer.from('S\0\0\0\x04', 'latin1');

/** One execution of a statement that the connection has prepared. */
export interface Execution {
  /** Its name; that of the unnamed statement is empty. */
  statement: string;
  values: readonly PreparedValue[];
  /** Whether the columns of the result are asked for. */
  isDescribed?: boolean;
}

/**
 * Encodes executions as messages of PostgreSQL's protocol: Bind and Execute for each, and one Sync, which ends their
 * transaction. They are one buffer, because each write to a socket costs as much as to encode several messages.
 * @param isLast whether Sync follows; otherwise the next message belongs to the same transaction
 */
export function encodeExecutions(executions: readonly Execution[], { isLast = true } = {}): Buffer {
  const encoded = executions.map((execution) => ({ ...execution, values: execution.values.map(asText) }));
  let size = isLast ? SYNC.length : 0;
  for (const { statement, values, isDescribed } of encoded)
    size += bindBytes(statement, values) + (isDescribed ? DESCRIBE.length : 0) + EXECUTE.length;
  const buffer = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { statement, values, isDescribed } of encoded) {
    at = writeBind(buffer, at, statement, values);
    if (isDescribed) at += DESCRIBE.copy(buffer, at);
    at += EXECUTE.copy(buffer, at);
  }
  if (isLast) SYNC.copy(buffer, at);
  return buffer;
}

type Encoded = string | Buffer | null;

const asText = (value: PreparedValue): Encoded => (typeof value === 'number' ? String(value) : value);

const bytesOf = (value: Encoded): number =>
  value === null ? 0 : typeof value === 'string' ? Buffer.byteLength(value) : value.length;

function bindBytes(statement: string, values: readonly Encoded[]): number {
  const names = NUL_BYTES + Buffer.byteLength(statement) + NUL_BYTES;
  let size = HEAD_BYTES + names + 3 * COUNT_BYTES;
  for (const value of values) size += COUNT_BYTES + LENGTH_BYTES + bytesOf(value);
  return size;
}

function writeBind(buffer: Buffer, start: number, statement: string, values: readonly Encoded[]): number {
  let at = buffer.writeUInt8(0x42, start);
  at = buffer.writeInt32BE(bindBytes(statement, values) - 1, at);
  at = buffer.writeUInt8(0, at);
  at += buffer.write(statement, at);
  at = buffer.writeUInt8(0, at);
  at = buffer.writeInt16BE(values.length, at);
  for (const value of values) at = buffer.writeInt16BE(Buffer.isBuffer(value) ? BINARY : TEXT, at);
  at = buffer.writeInt16BE(values.length, at);
  for (const value of values) {
    at = buffer.writeInt32BE(value === null ? NULL_LENGTH : bytesOf(value), at);
    if (typeof value === 'string') at += buffer.write(value, at);
    else if (value) at += value.copy(buffer, at);
  }
  // All columns of the result are texts.
  return buffer.writeInt16BE(0, at);
}
