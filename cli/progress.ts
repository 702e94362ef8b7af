import { SingleBar } from 'cli-progress';
import type { Totals } from './run';
import type { OperatorRequest, QueueStatus } from '../src/contract';

export interface Display {
  update(totals: Totals, status: QueueStatus): void;
  close(): void;
}

const FORMATS = {
  failed: 'items read: {value}, {found} failed images',
  redrive: 'messages {value}/{total}, {queued} queued, {waiting} waiting',
  reprocess: 'images seen: {value}, {queued} queued, {waiting} waiting',
} as const;

/**
 * Shows a progress bar in a terminal, and nothing in a file or a pipe. The total number of images is unknown until the
 * end.
 */
export function createDisplay({ command }: OperatorRequest, stream: NodeJS.WriteStream): Display {
  if (!stream.isTTY || command === 'status') return { update: () => {}, close: () => {} };
  const bar = new SingleBar({
    format: `${command} {bar} ${FORMATS[command]} {duration_formatted}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    stream,
  });
  bar.start(1, 0, { queued: 0, waiting: 0, found: 0 });
  return {
    update: ({ seen, queued, read }, { waiting, given_up }) => {
      const value = command === 'failed' ? read : seen;
      bar.setTotal(Math.max(1, command === 'redrive' ? seen + given_up : value));
      bar.update(value, { queued, waiting, found: seen });
    },
    close: () => bar.stop(),
  };
}
