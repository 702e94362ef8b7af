/** Runs in a fresh process and prints the CPU time of importing the handler in the file named by the argument. */
const before = process.cpuUsage();
// eslint-disable-next-line @typescript-eslint/no-require-imports -- the handler is a file of CommonJS, as on Lambda
const { handler } = require(process.argv[2]) as { handler?: unknown };
const { user, system } = process.cpuUsage(before);
if (typeof handler !== 'function') throw new Error(`a handler must be exported, got: ${typeof handler}`);
process.stderr.write(JSON.stringify({ micros: user + system }));
process.exit();
