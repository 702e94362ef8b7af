/** clamd counts the bytes of a file in 31 bits. */
const MAX_FILE = 2 ** 31 - 1;
/** Distance of the limit for one file above the limit for all files together. */
const MARGIN = 2 ** 20;
/** The largest original that clamd can scan, also if the upload limit is higher. */
export const MOST_BYTES = MAX_FILE - MARGIN;

export interface ClamdSettings {
  readonly socket: string;
  readonly database: string;
  readonly temporary: string;
  /** Of the largest upload. */
  readonly maxBytes: number;
}

/** Bytes that clamd scans for one upload, including unpacked ones. This bounds time and disk space. */
const SCAN_BYTES = 100 * 2 ** 20;

/** Longest scan of one upload (milliseconds); a longer one ends with a limit of ours. */
const SCAN_MS = 60_000;

/** See clamd.conf(5). It listens only on a socket in our folder, without network. */
export function formatClamdConfig({ socket, database, temporary, maxBytes }: ClamdSettings): string {
  const most = Math.min(maxBytes, MOST_BYTES);
  const scanned = Math.min(Math.max(SCAN_BYTES, Math.ceil(1.25 * most)), MOST_BYTES);
  return formatLines({
    LocalSocket: socket,
    LocalSocketMode: '600',
    FixStaleSocket: 'yes',
    DatabaseDirectory: database,
    TemporaryDirectory: temporary,
    // So that it is our child process, and logs to us.
    Foreground: 'yes',
    // New definitions get a new clamd: loading them beside the old ones takes twice the memory.
    ConcurrentDatabaseReload: 'no',
    SelfCheck: '0',
    ExitOnOOM: 'yes',
    MaxThreads: '2',
    StreamMaxLength: most,
    MaxScanSize: scanned,
    // Above the limit for all files, never below it: clamd silently truncates a packed file above this limit (measured
    // with 1.4.6).
    MaxFileSize: scanned + MARGIN,
    PCREMaxFileSize: scanned + MARGIN,
    MaxScanTime: SCAN_MS,
    // Without this, files above a limit count as clean.
    AlertExceedsMax: 'yes',
  });
}

export function formatLines(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings).map(([name, value]) => `${name} ${value}\n`).join('');
}
