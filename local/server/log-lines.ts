import { DECISION, describeDenial } from './denied-tokens';
import { COMMON_ENV } from '../../src/contract';

type Line = Record<string, unknown> & { readonly level: string; readonly message: string };

/** Fields of every line of the handlers' logger. */
const COMMON = [
  'level', 'message', 'timestamp', 'service', 'sampling_rate', 'xray_trace_id', 'error', 'cold_start',
  'function_request_id',
];

/**
 * The handlers log JSON with error stacks for CloudWatch. Unless the level is DEBUG, a terminal shows plain lines
 * instead. Denied tokens go to standard error.
 */
export function logPlainly(streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr]): void {
  if (process.env[COMMON_ENV.LOG_LEVEL] === 'DEBUG') return;
  for (const stream of streams) {
    const write = stream.write.bind(stream);
    stream.write = ((chunk: unknown, ...rest: never[]) => {
      const line = typeof chunk === 'string' ? parseLine(chunk) : undefined;
      if (line?.message === DECISION) return reportDecision(line);
      return write(typeof chunk === 'string' ? formatPlainly(chunk) : chunk as string, ...rest);
    }) as typeof stream.write;
  }
}

function reportDecision(line: Line): boolean {
  const denial = describeDenial(line);
  return denial === undefined || process.stderr.write(`${denial}\n`);
}

/** `local/events` reports these itself, once: the local bus refuses an event as long as its target is down. */
const REPORTED = ['the event bus refused events; the stream delivers them again'];

/** Formats a line of the handlers' logger. Other text stays unchanged. */
export function formatPlainly(text: string): string {
  const line = parseLine(text);
  if (line && REPORTED.includes(line.message)) return '';
  return line ? `${typeof line.try === 'string' ? formatFailedTry(line) : formatOther(line)}\n` : text;
}

function parseLine(text: string): Line | undefined {
  if (!text.startsWith('{"level":')) return undefined;
  try {
    const line = JSON.parse(text) as Line;
    return typeof line.message === 'string' ? line : undefined;
  } catch {
    return undefined;
  }
}

function formatFailedTry(line: Line): string {
  const subject = line.image_id === undefined ? `message ${String(line.message_id)}` : `image ${String(line.image_id)}`;
  const next = line.again_in_s === undefined
    ? 'moving its message to the dead-letter queue'
    : `retry in ${String(line.again_in_s)} s`;
  return `${subject}: try ${String(line.try)} failed: ${describeError(line) ?? line.message}; ${next}`;
}

function formatOther(line: Line): string {
  const facts = Object.entries(line).filter(([name]) => !COMMON.includes(name)).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const error = describeError(line);
  return `${line.level}: ${line.message}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}${error === undefined ? '' : `: ${error}`}`;
}

interface LoggedError {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly cause?: LoggedError;
}

/** An error has a message only if the service wrote it. The name of its first cause says more than its own. */
function describeError({ error }: Line): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  let { name, message, code, cause } = error as LoggedError;
  const own = message ?? code ?? name;
  while (cause) ({ name, message, code, cause } = cause);
  const first = message ?? code ?? name;
  return first === own ? own : `${own} (${first})`;
}
