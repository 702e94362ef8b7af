import { create, type Handler } from '../create-request';
import { measureCpuMicros } from '../rounds';

const WARM_UP = 2000;
const REQUESTS = 1000;

async function createMany(handler: Handler, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await create(handler);
}

/**
 * Runs in a fresh process and prints the CPU time of one create by the handler in the file named by the argument, once
 * it is warm.
 */
async function main(file: string): Promise<void> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the handler is a file of CommonJS, as on Lambda
  const { handler } = require(file) as { handler: Handler };
  await createMany(handler, WARM_UP);
  const micros = await measureCpuMicros(() => createMany(handler, REQUESTS));
  process.stderr.write(JSON.stringify({ micros: micros / REQUESTS }));
  process.exit();
}

void main(process.argv[2]);
