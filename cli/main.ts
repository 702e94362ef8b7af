import { readConnection } from './connection';
import { formatCount, formatJson, formatLines, formatTable } from './failed';
import { connectOperator } from './operator';
import { HELP, NAME, type Options, readOptions, formatResumeCommand, UsageError } from './options';
import { createDisplay } from './progress';
import { type Outcome, run } from './run';
import { findFunction } from './stack';
import { formatSummary } from './summary';
import type { FailedRequest, OperatorRequest } from '../src/contract';

const EXIT = { DONE: 0, FAILED: 1, USAGE: 2, REFUSED: 3, INTERRUPTED: 130 } as const;

const args = process.argv.slice(2);

/** Cursor of the last answer, from which a failed or interrupted run can continue. */
let cursor: string | undefined;

async function main(): Promise<number> {
  const options = readOptions(args);
  const { request } = options;
  if (request === undefined) {
    console.log(HELP);
    return EXIT.DONE;
  }
  let isStopped = false;
  process.once('SIGINT', () => {
    isStopped = true;
    console.error('\nstopping after the current batch; press Ctrl-C again to stop at once');
    // Nothing is lost: images that are queued twice have no missing variants the second time.
    process.once('SIGINT', () => process.exit(showResume() ?? EXIT.INTERRUPTED));
  });
  const connection = readConnection(options);
  const { target } = options;
  const functionName = 'functionName' in target ? target.functionName : await findFunction(target, connection);
  const shown = createDisplay(request, process.stdout);
  try {
    const outcome = await run(connectOperator(functionName, connection), request, {
      onAnswer: (totals, answer) => {
        // A list of the rest of the table would miss newer images.
        if (request.command !== 'failed') ({ cursor } = answer);
        shown.update(totals, answer.status);
      },
      isStopped: () => isStopped,
    });
    shown.close();
    return request.command === 'failed' ? reportFailed(outcome, options) : report(request, outcome);
  } finally {
    shown.close();
  }
}

/** The list goes to the output, and everything else to the other stream, so that a pipe gets the list alone. */
function reportFailed(outcome: Outcome, { json }: Options): number {
  const lines = process.stdout.isTTY ? formatTable(outcome) : formatLines(outcome);
  for (const line of json ? [formatJson(outcome)] : lines) console.log(line);
  console.error(formatCount(outcome));
  return outcome.cursor === undefined ? EXIT.DONE : EXIT.INTERRUPTED;
}

function report(
  request: Exclude<OperatorRequest, FailedRequest>, { status, refusal, cursor: next, ...totals }: Outcome,
): number {
  if (request.command !== 'status') console.log(formatSummary(request.command, totals));
  const { seen } = totals;
  // An index cannot distinguish a user without images from a misspelt one.
  if (seen === 0 && 'user_id' in request && !request.cursor) console.log(`the user ${request.user_id} has no images`);
  console.log(
    `queue: ${status.waiting} waiting, ${status.working} in progress, ${status.given_up} in the dead-letter queue`,
  );
  // SQS moves a message to the dead-letter queue minutes after its last try.
  if (request.command === 'redrive' && seen === 0 && status.working > 0) {
    console.log('a failed image may be among those in progress: repeat redrive when none is in progress');
  }
  if (refusal !== undefined) console.error(`✗ ${refusal}`);
  if (refusal !== undefined) {
    showResume('after the fix, continue with: ');
    if (cursor !== undefined) {
      console.error(
        `or replace this variant and the following ones with: ${formatResumeCommand([...args, '--replace'], cursor)}`,
      );
    }
    return EXIT.REFUSED;
  }
  if (next !== undefined) showResume();
  return next === undefined ? EXIT.DONE : EXIT.INTERRUPTED;
}

function showResume(words = 'continue with: '): undefined {
  if (cursor !== undefined) console.error(words + formatResumeCommand(args, cursor));
}

main().then(
  code => { process.exitCode = code; },
  (error: unknown) => {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof UsageError) console.error(`npx ${NAME} --help lists the options`);
    else showResume();
    process.exitCode = error instanceof UsageError ? EXIT.USAGE : EXIT.FAILED;
  },
);
