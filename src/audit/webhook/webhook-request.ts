import { createHmac } from 'node:crypto';

const ANSWER_MS = 10_000;

/** The address that receives the events, and the secret that signs them. */
export interface WebhookTarget {
  url: string;
  /** `whsec_<base64>` or any other text. */
  secret: string;
}

/**
 * Sends one message by the Standard Webhooks specification (https://www.standardwebhooks.com). It follows no redirect, because the
 * events are for this address alone.
 * @param id the same for each attempt of a message
 * @throws Error where the message was not accepted
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
