import { styleText } from 'node:util';
import type { Step } from './step';

type Style = 'green' | 'red' | 'dim' | 'bold';

/** Colours terminals only, and not with NO_COLOR (https://no-color.org). */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return stream.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;
}

/** Prints each step of the start with its duration. */
export const showStep: Step = async (label, work) => {
  const start = performance.now();
  const result = await work();
  const told = typeof label === 'string' ? label : label(result);
  console.log(`${paint('green', '✓')} ${told} ${paint('dim', `${Math.round(performance.now() - start)} ms`)}`);
  return result;
};

/** `command`, such as `npm start`, is named in the hint after a wrong option. */
export function showError(error: unknown, command: string): void {
  console.error(
    `${paint('red', '✗', process.stderr)} ${error instanceof Error ? withoutAdvice(error.message) : String(error)}`,
  );
  if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) {
    const isForgotten = (error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL';
    if (isForgotten) console.error(`npm passes on only options after two dashes, as in: ${command} -- --port 8081`);
    console.error(`${command} -- --help lists the options`);
  }
}

/**
 * Cuts Node's advice on arguments that begin with a dash: our commands take no such arguments, and the advice has an
 * unbalanced quote.
 */
function withoutAdvice(message: string): string {
  return message.split('. To specify a positional argument')[0];
}
