import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs a command to its end with its output in `write`; an error carries the last of it. */
export async function run(command: string, args: readonly string[], options: SpawnOptions, write: (text: Uint8Array) => void): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const last: Buffer[] = [];
  const take = (chunk: Buffer): void => {
    write(chunk);
    last.push(chunk);
    if (last.length > 200) last.shift();
  };
  child.stdout!.on('data', take);
  child.stderr!.on('data', take);
  const [code, signal] = await once(child, 'close') as [number | null, string | null];
  if (code === 0) return;
  throw new Error(`${command} ${args.join(' ')} ended with ${signal ?? `code ${code}`}:\n${Buffer.concat(last).toString().split('\n').slice(-40).join('\n')}`);
}

/** A command that goes on, in a process group of its own, so that what it starts ends with it. Its log is a file: it may outlive us. */
export function start(command: string, args: readonly string[], options: SpawnOptions, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  return child;
}

const PATIENCE_MS = 15_000;

/** Ends a group that we started: first by `signal`, then, whoever has not heard it, by SIGKILL. */
export async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  signalGroup(child, signal);
  // All of the group, not its leader alone: what an emulator started elsewhere is ended by members that need a moment.
  for (const until = performance.now() + PATIENCE_MS; signalGroup(child, 0) && performance.now() < until;) await sleep(100);
  signalGroup(child, 'SIGKILL');
}

/** False if nobody is left in the group. */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return child.pid !== undefined && process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
