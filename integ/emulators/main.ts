import { mkdtempSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createDeployPass } from './deploy-pass';
import { createLeastPrivilegePass } from './least-privilege-pass';
import { HELP, readOptions } from './options';
import { runPass } from './pass';
import { endAll } from './processes';
import { Progress } from './progress';
import { showError } from '../../local/terminal';

const LOGS = join(__dirname, '..', '..', 'tmp', 'integ-local');

/** Each run leaves assemblies, logs and the functions' code. */
const KEPT_RUNS = 9;

function removeOldRuns(): void {
  const runs = readdirSync(LOGS).map(name => join(LOGS, name)).sort(
    (a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs,
  );
  for (const run of runs.slice(KEPT_RUNS)) rmSync(run, { recursive: true, force: true });
}

async function main(): Promise<void> {
  // Each SDK client prints this warning, and it is only about the version of Node.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const options = readOptions(process.argv.slice(2), process.env);
  if (options.help) {
    console.log(HELP);
    return;
  }
  mkdirSync(LOGS, { recursive: true });
  removeOldRuns();
  const progress = new Progress(mkdtempSync(join(LOGS, `${options.emulator}-${options.pass}-`)));
  try {
    const makePass = options.pass === 'deploy' ? createDeployPass : createLeastPrivilegePass;
    await runPass(makePass(options, progress), options.keep, progress);
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}\n`);
    if (progress.ok) progress.count({ passed: 0, failed: 1 });
  }
  console.log(`\n${progress.formatSummary()}`);
  process.exitCode = progress.ok ? 0 : 1;
}

for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void endAll().finally(() => process.exit(130)));
}

main().catch(error => {
  showError(error, 'npm run integ:local');
  process.exitCode = 1;
});
