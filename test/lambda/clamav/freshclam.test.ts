import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runFreshclam } from '../../../lambda/clamav/freshclam';
import { describeIfMet, REQUIREMENTS } from '../../support/requirements';

jest.setTimeout(60_000);

/**
 * ClamAV signs its definitions, so our mirrors cannot have any. These tests check how freshclam uses our settings, and
 * which state it keeps.
 */
describeIfMet(REQUIREMENTS.freshclam)('a real freshclam', () => {
  let folder: string;
  let server: Server;
  let asked: string[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'freshclam-'));
    mkdirSync(join(folder, 'database'));
    // freshclam started by root switches to another user.
    for (const path of [folder, join(folder, 'database')]) chmodSync(path, 0o777);
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url!);
      response.writeHead(429, { 'retry-after': '3600' }).end();
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await new Promise(resolve => { server.close(resolve).closeAllConnections(); });
    rmSync(folder, { recursive: true });
  });

  test('does not ask again a mirror that told it to wait, as long as it has what it remembers', async () => {
    const run = async () => runFreshclam(
      folder, join(folder, 'database'), `http://127.0.0.1:${(server.address() as AddressInfo).port}`, 50_000,
    );
    await run().catch((error: Error) => expect(error.message).toMatch(
      /^freshclam ended with code \d+: [^]*ClamAV update process started/,
    ));
    expect(asked.length).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'database', 'freshclam.dat'))).toBe(true);
    const before = asked.length;
    // It has done nothing and succeeds.
    await run();
    expect(asked).toHaveLength(before);
    rmSync(join(folder, 'database', 'freshclam.dat'));
    await run().catch(() => undefined);
    expect(asked.length).toBeGreaterThan(before);
  });
});
