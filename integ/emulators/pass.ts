import { apiUrl, type Deployed, type Target } from './deployment';
import type { Emulator } from './emulator';
import type { Progress } from './progress';
import { Quickstart } from './quickstart';
import { bundleHandlers } from '../../local/bundle';

/** One way through: an emulator, what is deployed and tested on it, and what is left to test when the stack is gone. */
export interface Pass {
  readonly target: Target;
  open(): Promise<Emulator>;
  work(quickstart: Quickstart): Promise<Deployed>;
  afterwards?(quickstart: Quickstart): Promise<void>;
}

/** Runs a pass; keeps the logs of one that fails, and the emulator and its stack of one that should be kept. */
export async function runPass(pass: Pass, keep: boolean, progress: Progress): Promise<void> {
  await progress.step('build the handlers', bundleHandlers);
  const emulator = await progress.step(`open ${pass.target}`, async () => pass.open());
  const quickstart = new Quickstart(pass.target, emulator, progress);
  try {
    const stack = await pass.work(quickstart);
    if (keep) showUrls(emulator, stack);
    else await finish(pass, quickstart, stack);
  } catch (error) {
    await quickstart.keepLogs();
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

function showUrls({ name, endpoint, certificate }: Emulator, stack: Deployed): void {
  const url = apiUrl(stack);
  console.log(`
${name} goes on at ${endpoint}, the API at ${url}

curl ${certificate ? `--cacert ${certificate} ` : ''}${url}/images --aws-sigv4 aws:amz:us-east-1:execute-api --user test:test -H 'x-user-id: alice'
${certificate ? `NODE_EXTRA_CA_CERTS=${certificate} ` : ''}AWS_ENDPOINT_URL=${endpoint} npm start     # the local server on this emulator

If it was started here, end it by killing the process that listens on port ${new URL(endpoint).port}.`);
}
