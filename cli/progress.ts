import { SingleBar } from 'cli-progress';
import type { Totals } from './run';
import type { OperatorRequest, QueueStatus } from '../src/contract';

export interface Display {
  update(totals: Totals, status: QueueStatus): void;
  close(): void;
}

/**
 * Shows a progress bar in a terminal, and nothing in a file or a pipe. The total number of images is unknown until the
 * end.
 */
export function createDisplay({ command }: OperatorRequest, stream: NodeJS.WriteStream): Display {
  if (!stream.isTTY || command === 'status') return { update: () => {}, close: () => {} };
  const bar = new SingleBar({
    format: `${command} {bar} ${command === 'redrive' ? 'messages {value}/{total}' : 'images seen: {value}'}, {queued} queued, {waiting} waiting {duration_formatted}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream,
  });
  bar.start(1, 0, { queued: 0, waiting: 0 });
  return {
    update: ({ seen, queued }, { waiting, given_up }) => {
      bar.setTotal(Math.max(1, command === 'redrive' ? seen + given_up : seen));
      bar.update(seen, { queued, waiting });
    },
    close: () => bar.stop(),
  };
}
