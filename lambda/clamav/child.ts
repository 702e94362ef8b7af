import { type ChildProcess, spawn } from 'node:child_process';

/** The end of a program's output: enough to see why it ended. */
const KEPT_CHARACTERS = 4000;

const URLS = /\b[a-z][a-z+.-]*:\/\/\S+/gi;

export interface Child {
  readonly process: ChildProcess;
  /** How it ended; never rejects. */
  readonly ended: Promise<string>;
  hasEnded(): boolean;
  /** Its latest output, without URLs: that of a mirror can hold a password. */
  output(): string;
}

/**
 * Starts one of ClamAV's programs. It reads hostile bytes or uses the network, so it gets no part of our environment,
 * least of all credentials.
 */
export function startChild(command: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Child {
  const { PATH, LD_LIBRARY_PATH } = process.env;
  const child = spawn(command, args, {
    env: { PATH, ...(LD_LIBRARY_PATH && { LD_LIBRARY_PATH }), ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => { said = (said + text).slice(-KEPT_CHARACTERS); });
  }
  let end: string | undefined;
  const ended = new Promise<string>(resolve => {
    const settle = (how: string) => resolve(end ??= how);
    child.once('error', error => settle(`${command} could not be started: ${error.message}`));
    child.once(
      'close',
      (code, signal) => settle(signal ? `${command} was ended by ${signal}` : `${command} ended with code ${code}`),
    );
  });
  return { process: child, ended, hasEnded: () => end !== undefined, output: () => said.replace(URLS, '<URL>') };
}
