import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLocalServerEnvironment } from '../../environments/local-server';
import { listCode } from '../documents';

jest.setTimeout(120_000);

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'sharing-page-'));
const environment = createLocalServerEnvironment({ processing: true });
/** The answers of the page's commands. */
let answers: any[];

async function bash(script: string): Promise<string> {
  return (await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: folder })).stdout;
}

beforeAll(async () => {
  await environment.start();
  const upload = listCode('README.md', 'bash')[0].replace('http://localhost:8080', environment.url());
  const page = listCode('docs/sharing.md', 'bash');
  expect(page).toHaveLength(2);
  const lines = (await bash([upload, 'echo ===', ...page].join('\n'))).split('===\n')[1].trim().split('\n');
  answers = lines.map(line => JSON.parse(line) as unknown);
});

afterAll(async () => {
  await environment.stop();
  rmSync(folder, { recursive: true });
});

test('docs/sharing.md shares an image, and each viewer sees it', () => {
  const [owner, user, member, shared, ofGroup] = answers;
  const { image_id: id } = owner;
  expect(owner).toMatchObject({ user_id: 'alice', shared_with: ['user:bob', 'group:editors'] });
  for (const view of [user, member]) {
    expect(view).toMatchObject({ image_id: id, status: 'ready' });
    expect(view).not.toHaveProperty('user_id');
  }
  for (const { images } of [shared, ofGroup]) expect(images).toMatchObject([{ image_id: id }]);
});

test('its batch-get has an image and a problem, in the order of the ids', () => {
  const { results } = answers[5];
  expect(results).toMatchObject([{ status: 200, image: { status: 'ready' } }, { status: 404, problem: { code: 'not-found' } }]);
});
