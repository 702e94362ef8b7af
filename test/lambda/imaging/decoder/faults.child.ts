import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { getPriority } from 'node:os';
import { MAX_JOB_BYTES, readFrames, writeFrame } from '../../../../lambda/imaging/decoder/frames';
import { packAnswer, unpackJob } from '../../../../lambda/imaging/decoder/messages';
import { PIXEL } from '../support/pixel';

/** The command for a decoder of `pool.test.ts`, sent in place of an image. */
export interface Command {
  readonly act: 'answer' | 'answer when told' | 'say' | 'chatter' | 'hang' | 'spin' | 'crash' | 'crash once' | 'fill memory' | 'fault' | 'nonsense';
  /** One line for the start and one for the end of each attempt. */
  readonly log: string;
  readonly milliseconds?: number;
  /** The answer: a head, and blobs in base64. */
  readonly frame?: { readonly head: unknown; readonly blobs: readonly string[] };
}

/** A process that speaks the decoder's protocol and fails as commanded. */
const channel = new Socket({ fd: 3, readable: true, writable: true });
const kill = (): void => void process.kill(process.pid, 'SIGKILL');
channel.on('close', kill);

function answer(log: string): void {
  appendFileSync(
    log,
    `end ${process.pid} ${JSON.stringify({ env: process.env, execArgv: process.execArgv, priority: getPriority() })}\n`,
  );
  writeFrame(channel, packAnswer({ kind: 'image', image: PIXEL }));
}

function once(marker: string): boolean {
  if (existsSync(marker)) return false;
  writeFileSync(marker, '');
  return true;
}

function fill(): void {
  const hoard: Buffer[] = [];
  setInterval(() => hoard.push(Buffer.alloc(20_000_000, 1)), 5);
}

/** Uses this much processor time, however long that takes. */
function spin(milliseconds: number): void {
  const { user: userBefore, system: systemBefore } = process.cpuUsage();
  const before = userBefore + systemBefore;
  for (let spent = 0; spent < milliseconds * 1000;) {
    const { user, system } = process.cpuUsage();
    spent = user + system - before;
  }
}

const ACTS: Record<Command['act'], (command: Command) => void> = {
  'answer': ({ log, milliseconds = 0 }) => void setTimeout(() => answer(log), milliseconds),
  'answer when told': ({ log }) => {
    const look = setInterval(() => {
      if (!existsSync(`${log}.told`)) return;
      clearInterval(look);
      answer(log);
    }, 10);
  },
  'say': ({ frame }) =>
    writeFrame(channel, { head: frame!.head, blobs: frame!.blobs.map(blob => Buffer.from(blob, 'base64')) }),
  'chatter': ({ log }) => { answer(log); setTimeout(() => answer(log), 100); },
  'hang': () => void setInterval(() => undefined, 1000),
  'spin': ({ log, milliseconds = 60_000 }) => { spin(milliseconds); answer(log); },
  'crash': ({ milliseconds = 0 }) => void setTimeout(() => process.kill(process.pid, 'SIGSEGV'), milliseconds),
  'crash once': ({ log }) => once(`${log}.crashed`) ? kill() : answer(log),
  'fill memory': fill,
  'fault': () => writeFrame(channel, packAnswer({ kind: 'fault', message: 'no such encoder' })),
  'nonsense': () => void channel.write(Buffer.alloc(64, 0xff)),
};

readFrames(channel, MAX_JOB_BYTES, frame => {
  const command = JSON.parse(Buffer.from(unpackJob(frame).bytes).toString()) as Command;
  appendFileSync(command.log, `start ${process.pid}\n`);
  ACTS[command.act](command);
}, kill);
writeFrame(channel, packAnswer({ kind: 'ready', isClosed: true }));
