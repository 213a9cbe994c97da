import type { PasskeyOptions } from '@better-auth/passkey';
import { APIError } from 'better-auth/api';
import type { PluginParts } from '../auth/plugin-parts.js';

const LOCAL = ['localhost', '127.0.0.1', '[::1]'];

/**
 * Returns how passkeys are set up. They belong to the address of the service, and never to what a request names. Browsers
 * know no passkeys of an IP address, so this machine is called `localhost`.
 * @param verified is told each request to add a passkey whose answer is good
 */
export function passkeyOptions(
  { url, settings, factors }: Pick<PluginParts, 'url' | 'settings' | 'factors'>,
  verified: WeakSet<Request>,
): PasskeyOptions {
  const { protocol, hostname, port, origin } = new URL(url);
  const isLocal = LOCAL.includes(hostname);
  return {
    rpID: isLocal ? 'localhost' : hostname,
    rpName: settings.service.title,
    origin: isLocal ? `${protocol}//localhost${port === '' ? '' : `:${port}`}` : origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    registration: {
      afterVerification: async ({ ctx, verification: { registrationInfo } }) => {
        if (ctx.request) verified.add(ctx.request);
        requireVerified(registrationInfo?.userVerified);
        if (registrationInfo && (await factors.isPasskeyKnown(registrationInfo.credential.id)))
          throw new APIError('BAD_REQUEST', { code: 'PREVIOUSLY_REGISTERED', message: 'Already registered' });
      },
    },
    authentication: {
      afterVerification: ({ verification }) => requireVerified(verification.authenticationInfo.userVerified),
    },
    schema: { passkey: { modelName: 'passkeys', fields: { credentialID: 'credentialId' } } },
  };
}

/** The library takes a passkey whose device did not ask for a PIN or a finger. That would be one factor alone. */
function requireVerified(verified: boolean | undefined): void {
  if (verified !== true)
    throw new APIError('UNAUTHORIZED', {
      code: 'USER_NOT_VERIFIED',
      message: 'The passkey’s device did not verify its user',
    });
}
