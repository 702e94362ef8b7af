import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Answer, Ask, Invoked } from './functions';
import { provideAwslambda } from '../../local/cdn/awslambda';
import { createFunctionUrlOrigin, type StreamingHandler } from '../../local/cdn/function-url';
import { buildLambdaContext } from '../../local/functions/context';
import { loadHandler } from '../../local/functions/handlers';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const TIMEOUT_MS = 60_000;
/** Clock ticks of Linux per second (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;

const load = createRequire(__filename);
const handlers = new Map<string, Handler>();
let logs = { bytes: 0, events: 0 };

/** Counts what a function writes to its log, and shows nothing of it. */
function captureLogs(): void {
  const write = (chunk: string | Uint8Array): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    logs = { bytes: logs.bytes + Buffer.byteLength(text), events: logs.events + (text.match(/\n/g)?.length ?? 0) };
    return true;
  };
  process.stdout.write = write as typeof process.stdout.write;
  process.stderr.write = write as typeof process.stderr.write;
}

function getHandler(name: string): Handler {
  const known = handlers.get(name);
  if (known) return known;
  const loaded = name === 'transform' ? loadTransform() : loadOther(name);
  handlers.set(name, loaded);
  return loaded;
}

/** A path is a peer's bundle; a name is a built function of the service. */
function loadOther(name: string): Handler {
  return name.includes('/') ? (load(name) as { handler: Handler }).handler : loadHandler<Handler>(name);
}

function loadTransform(): Handler {
  provideAwslambda();
  const origin = createFunctionUrlOrigin(loadHandler<StreamingHandler>('transform'), TIMEOUT_MS);
  return async uri => {
    const { status, body } = await origin(uri as string, {});
    return { status, bytes: body.length };
  };
}

/** CPU of this process and of its decoders, in milliseconds. */
function readCpuMs(): number {
  const { user, system } = process.cpuUsage();
  const ticks = listChildren(process.pid).reduce((sum, pid) => sum + readTicks(pid), 0);
  return (user + system) / 1000 + ticks * 1000 / TICKS_PER_SECOND;
}

/** Only Linux has /proc. Elsewhere the CPU of decoders is missing, and only calls can be counted. */
function listChildren(parent: number): string[] {
  if (!existsSync('/proc')) return [];
  return readdirSync('/proc').filter(name => /^\d+$/.test(name) && readStat(name)?.[1] === String(parent));
}

/** User and system time, with that of the process's own children that have ended (proc(5), fields 14 to 17). */
function readTicks(pid: string): number {
  return readStat(pid)?.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) ?? 0;
}

/** The fields of /proc/<pid>/stat after the name, which can hold spaces: field 3 is the first. */
function readStat(pid: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

async function invoke({ name, event }: Ask): Promise<Invoked> {
  const handler = getHandler(name);
  logs = { bytes: 0, events: 0 };
  const before = readCpuMs();
  const result = await handler(event, buildLambdaContext(TIMEOUT_MS));
  return { result, cpuMs: readCpuMs() - before, logBytes: logs.bytes, logEvents: logs.events };
}

captureLogs();
process.on('message', (ask: Ask) => {
  invoke(ask).then(
    invoked => process.send!({ invoked } satisfies Answer),
    (error: unknown) => process.send!({ error: String(error instanceof Error ? error.stack : error) } satisfies Answer),
  );
});
process.on('disconnect', () => process.exit());
process.send!('ready');
