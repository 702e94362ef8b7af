import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from './child';
import { formatLines } from './clamd-config';
import { ServiceError } from '../domain/errors';

/**
 * ClamAV's own distribution. Its operators ask for freshclam, which keeps to their limits:
 * https://docs.clamav.net/faq/faq-cvd.html
 */
const CLAMAV_MIRROR = 'database.clamav.net';

/**
 * See freshclam.conf(5). `TestDatabases`: databases that cannot be loaded are not accepted. A private mirror serves
 * files only; for ClamAV's own, freshclam first asks DNS for versions.
 */
function formatFreshclamConfig(database: string, mirror: string | undefined): string {
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
 * Updates the databases in a folder, and returns freshclam's output. Throws unless freshclam succeeds. It also succeeds
 * if a mirror told it to wait and it did nothing (1.4.6), so only the databases show their age.
 */
export async function runFreshclam(
  folder: string, database: string, mirror: string | undefined, milliseconds: number,
): Promise<string> {
  const config = join(folder, 'freshclam.conf');
  await writeFile(config, formatFreshclamConfig(database, mirror));
  const child = startChild('freshclam', ['--config-file', config, '--stdout']);
  const timer = setTimeout(() => child.process.kill('SIGKILL'), milliseconds);
  const end = await child.ended;
  clearTimeout(timer);
  if (child.process.exitCode !== 0) throw new ServiceError(`${end}: ${child.output()}`);
  return child.output();
}
