import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 250;
/** An emulator that starts may take a connection and not answer it yet. */
const ANSWER_MS = 5000;

/** Returns once anything answers there. Emulators load their services behind that, and answer the first request late. */
export async function waitUntilReachable(url: string, waitMs: number, announce: (text: string) => void = () => undefined): Promise<void> {
  const end = performance.now() + waitMs;
  for (let isAnnounced = false; ; isAnnounced = true) {
    const trouble = await findFault(url);
    if (trouble === undefined) return;
    if (performance.now() >= end) {
      throw new Error(`nothing answers at ${url} within ${waitMs / 1000} s (${trouble}): start the emulator, `
        + 'or correct AWS_ENDPOINT_URL; without one, npm start uses its own engines');
    }
    if (!isAnnounced) announce(`waiting up to ${waitMs / 1000} s for ${url}; without AWS_ENDPOINT_URL, npm start uses its own engines`);
    await sleep(PAUSE_MS);
  }
}

/** Any answer will do: what asks for a signature or has no page at its root is there. */
async function findFault(url: string): Promise<string | undefined> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'manual' });
    return status >= 500 ? `status ${status}` : undefined;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    return cause?.code ?? cause?.message ?? message;
  }
}
