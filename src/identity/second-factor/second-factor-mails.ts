import { Injectable } from '@nestjs/common';
import { IdentityMails, type MailRecipient } from '../mail/identity-mails.js';

const NOT_YOU = 'If that was not you, choose a new password at once, and tell an administrator.';

/** Tells people that their second factors changed, because whoever stole a session would change them silently. */
@Injectable()
export class SecondFactorMails {
  constructor(private readonly mails: IdentityMails) {}

  added(to: MailRecipient, what: string): Promise<void> {
    return this.mails.send(to, 'A second factor was added', [
      `${what} was added to your account. You sign in with it from now on, and your other sessions have ended.`,
      NOT_YOU,
    ]);
  }

  removed(to: MailRecipient, what: string): Promise<void> {
    return this.mails.send(to, 'A second factor was removed', [
      `${what} was removed from your account. Your other sessions have ended.`,
      NOT_YOU,
    ]);
  }

  recoveryUsed(to: MailRecipient): Promise<void> {
    return this.mails.send(to, 'A recovery code was used', [
      'Somebody signed in to your account with one of your recovery codes. It works no more.',
      NOT_YOU,
    ]);
  }

  recoveryRenewed(to: MailRecipient): Promise<void> {
    return this.mails.send(to, 'New recovery codes were made', [
      'New recovery codes were made for your account. The ones before work no more.',
      NOT_YOU,
    ]);
  }

  reset(to: MailRecipient): Promise<void> {
    return this.mails.send(to, 'Your second factors were reset', [
      'An administrator removed all second factors of your account, and ended your sessions. Add one when you have signed in.',
      'If you did not ask for that, tell an administrator.',
    ]);
  }
}
