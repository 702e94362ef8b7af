import { setTimeout as sleep } from 'node:timers/promises';

const PAUSE_MS = 250;
/** A starting emulator may accept a connection without answering yet. */
const ANSWER_MS = 5000;

/** Waits for the first answer. Emulators load a service at its first request, which is slow. */
export async function waitUntilReachable(
  url: string, waitMs: number, announce: (text: string) => void = () => undefined,
): Promise<void> {
  const end = performance.now() + waitMs;
  for (let isAnnounced = false; ; isAnnounced = true) {
    const fault = await findFault(url);
    if (fault === undefined) return;
    if (performance.now() >= end) {
      throw new Error(`no answer from ${url} within ${waitMs / 1000} s (${fault}): start the emulator, `
        + 'or correct AWS_ENDPOINT_URL; without one, npm start uses its own engines');
    }
    if (!isAnnounced) {
      announce(`waiting up to ${waitMs / 1000} s for ${url}; without AWS_ENDPOINT_URL, npm start uses its own engines`);
    }
    await sleep(PAUSE_MS);
  }
}

/** Any answer below 500 counts, such as 403 without a signature or 404 for the root. */
async function findFault(url: string): Promise<string | undefined> {
  try {
    const { status } = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: 'manual' });
    return status >= 500 ? `status ${status}` : undefined;
  } catch (error) {
    const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
    return cause?.code ?? cause?.message ?? message;
  }
}
