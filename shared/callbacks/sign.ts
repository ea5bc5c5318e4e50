import { Webhook } from 'standardwebhooks';

/** Standard Webhooks: 24 to 64 random bytes in base64, marked as a secret so that scanners find one that got lost. */
export const signingSecret = /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/;

/**
 * Headers of one attempt. Every secret signs, so that a receiver may hold any of them while they are changed. `at` is real
 * time: receivers compare it with their own clock.
 */
export function signedHeaders(
  secrets: readonly string[],
  message: { id: string; body: string; at: Date },
): Record<string, string> {
  const { id, body, at } = message;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}
