import { Injectable } from '@nestjs/common';
import { OutOfReach } from '../../access/out-of-reach.js';
import { decryptSecret, encryptSecret } from '../../shared-secrets/encrypted-secret.js';
import { AuthSecret } from '../auth/auth-secret.js';

const nameOf = (connectionId: string): string => `sso_connection ${connectionId}`;

/** Encrypts the secrets of clients by `AUTH_SECRET`, each for its own connection. */
@Injectable()
@OutOfReach()
export class ClientSecrets {
  constructor(private readonly secret: AuthSecret) {}

  async seal(connectionId: string, text: string): Promise<Buffer> {
    return encryptSecret(nameOf(connectionId), text, await this.secret.get());
  }

  /** @throws Error where `AUTH_SECRET` is another one now */
  async open(connectionId: string, stored: Buffer): Promise<string> {
    const key = await this.secret.get();
    try {
      return decryptSecret(nameOf(connectionId), stored, key);
    } catch {
      throw new Error(
        `AUTH_SECRET does not open the client secret of the connection ${connectionId}: connect the provider anew`,
      );
    }
  }
}
