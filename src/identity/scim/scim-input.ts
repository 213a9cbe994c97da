import { isAddressOfNobody } from '../../access/principal.js';
import { isLineText } from '../../validation/line-text.js';
import { invalid } from './scim-error.js';

/** What a directory says of a user. Attributes that the service has no use for are left out. */
export interface ScimInput {
  userName?: string;
  externalId?: string | null;
  email?: string;
  name?: string;
  active?: boolean;
}

type Attributes = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Returns the attributes with their names in lower case, which the standard compares without regard to it. */
export function attributesOf(value: unknown): Attributes {
  if (!isObject(value)) throw invalid('The body must be an object', 'invalidSyntax');
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name.toLowerCase(), one]));
}

/** Reads what a whole user or a change of one says. @throws ScimError `invalidValue` */
export function inputOf(body: unknown): ScimInput {
  const given = attributesOf(body);
  const input: ScimInput = {};
  if (given.username !== undefined) input.userName = line(given.username, 'userName', 254);
  if (given.externalid !== undefined)
    input.externalId = given.externalid === null ? null : line(given.externalid, 'externalId', 254);
  if (given.active !== undefined) input.active = flag(given.active);
  const email = given.emails === undefined ? undefined : emailIn(given.emails);
  if (email !== undefined) input.email = email;
  const name = nameIn(given);
  if (name !== undefined) input.name = name;
  return input;
}

/** Returns the address: that of the e-mails, else the user name where it is one. @throws ScimError `invalidValue` */
export function addressOf({ email, userName }: ScimInput): string {
  const found = email ?? userName ?? '';
  if (!/^[^\s@]+@[^\s@]+$/.test(found))
    throw invalid('A user needs an e-mail address, or one as the userName');
  if (isAddressOfNobody(found)) throw invalid('This is the address of an agent or a team');
  return found.toLowerCase();
}

function line(value: unknown, name: string, most: number): string {
  if (typeof value === 'string' && value.trim() !== '' && value.length <= most && isLineText(value))
    return value.trim();
  throw invalid(`${name} must be a line of 1 to ${most} characters`);
}

/** Entra sends the words. */
function flag(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
  throw invalid('active must be true or false');
}

function emailIn(value: unknown): string | undefined {
  if (typeof value === 'string') return line(value, 'emails', 254);
  if (!Array.isArray(value) || value.length > 20) throw invalid('emails must be a list of at most 20');
  const emails = value.map((one): Attributes => (isObject(one) ? one : { value: one }));
  const best = emails.find(({ primary }) => primary === true || primary === 'true') ?? emails[0];
  return best === undefined ? undefined : line(best.value, 'emails', 254);
}

function nameIn({ displayname, name }: Attributes): string | undefined {
  if (displayname !== undefined && displayname !== null && displayname !== '')
    return line(displayname, 'displayName', 200);
  if (!isObject(name)) return undefined;
  const parts = attributesOf(name);
  const whole = parts.formatted ?? [parts.givenname, parts.familyname].filter(Boolean).join(' ');
  return whole === '' ? undefined : line(whole, 'name', 200);
}
