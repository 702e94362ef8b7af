import { bundleHandlers } from './bundle';
import { CLOCK_OFFSET_ENV, shiftClock } from './clock';
import { DataFolder } from './data-folder';
import { HELP, readOptions } from './options';
import { startLocalServer } from './server';
import { showError, showReady, showStep } from './terminal';

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  shiftClock(process.env[CLOCK_OFFSET_ENV]);
  await showStep('build the handlers', bundleHandlers);
  if (options.reset) await showStep(`reset ${options.dataDir}`, async () => new DataFolder(options.dataDir).reset());
  const server = await startLocalServer({ ...options, step: showStep });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close().then(() => process.exit(0), fail));
  }
  showReady(server);
}

function fail(error: unknown): void {
  showError(error);
  process.exit(1);
}

main().catch(fail);
