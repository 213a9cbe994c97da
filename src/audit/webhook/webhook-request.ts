import { createHmac } from 'node:crypto';

const ANSWER_MS = 10_000;

/** Where the events go, and what signs them. */
export interface WebhookTarget {
  url: string;
  /** `whsec_<base64>`, or any text. */
  secret: string;
}

/**
 * Sends one message as https://www.standardwebhooks.com describes. A redirect is not followed: the events are for this
 * address alone.
 * @param id the same for each try of a message
 * @throws Error when it was not taken
 */
export async function sendWebhook(
  { url, secret }: WebhookTarget,
  id: string,
  body: string,
  signal: AbortSignal,
): Promise<void> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${signature}`,
    },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`status ${response.status}`);
}

function keyOf(secret: string): Buffer {
  const [, encoded] = /^whsec_(.+)$/.exec(secret) ?? [];
  return encoded === undefined ? Buffer.from(secret) : Buffer.from(encoded, 'base64');
}
