import type { BusEvent } from './event-bus-api';

export interface WebhookOptions {
  readonly url: string;
  readonly warn: (line: string) => void;
  /** Milliseconds for the answer. Default: 2 seconds, less than the publisher waits for the bus. */
  readonly timeoutMs?: number;
}

/**
 * Posts events to a URL, with the body that an API destination of EventBridge sends by default. Reports the first
 * failure, and no other until a delivery succeeds.
 */
export function createWebhook({ url, warn, timeoutMs = 2000 }: WebhookOptions): (event: BusEvent) => Promise<boolean> {
  let isDown = false;
  return async event => {
    const fault = await sendEvent(url, event, timeoutMs);
    if (fault !== undefined && !isDown) {
      warn(`events: POST ${hideSecrets(url)} failed: ${fault}; it is tried again. Later failures are not reported.`);
    }
    if (fault === undefined && isDown) warn(`events: POST ${hideSecrets(url)} succeeds again.`);
    isDown = fault !== undefined;
    return !isDown;
  };
}

/** The fault of a delivery; undefined for a 2xx. A redirect is a fault, as for API destinations. */
async function sendEvent(url: string, event: BusEvent, timeoutMs: number): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(event),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `status ${response.status}`;
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string } };
    return name === 'TimeoutError' ? `no answer within ${timeoutMs} ms` : cause?.code ?? message;
  }
}

/** User names, passwords and queries of webhooks are secrets. */
function hideSecrets(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
