import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Writes each whole line of a child to this process's output, where a test can check it. */
export function passOutput({ stdout, stderr }: ChildProcess): void {
  createInterface({ input: stdout! }).on('line', line => process.stdout.write(`${line}\n`));
  createInterface({ input: stderr! }).on('line', line => process.stderr.write(`${line}\n`));
}
