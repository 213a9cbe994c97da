/**
 * The standard output, for JSON-RPC alone. Import this first: whatever else is printed from then on, by the logger, by a
 * library or by a tool's `console.log`, goes to the standard error.
 */
export const protocolOutput: NodeJS.WriteStream = process.stdout;

// A client that has gone reads no log: that must not cut off the drain.
process.stderr.on('error', () => undefined);

Object.defineProperty(process, 'stdout', { configurable: true, get: () => process.stderr });
