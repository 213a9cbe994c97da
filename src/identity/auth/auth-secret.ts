import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { newId } from '../../common/new-id.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { SharedSecrets } from '../../shared-secrets/shared-secrets.js';

const makeSecret = (): string => randomBytes(32).toString('base64');

/** Finds the secret that signs cookies and links: the one that is set, else one that is shared, else one that is kept. */
@Injectable()
export class AuthSecret {
  private found: Promise<string> | undefined;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly shared: SharedSecrets,
  ) {}

  /** @throws Error where none is set and none can be kept */
  get(): Promise<string> {
    this.found ??= this.find().catch((error: unknown) => {
      this.found = undefined;
      throw error;
    });
    return this.found;
  }

  private async find(): Promise<string> {
    const { identity, dataDir } = this.settings;
    return identity.secret ?? (await this.shared.get('auth', makeSecret)) ?? (await keptIn(dataDir));
  }
}

/** Linking a finished file is atomic and fails where the name exists, so no secret is replaced. */
async function keptIn(dataDir: string): Promise<string> {
  const path = join(dataDir, 'auth-secret');
  const draft = `${path}.${newId()}`;
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept;
  try {
    await mkdir(dataDir, { recursive: true });
    await writeFile(draft, makeSecret(), { mode: 0o600, flag: 'wx' });
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new Error(
      `The secret of sessions cannot be kept in ${dataDir}: set another DATA_DIR, or AUTH_SECRET`,
      {
        cause,
      },
    );
  } finally {
    await rm(draft, { force: true });
  }
}
