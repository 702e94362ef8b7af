import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from './child';
import { formatLines } from './clamd-config';

/** ClamAV's own distribution. Its makers ask for freshclam, which keeps to their limits: https://docs.clamav.net/faq/faq-cvd.html */
const CLAMAV_MIRROR = 'database.clamav.net';

/**
 * See freshclam.conf(5). `TestDatabases`: what cannot be loaded is not taken. A private mirror is asked for its files alone; ClamAV's own is asked for
 * versions by DNS first.
 */
export function formatFreshclamConfig(database: string, mirror: string | undefined): string {
  return formatLines({
    DatabaseDirectory: database,
    ...mirror === undefined ? { DatabaseMirror: CLAMAV_MIRROR } : { PrivateMirror: mirror },
    TestDatabases: 'yes',
    ScriptedUpdates: 'yes',
    CompressLocalDatabase: 'no',
    MaxAttempts: '3',
    ConnectTimeout: '30',
    ReceiveTimeout: '120',
  });
}

/**
 * Brings the databases in a folder up to date, and tells what freshclam said. Throws unless it was content, which it is also where a mirror
 * told it to wait and it did nothing (1.4.6): only the databases themselves tell how new they are.
 */
export async function runFreshclam(folder: string, database: string, mirror: string | undefined, milliseconds: number): Promise<string> {
  const config = join(folder, 'freshclam.conf');
  await writeFile(config, formatFreshclamConfig(database, mirror));
  const child = startChild('freshclam', ['--config-file', config, '--stdout']);
  const timer = setTimeout(() => child.process.kill('SIGKILL'), milliseconds);
  const end = await child.ended;
  clearTimeout(timer);
  if (child.process.exitCode !== 0) throw new Error(`${end}: ${child.output()}`);
  return child.output();
}
