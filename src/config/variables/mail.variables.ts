import * as z from 'zod';
import { sender } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

/** The notices to the owners of keys. */
export const mailVariables = {
  SMTP_URL: optional(z.url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// URL' }), {
    description:
      'The server that sends the notices to the owners of keys, and the links by which people choose passwords and confirm addresses, with user and password where it needs them. Mails wait in the database until they are sent.',
    shape: 'an `smtp://` or `smtps://` URL',
    example: 'smtps://bouncer:password@mail.example.com:465',
    otherwise: 'notices are logged',
    secret: true,
  }),
  MAIL_FROM: withDefault(sender, 'bouncer@localhost', {
    description: 'The sender of the notices.',
    example: 'Bouncer <bouncer@example.com>',
  }),
};
