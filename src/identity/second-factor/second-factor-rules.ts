import type { GenericEndpointContext } from 'better-auth';
import { APIError, getSessionFromCtx } from 'better-auth/api';
import { symmetricDecrypt } from 'better-auth/crypto';
import { isUUID } from 'class-validator';
import type { Role } from '../../access/roles.js';
import { hasSecondFactor, isMfaRequired, type MfaRequired, methodsIn } from './methods.js';
import type { Attempt, EnrolledFactors, Removal, SecondFactors } from './second-factors.js';

/** Within this time after the sign-in, a person without a password may change second factors. */
export const FRESH_SECONDS = 600;

/** Whom a request is about: the person of the session, or of the sign-in that waits for its second step. */
export interface Subject {
  user: { id: string; name: string; email: string; role: Role };
  session: { id: string; createdAt: Date; signedInBy?: string | null } | undefined;
}

/** The members of the body of each path that is served. Members that make a device trusted are not among them. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  '/two-factor/enable': ['password', 'method'],
  '/two-factor/disable': ['password'],
  '/two-factor/generate-backup-codes': ['password'],
  '/two-factor/verify-totp': ['code'],
  '/two-factor/verify-backup-code': ['code'],
  '/passkey/verify-registration': ['response', 'name'],
};
const ENROLS = new Set([
  '/two-factor/enable',
  '/passkey/generate-register-options',
  '/passkey/verify-registration',
]);
const CHANGES = new Set([
  '/two-factor/disable',
  '/two-factor/generate-backup-codes',
  '/passkey/delete-passkey',
  '/passkey/update-passkey',
]);

const refusal = (
  status: 'BAD_REQUEST' | 'FORBIDDEN' | 'NOT_FOUND' | 'UNAUTHORIZED',
  code: string,
  message: string,
) => new APIError(status, { code, message });

/** Decides about the paths of second factors before the library does. */
export class SecondFactorRules {
  constructor(
    private readonly factors: SecondFactors,
    private readonly required: MfaRequired,
  ) {}

  async subjectOf(context: GenericEndpointContext): Promise<Subject | undefined> {
    const found = (await getSessionFromCtx(context)) as Subject | null;
    if (found) return found;
    const { name } = context.context.createAuthCookie('two_factor');
    const challenge = await context.getSignedCookie(name, context.context.secret);
    const known = challenge && (await context.context.internalAdapter.findVerificationValue(challenge));
    if (!known || known.expiresAt.getTime() <= Date.now()) return undefined;
    const user = await context.context.internalAdapter.findUserById(known.value);
    return user ? { user: user as unknown as Subject['user'], session: undefined } : undefined;
  }

  /** @throws APIError where the request may not be made at all, or not by this session */
  async check(path: string, body: unknown, subject: Subject | undefined): Promise<void> {
    const given = (body ?? {}) as Record<string, unknown>;
    if (path.startsWith('/two-factor/') && !MEMBERS[path])
      throw refusal('NOT_FOUND', 'NOT_FOUND', 'There is no such route');
    const unknown = MEMBERS[path] && Object.keys(given).find((name) => !MEMBERS[path]!.includes(name));
    if (unknown) throw refusal('BAD_REQUEST', 'UNKNOWN_MEMBER', `${unknown} is not a member`);
    if ((path === '/passkey/delete-passkey' || path === '/passkey/update-passkey') && !isUUID(given.id))
      throw refusal('NOT_FOUND', 'PASSKEY_NOT_FOUND', 'Passkey not found');
    if (!subject?.session || !(ENROLS.has(path) || CHANGES.has(path))) return;
    const enrolled = await this.factors.enrolled(subject.user.id);
    assertMayChange(enrolled, subject.session);
    if (path === '/passkey/delete-passkey' || (!enrolled.password && path.startsWith('/two-factor/')))
      assertFresh(subject.session);
  }

  /** Counts a try with a code, and takes a code of an app. @throws APIError for one that was taken, and while locked */
  async attempt(context: GenericEndpointContext, { user }: Subject): Promise<void> {
    const code = (context.body as { code?: unknown } | undefined)?.code;
    if (typeof code !== 'string') return;
    const made = await this.outcomeOf(context, user.id, code);
    if (made === 'replayed') throw refusal('UNAUTHORIZED', 'CODE_ALREADY_USED', 'Wait for the next code');
    if (made === 'locked')
      throw new APIError('TOO_MANY_REQUESTS', {
        code: 'SECOND_FACTOR_LOCKED',
        message: 'There were too many wrong codes. Wait before the next one',
      });
  }

  /** Removes a passkey in place of the library, which would not see what is removed at the same time. */
  async removePasskey(userId: string, { id }: { id: string }): Promise<{ status: true }> {
    const removal = await this.factors.removePasskey(userId, id, this.mustHave);
    if (removal === 'none') throw refusal('NOT_FOUND', 'PASSKEY_NOT_FOUND', 'Passkey not found');
    assertRemoved(removal);
    return { status: true };
  }

  /** Removes an app before the library does, for the same reason. The password was right then. */
  async removeTotp(userId: string): Promise<void> {
    assertRemoved(await this.factors.removeTotp(userId, this.mustHave));
  }

  private outcomeOf(context: GenericEndpointContext, userId: string, code: string): Promise<Attempt> {
    if (context.path === '/two-factor/verify-backup-code') return this.factors.countRecovery(userId);
    const key = context.context.secretConfig;
    return this.factors.takeTotp(userId, code, (data) => symmetricDecrypt({ key, data }));
  }

  private readonly mustHave = (role: Role): boolean => isMfaRequired(this.required, role);
}

function assertRemoved(removal: Removal): void {
  if (removal === 'last')
    throw refusal('FORBIDDEN', 'LAST_SECOND_FACTOR', 'Add another second factor before you remove this one');
}

/** Who has a second factor changes them only by a session that was made with one. A stolen password is not enough. */
function assertMayChange(
  { totp, passkeys }: EnrolledFactors,
  { signedInBy }: NonNullable<Subject['session']>,
): void {
  if ((totp || passkeys > 0) && !hasSecondFactor(methodsIn(signedInBy)))
    throw refusal('FORBIDDEN', 'MFA_REQUIRED', 'Sign in with your second factor first');
}

function assertFresh({ createdAt }: NonNullable<Subject['session']>): void {
  if (Date.now() - createdAt.getTime() >= FRESH_SECONDS * 1000)
    throw refusal('FORBIDDEN', 'SESSION_NOT_FRESH', 'Sign in again first');
}
