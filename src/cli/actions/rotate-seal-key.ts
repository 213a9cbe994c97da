import { Client } from 'pg';
import { rotateSealKey } from '../../audit/rotation/rotate-seal-key.js';
import {
  FolderFile,
  NamedFile,
  RotatableSharedKey,
  type RotatableSource,
} from '../../audit/seal/key-source.js';
import type { Query } from '../../audit/seal/handover-store.js';
import type { Settings } from '../../config/settings.js';
import { readSharedSecret, replaceSharedSecret } from '../../shared-secrets/shared-secrets.js';
import { type OutputOptions, printResult } from '../print-result.js';
import { withDatabase } from '../with-database.js';

interface RotateOptions extends OutputOptions {
  newKeyFile?: string;
  compromised: boolean;
}

/** Gives the audit's seals another key, to which the present one hands over. */
export async function rotate({ newKeyFile, compromised, json }: RotateOptions): Promise<void> {
  await withDatabase(async ({ url }, { settings }) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      const query: Query = async (sql, values) => (await client.query(sql, values)).rows;
      const source = sourceOf(settings, newKeyFile, query);
      const { from, to, at, wasBegun } = await rotateSealKey(query, source, compromised);
      const publicKey = to.publicPem;
      printResult(
        { json },
        { from, to: to.id, handedOverAt: at.toISOString(), compromised, wasBegun, publicKey },
        [
          `The key ${from} of the seals has handed over to ${to.id}${wasBegun ? ' before; this is finished now' : ''}.`,
          ...(newKeyFile === undefined ? [] : [afterwards(newKeyFile)]),
          'The public key, for those who verify elsewhere:',
          publicKey.trimEnd(),
        ].join('\n'),
      );
    } finally {
      await client.end();
    }
  });
}

const afterwards = (file: string) =>
  `Set AUDIT_SEAL_KEY_FILE=${file} for the next start, or put that key into the present file of each replica. Until then a replica does not seal; 15 minutes later, audit verify reports its rows.`;

function sourceOf(settings: Settings, newKeyFile: string | undefined, query: Query): RotatableSource {
  const { dataDir, audit, secretsKey } = settings;
  const { keyFile } = audit.seal;
  if (keyFile !== undefined) return new NamedFile(dataDir, keyFile, newKeyFile);
  if (newKeyFile !== undefined)
    throw new Error(
      '--new-key-file is for a key in AUDIT_SEAL_KEY_FILE, which is not set. Without it, the service makes its key by itself',
    );
  if (secretsKey === undefined) return new FolderFile(dataDir);
  return new RotatableSharedKey(
    dataDir,
    () => readSharedSecret(query, 'audit_seal_key', secretsKey),
    (pem) => replaceSharedSecret(query, 'audit_seal_key', pem, secretsKey),
  );
}
