import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import type { DataSource } from 'typeorm';
import { SingleFlight } from '../../common/single-flight.js';
import { within } from '../../common/timeouts.js';

/** The algorithm of access tokens. It is the only one that is accepted. */
export const SIGNING_ALGORITHM = 'ES256';

/** How long no read follows another that did not find a key, because anybody can name one. */
const PAUSE_MS = 5_000;
const READ_MS = 5_000;

interface Row {
  id: string;
  publicKey: string;
}

/** Holds the public keys that access tokens are verified with. All replicas sign with the same, which PostgreSQL has. */
@Injectable()
export class SigningKeys {
  private keys = new Map<string, CryptoKey>();
  private readAt = -Infinity;
  private readonly reads = new SingleFlight(() => this.read());

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** @returns `undefined` where the service has no such key */
  async find(id: string): Promise<CryptoKey | undefined> {
    if (!this.keys.has(id) && performance.now() - this.readAt > PAUSE_MS) await this.reads.join();
    return this.keys.get(id);
  }

  private async read(): Promise<void> {
    const rows = await within(
      READ_MS,
      this.dataSource.query<Row[]>('SELECT id, public_key AS "publicKey" FROM oauth_signing_keys'),
    );
    const keys = await Promise.all(
      rows.map(async ({ id, publicKey }): Promise<[string, CryptoKey]> => {
        const jwk = JSON.parse(publicKey) as JWK;
        return [id, (await importJWK(jwk, SIGNING_ALGORITHM)) as CryptoKey];
      }),
    );
    this.keys = new Map(keys);
    this.readAt = performance.now();
  }
}
