import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { enterSandbox } from '../../../../lambda/imaging/decoder/sandbox';

/**
 * A compromised decoder tries everything that its user may do, and reports the outcome of each attempt. `open`: without
 * a sandbox.
 */
const [mode, file] = process.argv.slice(2);
const isClosed = mode === 'open' ? false : enterSandbox();

function outcome(attempt: () => unknown): string {
  try {
    return String(attempt());
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function exec(): string {
  const { error, status } = spawnSync('/bin/true');
  if (error) throw error;
  return `ended with ${status}`;
}

const attempts = {
  'environment of its parent': outcome(
    () => /CANARY=([\w-]+)/.exec(readFileSync(`/proc/${process.ppid}/environ`, 'latin1'))?.[1],
  ),
  'memory of its parent': outcome(() => openSync(`/proc/${process.ppid}/mem`, 'r') > 0),
  'a file': outcome(() => readFileSync(file, 'latin1')),
  'a new file': outcome(() => writeFileSync(`${file}.new`, 'x')),
  'a program': outcome(exec),
};

/** Attempts that need no descriptor. Each leaves the folder unchanged, so that the next one can succeed. */
const changes = {
  'a new name': outcome(() => { renameSync(file, `${file}.moved`); renameSync(`${file}.moved`, file); }),
  'a new folder': outcome(() => { mkdirSync(`${file}.folder`); rmdirSync(`${file}.folder`); }),
  'a link': outcome(() => { linkSync(file, `${file}.link`); unlinkSync(`${file}.link`); }),
  'a symbolic link': outcome(() => { symlinkSync(file, `${file}.symlink`); unlinkSync(`${file}.symlink`); }),
  'a mode': outcome(() => chmodSync(file, 0o600)),
  'a time': outcome(() => utimesSync(file, 1, 1)),
  'a file less': outcome(() => unlinkSync(`${file}.spare`)),
};

async function told(begin: (tell: (what: string) => void) => void): Promise<string> {
  return new Promise(resolve => {
    try { begin(resolve); } catch (error) { resolve((error as NodeJS.ErrnoException).code!); }
  });
}

async function main(): Promise<void> {
  // Nothing listens there: a refused connection proves that there was a socket.
  const client = await told(tell => void connect(9, '127.0.0.1')
    .on('error', error => tell((error as NodeJS.ErrnoException).code!))
    .on('connect', () => tell('connected')));
  const server = await told(tell => {
    const listener = createServer().on('error', error => tell((error as NodeJS.ErrnoException).code!));
    listener.listen(0, '127.0.0.1', () => { listener.close(); tell('listens'); });
  });
  // A closed descriptor number is not assigned again.
  closeSync(0);
  const afterClose = outcome(() => readFileSync(file, 'latin1'));
  process.stdout.write(JSON.stringify({
    isClosed,
    changes,
    attempts: { ...attempts, 'a connection': client, 'a server': server, 'a file in the place of another': afterClose },
  }), () => process.exit());
}

void main();
