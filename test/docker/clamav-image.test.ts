import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from './compose';
import { readStages } from './dockerfile';
import { HandBuilder } from './hand-builder';
import { bundleHandlers } from '../../local/bundle';
import { describeIfMet, REQUIREMENTS } from '../support/requirements';

jest.setTimeout(60_000);

describeIfMet(REQUIREMENTS.clamd)('Dockerfile.clamav', () => {
  let folder: string;
  const { PATH } = process.env;

  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'clamav-image-')); });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('takes programs that run with the libraries beside them, and the handlers', async () => {
    await bundleHandlers();
    // Amazon publishes the real packages. The packages of this machine replace them, and the build steps on them are
    // real. As in Amazon's packages, clamd is in a folder for administrators, which the image's own PATH does not name.
    const stubs = join(folder, 'stubs');
    mkdirSync(stubs);
    writeFileSync(join(stubs, 'dnf'), '#!/bin/sh\n', { mode: 0o755 });
    const builder = new HandBuilder({
      context: ROOT,
      folder: join(folder, 'stages'),
      nodeBin: dirname(process.execPath),
      stubs,
      layers: new Map(),
      write: () => undefined,
    });
    const { root, cmd } = await builder.build(readStages(join(ROOT, 'Dockerfile.clamav')));
    for (const program of ['clamd', 'freshclam']) {
      const env = { LD_LIBRARY_PATH: join(root, 'opt', 'lib') };
      expect(execFileSync(join(root, 'opt', 'bin', program), ['--version'], { env, encoding: 'utf8' })).toMatch(
        /^ClamAV 1\./,
      );
      const used = execFileSync('ldd', [join(root, 'opt', 'bin', program)], {
        env: { ...env, PATH },
        encoding: 'utf8',
      });
      expect(used).toMatch(/libclamav\.so\.\d+ => \S+\/opt\/lib\//);
      expect(used).not.toContain('not found');
    }
    expect(cmd).toEqual(['scan/index.handler']);
    for (const handler of ['scan', 'refresh']) {
      const script =
        `process.stdout.write(typeof require(${JSON.stringify(join(root, 'var', 'task', handler))}).handler)`;
      const env = {
        PATH,
        BUCKET_NAME: 'a',
        DEFINITIONS_BUCKET_NAME: 'b',
        MAX_UPLOAD_BYTES: '1',
        MAX_DEFINITIONS_AGE_HOURS: '1',
      };
      expect(execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' })).toBe('function');
    }
  });
});
