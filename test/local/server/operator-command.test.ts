import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeAws } from '../../cli/fake-aws';
import { ServerProcess } from '../support/server-process';

jest.setTimeout(120_000);

test('the built command lists failed images of the local server, and names its function if --stack is given', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'operator-'));
  const server = new ServerProcess(['--port', '0', '--data', folder]);
  const command = new FakeAws();
  try {
    await command.start();
    const endpoint = await server.url();
    expect(await command.runAnywhere('failed', '--function', 'operator', '--endpoint', endpoint)).toEqual({
      code: 0, out: '', err: 'no failed images (0 items read)\n',
    });
    expect((await command.runAnywhere('failed', '--stack', 'Photos', '--endpoint', endpoint)).err).toContain(
      'on the local server --function operator',
    );
  } finally {
    await server.end('SIGTERM');
    command.stop();
    rmSync(folder, { recursive: true });
  }
});
