/** Bytes that clamd can count: its limits are of 32 bits. */
const MOST = 2 ** 31 - 1;

export interface ClamdSettings {
  readonly socket: string;
  readonly database: string;
  readonly temporary: string;
  /** Of the largest upload. */
  readonly maxBytes: number;
}

/** As much as clamd unpacks of one upload: its own default, or what is in proportion to the uploads. */
const SCAN_BYTES = 400 * 2 ** 20;

/** How long clamd looks at one upload (milliseconds); an answer that takes longer is a limit of ours. */
const SCAN_MS = 60_000;

/** See clamd.conf(5). It listens on a socket in our folder only, and has no business with the network. */
export function clamdConfig({ socket, database, temporary, maxBytes }: ClamdSettings): string {
  const most = Math.min(maxBytes, MOST);
  return lines({
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
    MaxFileSize: most,
    StreamMaxLength: most,
    PCREMaxFileSize: most,
    MaxScanSize: Math.min(Math.max(SCAN_BYTES, 4 * most), MOST),
    MaxScanTime: SCAN_MS,
    // Without this, what is over a limit counts as clean.
    AlertExceedsMax: 'yes',
  });
}

export function lines(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings).map(([name, value]) => `${name} ${value}\n`).join('');
}
