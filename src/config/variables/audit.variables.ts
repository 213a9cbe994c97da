import * as z from 'zod';
import { choice, days, filePath, flag, httpUrl, integer, waits } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

/** The audit log: how its rows are kept, sealed and passed on. */
export const auditVariables = {
  AUDIT_DURABILITY: withDefault(choice('memory', 'spool', 'wal'), 'spool', {
    description:
      'Where a row waits for PostgreSQL. `memory`: in memory only. `spool`: on disk while PostgreSQL is away or slow. `wal`: on disk before the caller is answered. [What each mode loses](audit.md#audit_durability).',
    example: 'wal',
  }),
  AUDIT_CALL_METADATA: withDefault(flag, 'true', {
    description:
      "Whether rows keep the members of a call's input that its handler names, such as the words of a search: [what a row keeps](audit.md#what-a-call-was-about).",
    example: 'false',
  }),
  AUDIT_QUEUE_MAX_ROWS: withDefault(integer(1, undefined, 'rows'), '20000', {
    description: 'How many rows may wait in memory.',
    example: '50000',
  }),
  AUDIT_QUEUE_MAX_BYTES: withDefault(integer(65_536, undefined, 'bytes'), String(32 * 1024 * 1024), {
    description: 'How much memory the waiting rows may take.',
    example: '67108864',
  }),
  AUDIT_SPOOL_MAX_BYTES: withDefault(integer(65_536, undefined, 'bytes'), String(1024 * 1024 * 1024), {
    description: 'How much disk the waiting rows may take, below `DATA_DIR/audit/spool`.',
    example: '10737418240',
  }),
  AUDIT_WAIT_SECONDS: withDefault(integer(0, 60, 'seconds'), '2', {
    description:
      'How long a call waits for a place for its row when memory and disk are full. Then it is refused with `audit_unavailable` and does not run.',
    example: '5',
  }),
  AUDIT_DRAIN_SECONDS: withDefault(integer(1, 600, 'seconds'), '10', {
    description: 'How long the service writes waiting rows to PostgreSQL after SIGTERM.',
    example: '30',
  }),
  AUDIT_WEBHOOK_URL: optional(httpUrl, {
    description:
      'Receives the rows that were committed, as [signed webhooks](audit.md#reading-it). It needs `AUDIT_WEBHOOK_SECRET`.',
    example: 'https://siem.example.com/bouncer',
    otherwise: 'no webhook is sent',
  }),
  AUDIT_WEBHOOK_SECRET: optional(z.string().min(16, 'must have at least 16 characters'), {
    description: 'Signs the webhooks, as [Standard Webhooks](https://www.standardwebhooks.com) describes.',
    shape: 'at least 16 characters; `whsec_` and base64, or plain',
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    otherwise: 'no webhook is sent',
    secret: true,
  }),
  AUDIT_WEBHOOK_RETRY_SECONDS: withDefault(waits, '1,5,30', {
    description:
      'How long the service waits before each further try to send a webhook. After the last one the rows go to a file.',
    example: '1,10,60,300',
  }),
  AUDIT_STREAM_HEARTBEAT_SECONDS: withDefault(integer(1, 60, 'seconds'), '15', {
    description: 'How often a stream of the audit without news shows that it is open.',
    example: '5',
  }),
  AUDIT_SEAL_SECONDS: withDefault(integer(1, 600, 'seconds'), '10', {
    description: 'How often the rows that were written are sealed.',
    example: '60',
  }),
  AUDIT_SEAL_KEY_FILE: optional(filePath, {
    description:
      'The Ed25519 private key that signs the seals, in PEM format. Replicas share one, or the verifier is given the public key of each. [Another key](audit.md#another-key-for-the-seals) takes its place without a restart.',
    example: '/run/secrets/seal-key.pem',
    otherwise: 'a key is made once, in `DATA_DIR/audit/seal-key.pem`',
  }),
  AUDIT_CHECKPOINTS_FILE: optional(filePath, {
    description: 'Where the last seal of each node is noted, so that the verifier notices a truncated end.',
    example: '/mnt/elsewhere/checkpoints.json',
    otherwise: '`DATA_DIR/audit/checkpoints.json`',
    formerly: 'AUDIT_HEADS_FILE',
  }),
  AUDIT_CHECKPOINT_WEBHOOK_URL: optional(httpUrl, {
    description: 'Receives the last seal of each node, to be kept where nobody with the database can write.',
    example: 'https://vault.example.com/checkpoints',
    otherwise: 'the last seals are only noted in the file',
    formerly: 'AUDIT_HEAD_WEBHOOK_URL',
  }),
  ANOMALY_DETECTION: withDefault(flag, 'true', {
    description:
      'Whether [what is unusual for a key](audit.md#what-is-unusual) gets an audit row, and a mail to its owner where it matters.',
    example: 'false',
  }),
  ANOMALY_RATE_FACTOR: withDefault(integer(2, 1000), '5', {
    description: 'How many times its usual calls a minute a key makes before that counts as unusual.',
    example: '10',
  }),
  ANOMALY_REFUSALS: withDefault(integer(1, undefined, 'refusals a minute'), '50', {
    description: 'How many refusals of one key, or of one address without a key, count as unusual.',
    example: '200',
  }),
  ANOMALY_LEARNING_HOURS: withDefault(integer(0, 8_760, 'hours'), '24', {
    description: 'How long a new key is only learned from: its rate, its tools and its elevated scopes.',
    example: '168',
  }),
  AUDIT_RETENTION_DAYS: withDefault(days(30), '365', {
    description:
      'After how many days a month of rows leaves the table for [the schema `audit_archive`](audit.md#retention).',
    example: 'never',
  }),
};
