import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './compiled';

jest.setTimeout(60_000);

const FOLDER = join(ROOT, 'examples', 'quickstart');

/** The bucket's deletion policy. CDK passes the context of its command line in CDK_CONTEXT_JSON. */
function readBucketPolicy(context: Record<string, string>): string | undefined {
  const { app } = JSON.parse(readFileSync(join(FOLDER, 'cdk.json'), 'utf8')) as { app: string };
  const [command, ...args] = app.split(' ');
  const outdir = mkdtempSync(join(tmpdir(), 'quickstart-'));
  try {
    execFileSync(command, args, {
      cwd: FOLDER,
      stdio: 'pipe',
      env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
    });
    const template = JSON.parse(readFileSync(join(outdir, 'Quickstart.template.json'), 'utf8')) as {
      Resources: Record<string, { Type: string; DeletionPolicy?: string }>;
    };
    return Object.values(template.Resources).find(({ Type }) => Type === 'AWS::S3::Bucket')?.DeletionPolicy;
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

test('only on an emulator the bucket goes with the stack', () => {
  expect(readBucketPolicy({})).toBe('RetainExceptOnCreate');
  expect(readBucketPolicy({ emulator: 'false' })).toBe('RetainExceptOnCreate');
  expect(readBucketPolicy({ emulator: 'true' })).toBe('Delete');
  expect(() => readBucketPolicy({ emulator: 'yes' })).toThrow('--context emulator must be true or false, got: yes');
});
