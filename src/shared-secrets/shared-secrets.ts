import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { OutOfReach } from '../access/out-of-reach.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { decryptSecret, encryptSecret } from './encrypted-secret.js';

/** Names the secrets that all replicas share. */
export type SharedSecretName = 'audit_seal_key' | 'auth' | 'mcp_state';

interface Row {
  encrypted: Buffer;
}

/** Runs a statement and returns its rows. */
export type Query = (sql: string, values: unknown[]) => Promise<Row[]>;

/** Reads a secret. @returns `undefined` when none was stored @throws Error when the key is another one */
export async function readSharedSecret(
  query: Query,
  name: SharedSecretName,
  secretsKey: string,
): Promise<string | undefined> {
  const [row] = await query('SELECT encrypted FROM service_secrets WHERE name = $1', [name]);
  return row && decryptSecret(name, row.encrypted, secretsKey);
}

/** Puts another secret in the place of the one that is stored, of which nothing is left. */
export async function replaceSharedSecret(
  query: Query,
  name: SharedSecretName,
  text: string,
  secretsKey: string,
): Promise<void> {
  await query('UPDATE service_secrets SET encrypted = $2, created_at = now() WHERE name = $1', [
    name,
    encryptSecret(name, text, secretsKey),
  ]);
}

/**
 * Keeps in PostgreSQL what all replicas share, encrypted under the one key that each of them is given (`SECRETS_KEY`). The
 * first replica makes a secret, and the others read it.
 */
@Injectable()
@OutOfReach()
export class SharedSecrets {
  private readonly query: Query;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    @InjectDataSource() dataSource: DataSource,
  ) {
    this.query = (sql, values) => dataSource.query(sql, values);
  }

  /**
   * @param make makes the secret where none is stored yet
   * @returns `undefined` without `SECRETS_KEY`
   */
  async get(name: SharedSecretName, make: () => string): Promise<string | undefined> {
    const { secretsKey } = this.settings;
    if (secretsKey === undefined) return undefined;
    const stored = await readSharedSecret(this.query, name, secretsKey);
    if (stored !== undefined) return stored;
    // Of several replicas that start at once, one row stays, which all of them read.
    await this.query('INSERT INTO service_secrets (name, encrypted) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      name,
      encryptSecret(name, make(), secretsKey),
    ]);
    return readSharedSecret(this.query, name, secretsKey);
  }
}
