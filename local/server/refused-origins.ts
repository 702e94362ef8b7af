import type { IncomingMessage } from 'node:http';

/** A hostile page could send requests from any number of frames with origins of their own. */
const MOST_LOGGED = 20;

/**
 * Logs each origin whose pages call without being listed, once, with the option that allows it. The browser tells its console only that CORS failed,
 * and many of these requests succeed here: only the page does not see the answer.
 */
export class RefusedOrigins {
  private readonly logged = new Set<string>();

  constructor(private readonly allowed: readonly string[], private readonly log: (message: string) => void = console.warn) {}

  logRefusal({ headers: { origin, host } }: IncomingMessage): void {
    if (origin === undefined || this.allowed.includes(origin) || origin === `http://${host}`) return;
    if (this.logged.has(origin) || this.logged.size >= MOST_LOGGED) return;
    this.logged.add(origin);
    this.log(formatMessage(origin));
  }
}

function formatMessage(origin: string): string {
  // Sandboxed frames and local files send `null`, and any program sends anything.
  if (!/^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.:[\]-]+$/i.test(origin)) return `a page without an origin of its own was refused, origin: ${JSON.stringify(origin)}; serve it over http`;
  return `a page of ${origin} was refused; to allow its origin, start the server with --cors-origin ${origin}`;
}
