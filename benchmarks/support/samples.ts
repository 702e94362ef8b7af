import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { FUNCTION_ENV } from './create-request';

/**
 * Runs a sampler on a handler in a fresh process. The sampler answers on standard error, because metrics go to standard
 * output, one line per create. The figures exclude the cost of a terminal or a pipe that reads them.
 */
export async function sample(sampler: string, handler: string, env: Record<string, string> = {}): Promise<number> {
  const child = spawn(process.execPath, [sampler, handler], {
    env: { ...FUNCTION_ENV, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [answer, [code]] = await Promise.all([text(child.stderr), once(child, 'exit') as Promise<[number | null]>]);
  if (code !== 0) throw new Error(`a sample of ${handler} must end well, got exit code ${code}: ${clipText(answer)}`);
  return (JSON.parse(answer) as { micros: number }).micros;
}

/** For an error in a bundle, Node shows the line, which is the whole bundle. */
function clipText(answer: string): string {
  return answer.split('\n').filter(line => line.trim() !== '').map(line => line.slice(0, 200)).join('\n');
}
