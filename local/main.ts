import { bundleHandlers } from './bundle';
import { CLOCK_OFFSET_ENV, shiftClock } from './clock';
import { HELP, readOptions } from './options';
import { showError, showReady, showStep } from './terminal';

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  shiftClock(process.env[CLOCK_OFFSET_ENV]);
  await showStep('build the handlers', bundleHandlers);
  if (options.reset) await showStep(`reset ${options.dataDir}`, async () => resetData(options.dataDir));
  const { startLocalServer } = await showStep('load the engines', async () => import('./server'));
  const server = await startLocalServer({ ...options, step: showStep });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close().then(() => process.exit(0), fail));
  }
  showReady(server);
}

async function resetData(dataDir: string): Promise<void> {
  const { DataFolder } = await import('./data-folder');
  await new DataFolder(dataDir).reset();
}

function fail(error: unknown): void {
  showError(error);
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) console.error('npm start -- --help shows what there is');
  process.exit(1);
}

main().catch(fail);
