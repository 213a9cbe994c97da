import { Injectable, Logger } from '@nestjs/common';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { plainText } from '../events/bounded-metadata.js';
import type { AuditRecord } from '../events/audit-row.js';

const MAX_NAME = 64;

/** Logs each audit row in development, for authors of tools. */
@Injectable()
export class DevelopmentLog {
  private readonly logger = new Logger('Audit');
  private readonly isOn: boolean;

  constructor(@InjectSettings() { environment }: Settings) {
    this.isOn = environment === 'development';
  }

  print(record: AuditRecord): void {
    if (this.isOn) this.logger.log(lineOf(record));
  }
}

/** A row as a console line. Names are quoted, so that a name with spaces cannot look like further fields. */
export function lineOf(record: AuditRecord): string {
  const { outcome, action, tool, resource, reason, userId, userName, keyName, keyStart, durationMs } = record;
  const user = userName === null ? userId : quoted(userName);
  const key = [keyName !== null && quoted(keyName), keyStart].filter(Boolean).join(' ');
  const took = durationMs !== null && `${durationMs} ms`;
  return [outcome, tool ?? action, resource, reason, user && `by ${user}`, key && `key ${key}`, took]
    .filter(Boolean)
    .join('  ');
}

const quoted = (name: string): string => JSON.stringify(plainText(name, MAX_NAME));
