/** Exceeds the longest name that the registry accepts. Arguments of prompts have the same bound. */
const MAX_NAME = 2_048;
/** The URI length that servers and proxies commonly accept. */
const MAX_URI = 8_192;

type Members = Record<string, unknown>;

/**
 * Describes the first overlong name or URI in a message or a batch. Such a message is refused, because names and URIs
 * end up in look-ups, audit rows, errors and subscriptions.
 */
export function overlongIn(body: unknown): string | undefined {
  if (!Array.isArray(body)) return overlongInMessage(body);
  for (const message of body as unknown[]) {
    const found = overlongInMessage(message);
    if (found) return found;
  }
  return undefined;
}

function overlongInMessage(message: unknown): string | undefined {
  if (!isMembers(message)) return undefined;
  const { method, params } = message;
  if (isLonger(method, MAX_NAME)) return describeOverlong('method', MAX_NAME);
  if (!isMembers(params)) return undefined;
  return overlongName(params, 'params') ?? overlongOfCompletion(params);
}

function overlongOfCompletion({ ref, argument }: Members): string | undefined {
  const ofRef = isMembers(ref) ? overlongName(ref, 'params.ref') : undefined;
  return ofRef ?? (isMembers(argument) ? overlongName(argument, 'params.argument') : undefined);
}

function overlongName({ name, uri }: Members, where: string): string | undefined {
  if (isLonger(name, MAX_NAME)) return describeOverlong(`${where}.name`, MAX_NAME);
  return isLonger(uri, MAX_URI) ? describeOverlong(`${where}.uri`, MAX_URI) : undefined;
}

const isLonger = (value: unknown, most: number): boolean => typeof value === 'string' && value.length > most;

const describeOverlong = (what: string, most: number): string => `${what} is longer than ${most} characters`;

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null;
