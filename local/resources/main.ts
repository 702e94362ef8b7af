import { createResources } from '.';
import { readEmulator } from '../emulator';
import { isolate } from '../isolate';
import { readResourceOptions, RESOURCES_HELP } from '../options';
import { showError, showStep } from '../terminal';

async function main(): Promise<void> {
  const options = readResourceOptions(process.argv.slice(2));
  if (options.help) {
    console.log(RESOURCES_HELP);
    return;
  }
  const emulator = readEmulator(process.env);
  if (!emulator) {
    throw new Error(
      'AWS_ENDPOINT_URL must name an emulator such as http://127.0.0.1:4566, got: nothing; the embedded engines create their own bucket, table and queues',
    );
  }
  isolate(process.env);
  const processing = options.processing === 'queue';
  await createResources(emulator, { ...options, processing, step: showStep, announce: console.log });
}

main().catch((error: unknown) => {
  showError(error, 'npm run local:create-resources');
  process.exitCode = 1;
});
