import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { newestCdk } from '../../projenrc/newest-cdk/packages';

/**
 * Runs the tests that synthesize against the newest aws-cdk-lib; `npm test` runs them against the oldest one that the
 * package accepts. Arguments go to jest.
 */
const ROOT = join(__dirname, '..', '..');
const TESTS = [
  'test/construct', 'test/conventions/defaults', 'test/conventions/fresh-app', 'test/conventions/props-honoured',
];

/**
 * Maps every import of the two packages to the newest copy, also imports by packages such as cdk-nag: two copies do not
 * mix.
 */
function mapping(modules: string): object {
  return Object.fromEntries(['aws-cdk-lib', 'constructs'].map(name => [`^${name}($|/.*)`, `${join(modules, name)}$1`]));
}

const modules = newestCdk();
const { status } = spawnSync(
  'npx', ['jest', `--moduleNameMapper=${JSON.stringify(mapping(modules))}`, ...TESTS, ...process.argv.slice(2)], {
    cwd: ROOT, stdio: 'inherit', env: { ...process.env, CDK_MODULES: modules },
  },
);
process.exit(status ?? 1);
