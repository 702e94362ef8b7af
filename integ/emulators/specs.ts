import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEPLOYMENT_FILE } from './deployment';
import { run } from './processes';
import type { Progress } from './progress';

const ROOT = join(__dirname, '..', '..');
const CONFIG = join(__dirname, 'jest.config.json');

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string }[];
  }[];
}

export interface SpecRun {
  /** Regular expression over the files in `specs/`. */
  readonly pattern: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly deploymentFile: string;
  readonly workers: number;
}

/** Runs specs with jest against the deployed stack, counts their tests, and returns the full names of all. */
export async function runSpecs(
  progress: Progress, { pattern, environment, deploymentFile, workers }: SpecRun,
): Promise<string[]> {
  const output = join(progress.folder, `specs-${pattern.replace(/\W+/g, '-')}.json`);
  const { path, write } = progress.log('specs.log');
  const args = [
    'jest', '--config', CONFIG, '--maxWorkers', `${workers}`, '--json', '--outputFile', output,
    `integ/emulators/specs/(${pattern})\\.test\\.ts$`,
  ];
  const failure = await run(
    'npx', args, { cwd: ROOT, env: { ...environment, [DEPLOYMENT_FILE]: deploymentFile } }, showFiles(write, progress),
  )
    .then(() => undefined, (error: Error) => error);
  if (!existsSync(output)) throw failure ?? new Error(`jest wrote no report, see ${path}`);
  const report = JSON.parse(readFileSync(output, 'utf8')) as Report;
  const tally = { passed: report.numPassedTests, failed: report.numFailedTests + report.numRuntimeErrorTestSuites };
  progress.count(tally);
  progress.showNote(`${tally.passed} tests passed, ${tally.failed} failed`);
  if (failure) {
    throw new Error(
      `${report.testResults.map(({ message }) => message).join('\n').trim() || failure.message}\nall of it: ${path}`,
    );
  }
  return report.testResults.flatMap(({ assertionResults }) => assertionResults.map(({ fullName }) => fullName));
}

/** A contract takes minutes: each finished spec file shows progress. */
function showFiles(write: (text: Uint8Array) => void, progress: Progress): (text: Uint8Array) => void {
  return text => {
    write(text);
    for (const [, verdict, file, time = ''] of Buffer.from(text).toString().matchAll(
      /^(PASS|FAIL) \S*\/(\S+)\.test\.ts(?: \((.+)\))?/gm,
    )) {
      progress.showNote(`${verdict === 'PASS' ? 'passed' : 'failed'}: ${file} ${time}`.trimEnd());
    }
  };
}
