import { findSecrets } from './canaries';

export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly message: string };

/** Every log line has these fields. */
export const FIXED_FIELDS = ['level', 'message', 'timestamp', 'service'] as const;
/** Every line of an invocation has these, too. */
export const INVOCATION_FIELDS = ['cold_start', 'function_request_id'] as const;

/** Lambda's runtime writes lines of its own. */
const RUNTIME = /^(START|END|REPORT|INIT_START) /;

/** The output of functions: log lines, metrics in the embedded metric format (a line can be both), and other text. */
export class CapturedLogs {
  private text = '';

  add(chunk: string | Buffer): void {
    this.text += chunk.toString();
  }

  /** Whole lines only: the rest of a line may still come. */
  get lines(): string[] {
    return this.text.split('\n').slice(0, -1).filter(line => line !== '' && !RUNTIME.test(line));
  }

  get logs(): LogLine[] {
    return this.parsed.filter((line): line is LogLine => line?.message !== undefined);
  }

  get metrics(): Record<string, unknown>[] {
    return this.parsed.filter(line => line !== undefined && '_aws' in line) as Record<string, unknown>[];
  }

  /** Lines with a message. */
  withMessage(message: string): LogLine[] {
    return this.logs.filter(line => line.message === message);
  }

  /** Lists the faults of the lines: no JSON, a missing field, a secret. */
  findFaults(): string[] {
    return this.lines.flatMap(findLineFaults);
  }

  private get parsed(): (Record<string, unknown> | undefined)[] {
    return this.lines.map(parseObject);
  }
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}

/** Lists the faults of a line: no JSON, a missing field, a secret. */
export function findLineFaults(line: string): string[] {
  return listFaults(line, parseObject(line)).map(fault => `${fault}: ${line}`);
}

function listFaults(line: string, parsed: Record<string, unknown> | undefined): string[] {
  const secrets = findSecrets(line).map(secret => `holds ${secret}`);
  if (parsed === undefined) return ['is no JSON', ...secrets];
  const needed = '_aws' in parsed && !('message' in parsed) ? ['service'] : [...FIXED_FIELDS, ...INVOCATION_FIELDS];
  return [...needed.filter(name => parsed[name] === undefined).map(name => `lacks ${name}`), ...secrets];
}
