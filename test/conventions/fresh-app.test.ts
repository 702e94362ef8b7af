import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from './compiled';

jest.setTimeout(180_000);

/** `npm run test:newest-cdk` sets another folder. */
const MODULES = process.env.CDK_MODULES ?? join(ROOT, 'node_modules');

const APP = `
import { App, Stack } from 'aws-cdk-lib';
import { ImageService } from '${ROOT}/src';
new ImageService(new Stack(new App(), 'Fresh'), 'Images');
`;

test('an app of `cdk init` with a service without props passes `cdk synth --strict`', () => {
  const home = mkdtempSync(join(tmpdir(), 'fresh-'));
  const cwd = join(home, 'fresh');
  const cdk = (...args: string[]) => execFileSync(join(ROOT, 'node_modules', '.bin', 'cdk'), args, {
    cwd,
    stdio: 'pipe',
    encoding: 'utf8',
    env: { ...process.env, HOME: home, CI: '1' },
  });
  try {
    mkdirSync(cwd);
    cdk('init', 'app', '--language', 'typescript', '--generate-only');
    symlinkSync(join(ROOT, 'node_modules'), join(cwd, 'node_modules'));
    writeFileSync(join(cwd, 'fresh.ts'), APP);
    const paths = Object.fromEntries(['aws-cdk-lib', 'constructs'].flatMap(
      name => [[name, [join(MODULES, name)]], [`${name}/*`, [join(MODULES, name, '*')]]],
    ));
    writeFileSync(join(cwd, 'paths.json'), JSON.stringify({ compilerOptions: { paths } }));
    expect(() => cdk('synth', '--strict', '--quiet', '--app', 'npx tsx --tsconfig paths.json fresh.ts')).not.toThrow();
  } finally {
    rmSync(home, { recursive: true });
  }
});
