import type { OpenBackend } from './backends/backend';
import { bundleHandlers } from './bundle';
import { readEmulator, type Emulator } from './emulator';
import { LOCAL } from './names';
import { forbidDataOptions, formatResetCommand, HELP, readOptions, type Options } from './options';
import { showReady } from './ready-message';
import { CLOCK_OFFSET_ENV, shiftClock } from './server/clock';
import { logPlainly } from './server/log-lines';
import { showError, showStep } from './terminal';

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  const emulator = readEmulator(process.env);
  if (emulator) forbidDataOptions(options, emulator);
  let stop = async (): Promise<void> => undefined;
  // Set early: the first process of a container gets only the signals that it handles.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().then(() => process.exit(0), fail));
  }
  shiftClock(process.env[CLOCK_OFFSET_ENV]);
  logPlainly();
  await showStep('build the handlers', bundleHandlers);
  const backend = emulator ? await openEmulatedBackend(emulator, options) : await openEmbeddedBackend(options);
  const { startLocalServer } = await import('./server/local-server');
  const server = await startLocalServer({
    ...options, events: chooseEvents(options), backend, step: showStep, logsDecisions: true,
  });
  stop = server.close;
  showReady(server, options.dataDir ?? LOCAL.DATA_FOLDER);
}

/** Undefined: no events, so the table keeps no changes. */
function chooseEvents({ onEvent: url, verbose: isVerbose }: Options): { url?: string; isVerbose: boolean } | undefined {
  return url !== undefined || isVerbose ? { url, isVerbose } : undefined;
}

async function openEmulatedBackend(emulator: Emulator, { waitMs }: Options): Promise<OpenBackend> {
  const { createEmulatedBackend } = await import('./backends/emulated');
  return createEmulatedBackend(emulator, { waitMs, announce: console.log });
}

async function openEmbeddedBackend({ dataDir = LOCAL.DATA_FOLDER, reset }: Options): Promise<OpenBackend> {
  if (reset) await showStep(`reset ${dataDir}`, async () => resetData(dataDir));
  const { createEmbeddedBackend } = await showStep('load the engines', async () => import('./backends/embedded'));
  return createEmbeddedBackend(dataDir, formatResetCommand(process.argv.slice(2)));
}

async function resetData(dataDir: string): Promise<void> {
  const { DataFolder } = await import('./backends/data-folder');
  await new DataFolder(dataDir).reset();
}

function fail(error: unknown): void {
  showError(error, 'npm start');
  process.exit(1);
}

main().catch(fail);
