import { hasSecondFactor, methodsIn } from './methods.js';
import type { SecondFactorMails } from './second-factor-mails.js';
import type { Subject } from './second-factor-rules.js';
import type { SecondFactors } from './second-factors.js';

/** What was asked of the library, and what became of it. */
export interface Answered {
  path: string;
  /** The answer; `undefined` for a refusal. */
  returned: unknown;
  /** Whom the request was about. */
  before: Subject | undefined;
  /** The session that it made. */
  after: Subject | null;
}

/** What the audit row says of it. */
export interface Effect {
  action: string;
  metadata?: Record<string, unknown>;
}

interface Parts {
  factors: SecondFactors;
  mails: SecondFactorMails;
}

const APP = 'An app with one-time codes';

/** Does what follows from a request about second factors, and names its audit row. */
export async function afterSecondFactor(answered: Answered, parts: Parts): Promise<Effect | undefined> {
  const { path, before, after, returned } = answered;
  const isDone = returned !== undefined;
  switch (path) {
    case '/sign-in/email':
      return isDone && isHalfWay(returned) ? { action: 'identity.check_password' } : undefined;
    case '/two-factor/enable':
      return { action: 'identity.begin_second_factor', metadata: { method: 'totp' } };
    case '/two-factor/verify-totp':
      return afterTotp(answered, parts);
    case '/two-factor/verify-backup-code':
      if (isDone && before) await recoveryUsed(before, parts);
      return { action: 'identity.use_recovery_code' };
    case '/two-factor/generate-backup-codes':
      if (isDone && before) await parts.mails.recoveryRenewed(before.user);
      return { action: 'identity.make_recovery_codes' };
    case '/two-factor/disable':
      if (isDone && before) await removed(before, after?.session?.id, APP, parts);
      return { action: 'identity.remove_second_factor', metadata: { method: 'totp' } };
    case '/passkey/verify-registration':
      if (isDone && before?.session) {
        await parts.factors.addMethod(before.session.id, 'passkey');
        await added(before, before.session.id, 'A passkey', parts);
      }
      return { action: 'identity.add_second_factor', metadata: { method: 'passkey' } };
    case '/passkey/delete-passkey':
      if (isDone && before) await removed(before, before.session?.id, 'A passkey', parts);
      return { action: 'identity.remove_second_factor', metadata: { method: 'passkey' } };
    case '/passkey/update-passkey':
      return { action: 'identity.rename_passkey' };
    case '/passkey/verify-authentication':
      return { action: 'identity.sign_in', metadata: { method: 'passkey' } };
    default:
      return undefined;
  }
}

/** A code of an app ends a sign-in, or its enrolment, or says more of a session that was made without one. */
async function afterTotp({ returned, before, after }: Answered, parts: Parts): Promise<Effect> {
  const metadata = { method: 'totp' };
  if (!before?.session) return { action: 'identity.sign_in', metadata };
  if (after?.session && after.session.id !== before.session.id) {
    await added(before, after.session.id, APP, parts);
    return { action: 'identity.add_second_factor', metadata };
  }
  if (returned !== undefined) await parts.factors.addMethod(before.session.id, 'totp');
  return { action: 'identity.step_up', metadata };
}

async function recoveryUsed({ user, session }: Subject, { factors, mails }: Parts): Promise<void> {
  await factors.forgive(user.id);
  if (session && !hasSecondFactor(methodsIn(session.signedInBy)))
    await factors.addMethod(session.id, 'recovery_code');
  await mails.recoveryUsed(user);
}

async function added({ user }: Subject, sessionId: string, what: string, { factors, mails }: Parts) {
  await factors.endOtherSessions(user.id, sessionId);
  await mails.added(user, what);
}

async function removed(
  { user }: Subject,
  sessionId: string | undefined,
  what: string,
  { factors, mails }: Parts,
) {
  await factors.endOtherSessions(user.id, sessionId);
  await mails.removed(user, what);
}

const isHalfWay = (returned: unknown): boolean =>
  typeof returned === 'object' && returned !== null && 'twoFactorRedirect' in returned;
