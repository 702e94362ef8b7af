import type { IncomingMessage } from 'node:http';

/** A hostile page could send requests from any number of frames with different origins. */
const MOST_LOGGED = 20;

/**
 * Logs each unlisted origin once, with the option that allows it. The browser's console only says that CORS failed.
 * Many of these requests succeed here: only the page cannot read the answer.
 */
export class UnlistedOrigins {
  private readonly logged = new Set<string>();

  constructor(
    private readonly allowed: readonly string[],
    private readonly log: (message: string) => void = console.warn,
  ) {}

  logOnce({ headers: { origin, host } }: IncomingMessage): void {
    if (origin === undefined || this.allowed.includes(origin) || origin === `http://${host}`) return;
    if (this.logged.has(origin) || this.logged.size >= MOST_LOGGED) return;
    this.logged.add(origin);
    this.log(formatMessage(origin));
  }
}

function formatMessage(origin: string): string {
  // Sandboxed frames and local files send `null`, and programs can send any text.
  if (!/^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.:[\]-]+$/i.test(origin)) {
    return `denied a web page without an origin of its own, origin: ${JSON.stringify(origin)}; serve the page over HTTP`;
  }
  return `denied a web page of ${origin}; to allow it, start the server with --cors-origin ${origin}`;
}
