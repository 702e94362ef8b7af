import { findSecrets } from './canaries';
import { listResources } from '../../src/contract';

/**
 * Checks each log line that the handlers write in a test run: no line holds a secret, or a text that a client has just
 * sent.
 */

/** A shorter text can occur in a line by chance. */
const SHORTEST_INPUT = 8;
/** Inputs that are still searched for: a process of its own writes its lines a little later. */
const KEPT_INPUTS = 200;

/** Log lines name the route. */
const ROUTES = listResources().join(' ');

const inputs: string[] = [];
const faults: string[] = [];

/** From now on, no log line may hold this text of a client. */
export function watchInput(text: unknown): void {
  if (typeof text !== 'string' || text.length < SHORTEST_INPUT || inputs.includes(text)) return;
  if (ROUTES.includes(text)) return;
  inputs.push(text);
  if (inputs.length > KEPT_INPUTS) inputs.shift();
}

/** Removes and returns the faults so far. */
export function takeFaults(): string[] {
  return faults.splice(0);
}

/** Checks and removes the lines of the handlers' logger; all other output passes. */
export function watchOutput(streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr]): () => void {
  const originals = streams.map(stream => stream.write);
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (text: unknown, ...rest: unknown[]) => boolean;
    stream.write = ((chunk: unknown, ...rest: unknown[]) => {
      const others = checkLines(String(chunk));
      return others === '' || write(others, ...rest);
    }) as typeof stream.write;
  }
  return () => streams.forEach((stream, i) => { stream.write = originals[i]; });
}

/** A line of the logger, or metrics. */
const HANDLER_LINE = /^\{"(level|_aws)":/;

/** The text without the lines of the handlers. */
function checkLines(text: string): string {
  const others: string[] = [];
  for (const line of text.split(/(?<=\n)/)) {
    if (HANDLER_LINE.test(line)) checkLine(line.trimEnd());
    else others.push(line);
  }
  return others.join('');
}

function checkLine(line: string): void {
  const sent = inputs.filter(input => line.includes(JSON.stringify(input).slice(1, -1)));
  faults.push(...[...findSecrets(line), ...sent.map(input => `the input ${input}`)].map(name => `${name} in ${line}`));
}
