import { create, type Handler } from '../create-request';

/**
 * Runs in a fresh process and prints the CPU time of one cold start: importing the handler in the file named by the
 * argument, and its first create.
 */
async function main(file: string): Promise<void> {
  const before = process.cpuUsage();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the handler is a file of CommonJS, as on Lambda
  const { handler } = require(file) as { handler: Handler };
  await create(handler);
  const { user, system } = process.cpuUsage(before);
  process.stderr.write(JSON.stringify({ micros: user + system }));
  process.exit();
}

void main(process.argv[2]);
