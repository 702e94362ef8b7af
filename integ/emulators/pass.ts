import { findApiUrl, type Deployed, type Target } from './deployment';
import { EMULATOR_LOG, type Emulator } from './emulator';
import type { Progress } from './progress';
import { Quickstart } from './quickstart';
import { bundleHandlers } from '../../local/bundle';

/** One run: an emulator, the steps that deploy and test on it, and the tests that follow the stack's deletion. */
export interface Pass {
  readonly target: Target;
  /** The progress text of `open`. */
  readonly opening: string;
  open(): Promise<Emulator>;
  work(quickstart: Quickstart): Promise<Deployed>;
  afterwards?(quickstart: Quickstart): Promise<void>;
}

/** Runs a pass. Keeps the logs of a failed pass, and on request the emulator and its stack. */
export async function runPass(pass: Pass, keep: boolean, progress: Progress): Promise<void> {
  await progress.runStep('build the handlers', async () => bundleHandlers({ zips: true }));
  const emulator = await progress.runStep(pass.opening, async () => pass.open()).catch((error: unknown) => {
    progress.showEnd(EMULATOR_LOG);
    throw error;
  });
  const quickstart = new Quickstart(pass.target, emulator, progress);
  try {
    const stack = await pass.work(quickstart);
    if (keep) showUrls(emulator, stack);
    else await finish(pass, quickstart, stack);
    await quickstart.checkDeviations();
  } catch (error) {
    await quickstart.showLogs();
    progress.showEnd(EMULATOR_LOG);
    if (keep) showEnding(emulator);
    throw error;
  } finally {
    if (keep) emulator.release();
    else await emulator.stop();
  }
}

async function finish(pass: Pass, quickstart: Quickstart, stack: Deployed): Promise<void> {
  await quickstart.destroy(stack);
  await pass.afterwards?.(quickstart);
}

function showUrls(emulator: Emulator, stack: Deployed): void {
  const { endpoint, certificate } = emulator;
  const url = findApiUrl(stack);
  console.log(`
The API is at ${url}

curl ${certificate ? `--cacert ${certificate} ` : ''}${url}/images --aws-sigv4 aws:amz:us-east-1:execute-api --user test:test -H 'x-user-id: alice'
${certificate ? `NODE_EXTRA_CA_CERTS=${certificate} ` : ''}AWS_ENDPOINT_URL=${endpoint} npm start     # the local server on this emulator
`);
  showEnding(emulator);
}

function showEnding({ name, endpoint }: Emulator): void {
  console.log(
    `${name} goes on at ${endpoint}. If it was started here, end it by killing the process that listens on port ${new URL(endpoint).port}.`,
  );
}
