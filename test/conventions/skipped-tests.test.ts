import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './compiled';

const OWN_FILES = ['test/conventions/skipped-tests.test.ts', 'test/support/requirements.ts'];

test('tests are skipped by testIfMet and describeIfMet alone, which give a reason', () => {
  const files = execFileSync('git', ['ls-files', '*.ts'], { cwd: ROOT, encoding: 'utf8' }).split('\n').filter(
    name => name && !OWN_FILES.includes(name),
  );
  const misses = files.filter(
    name => /\b(test|it|describe)\.(skip|todo)\b|\bx(it|test|describe)\(|\breturn console\.warn\(/.test(
      readFileSync(join(ROOT, name), 'utf8'),
    ),
  );
  expect(misses).toEqual([]);
});

describe('the reporter of skipped tests', () => {
  let folder: string;

  beforeAll(() => {
    mkdirSync(join(ROOT, 'tmp'), { recursive: true });
    folder = mkdtempSync(join(ROOT, 'tmp', 'skipped-'));
    const helper = JSON.stringify(join(ROOT, 'test', 'support', 'requirements'));
    const lines = [
      `import { describeIfMet, testIfMet } from ${helper};`,
      "const missing = { name: 'a thing', isMet: false, enable: 'install it' };",
      "describeIfMet(missing)('a suite', () => { test('one', () => { throw new Error('ran'); }); });",
      "testIfMet(missing)('two', () => { throw new Error('ran'); });",
      "testIfMet({ ...missing, isMet: true })('runs', () => undefined);",
      "test.skip('three', () => undefined);",
    ];
    writeFileSync(join(folder, 'sample.test.ts'), lines.join('\n'));
    writeFileSync(join(folder, 'jest.config.json'), JSON.stringify({
      rootDir: folder,
      testEnvironment: 'node',
      reporters: [join(ROOT, 'test', 'support', 'skipped-tests-reporter.js')],
      transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: join(ROOT, 'tsconfig.dev.json') }] },
    }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function runJest(...args: string[]): string {
    const jest = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');
    const env = { ...process.env, SKIPPED_TESTS_FILE: join(folder, 'skipped') };
    const { stderr, status } = spawnSync(
      process.execPath,
      [jest, '--config', join(folder, 'jest.config.json'), ...args],
      { cwd: folder, env, encoding: 'utf8' },
    );
    expect({ status, stderr }).toMatchObject({ status: 0 });
    return stderr;
  }

  test('lists each reason once, with its remedy and its suites', () => {
    const expected = [
      'a thing (2 tests in sample.test.ts): install it',
      'no reason given (1 test in sample.test.ts): use testIfMet or describeIfMet of test/support/requirements.ts',
    ];
    expect(runJest()).toBe(`\nSkipped, and how to enable it:\n${expected.map(line => `  ${line}\n`).join('')}`);
    expect(readFileSync(join(folder, 'skipped'), 'utf8')).toBe(expected.map(line => `${line}\n`).join(''));
  });

  test('does not list tests that a filter left out', () => {
    expect(runJest('--testNamePattern', 'runs')).not.toContain('no reason given');
  });
});
