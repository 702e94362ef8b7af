import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Process groups that we must end, each with the signal that ends it. */
const ours = new Map<ChildProcess, Signal>();

type Signal = 'SIGTERM' | 'SIGKILL';

// Last resort: a child that still runs when this process ends would run forever.
process.once('exit', () => ours.forEach((_signal, child) => signalGroup(child, 'SIGKILL')));

/** Ends every process that was started here and still runs. */
export async function endAll(): Promise<void> {
  await Promise.all([...ours].map(async ([child, signal]) => end(child, signal)));
}

/** This process's environment without the developer's own AWS settings. */
export function withoutAwsSettings(): NodeJS.ProcessEnv {
  return filterEnvironment(name => !name.startsWith('AWS_'));
}

/**
 * Variables that any program needs. MiniStack passes its whole environment to the functions; a variable there could
 * hide a missing one in the template.
 */
export function buildBareEnvironment(): NodeJS.ProcessEnv {
  return filterEnvironment(name => /^(PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|PYTHON\w*|XDG_\w+)$/.test(name));
}

function filterEnvironment(isKept: (name: string) => boolean): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isKept(name)));
}

/** Runs a command to its end and passes its output to `write`; an error includes the last lines. */
export async function run(
  command: string, args: readonly string[], options: SpawnOptions, write: (text: Uint8Array) => void,
): Promise<void> {
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  ours.set(child, 'SIGTERM');
  const last: Buffer[] = [];
  const take = (chunk: Buffer): void => {
    write(chunk);
    last.push(chunk);
    if (last.length > 200) last.shift();
  };
  child.stdout!.on('data', take);
  child.stderr!.on('data', take);
  const [code, signal] = await once(child, 'close').finally(() => ours.delete(child)) as [number | null, string | null];
  if (code === 0) return;
  throw new Error(
    `${command} ${args.join(' ')} ended with ${signal ?? `code ${code}`}:\n${Buffer.concat(last).toString().split('\n').slice(-40).join('\n')}`,
  );
}

/**
 * Starts a command in its own process group, so that its children end with it. It logs to a file, because it may
 * outlive this process.
 */
export function start(
  command: string, args: readonly string[], options: SpawnOptions, logFile: string, signal: Signal,
): ChildProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  ours.set(child, signal);
  // Without a process there is nothing to wait for: `untilHealthy` detects the missing pid.
  child.once('error', error => appendFileSync(logFile, `${error.message}\n`));
  return child;
}

/** Leaves the process running when this process ends. */
export function release(child: ChildProcess): void {
  ours.delete(child);
  child.unref();
}

const PATIENCE_MS = 15_000;

/** Ends a group that we started: first by `signal`, then by SIGKILL for the processes that remain. */
export async function end(child: ChildProcess, signal: Signal): Promise<void> {
  signalGroup(child, signal);
  // Waits for the whole group, not only its leader: members need a moment to end an emulator's own children.
  for (const until = performance.now() + PATIENCE_MS; signalGroup(child, 0) && performance.now() < until;) {
    await sleep(100);
  }
  signalGroup(child, 'SIGKILL');
  ours.delete(child);
}

/** False if the group has no process left. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  try {
    return child.pid !== undefined && process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
