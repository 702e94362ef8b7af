import { SingleBar } from 'cli-progress';

export interface Progress {
  /** Runs one step of `total` parts and shows its progress. */
  step<T>(label: string, total: number, work: (advance: () => void) => Promise<T>): Promise<T>;
}

const WIDTH = 10;

function formatElapsed(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

/** Shows a progress bar in a terminal, and prints a line per step into a file or a pipe. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? createBars(stream) : createLines(stream);
}

function createBars(stream: NodeJS.WriteStream): Progress {
  return {
    step: async (label, total, work) => {
      const bar = new SingleBar({
        format: `${label.padEnd(WIDTH)} {bar} {value}/{total} {duration_formatted}`,
        barCompleteChar: '█',
        barIncompleteChar: '░',
        hideCursor: true,
        stream,
      });
      bar.start(total, 0);
      try {
        return await work(() => bar.increment());
      } finally {
        bar.stop();
      }
    },
  };
}

function createLines(stream: NodeJS.WritableStream): Progress {
  return {
    step: async (label, total, work) => {
      const start = performance.now();
      let done = 0;
      try {
        return await work(() => done++);
      } finally {
        stream.write(`${label.padEnd(WIDTH)} ${done}/${total} ${formatElapsed(start)}\n`);
      }
    },
  };
}
