/** clamd counts the bytes of a file in 31 bits. */
const MAX_FILE = 2 ** 31 - 1;
/** How far the limit of one file is above that of all together. */
const MARGIN = 2 ** 20;
/** The largest original that clamd is given, whatever the largest upload is. */
export const MOST_BYTES = MAX_FILE - MARGIN;

export interface ClamdSettings {
  readonly socket: string;
  readonly database: string;
  readonly temporary: string;
  /** Of the largest upload. */
  readonly maxBytes: number;
}

/** Bytes that clamd looks at for one upload, with all that it unpacks: what bounds time and disk. */
const SCAN_BYTES = 100 * 2 ** 20;

/** How long clamd looks at one upload (milliseconds); an answer that takes longer is a limit of ours. */
const SCAN_MS = 60_000;

/** See clamd.conf(5). It listens on a socket in our folder only, and has no business with the network. */
export function formatClamdConfig({ socket, database, temporary, maxBytes }: ClamdSettings): string {
  const most = Math.min(maxBytes, MOST_BYTES);
  const scanned = Math.min(Math.max(SCAN_BYTES, Math.ceil(1.25 * most)), MOST_BYTES);
  return formatLines({
    LocalSocket: socket,
    LocalSocketMode: '600',
    FixStaleSocket: 'yes',
    DatabaseDirectory: database,
    TemporaryDirectory: temporary,
    // So that it is our child, and its log comes to us.
    Foreground: 'yes',
    // New definitions come with a new clamd: to load them beside the old ones takes twice the memory.
    ConcurrentDatabaseReload: 'no',
    SelfCheck: '0',
    ExitOnOOM: 'yes',
    MaxThreads: '2',
    StreamMaxLength: most,
    MaxScanSize: scanned,
    // Over the limit of the whole, never under it: a packed file that is over this one is cut there without a word (measured with 1.4.6).
    MaxFileSize: scanned + MARGIN,
    PCREMaxFileSize: scanned + MARGIN,
    MaxScanTime: SCAN_MS,
    // Without this, what is over a limit counts as clean.
    AlertExceedsMax: 'yes',
  });
}

export function formatLines(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings).map(([name, value]) => `${name} ${value}\n`).join('');
}
