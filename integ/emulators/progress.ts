import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { styleText } from 'node:util';

const SHOWN_LINES = 40;

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** Shows the beginning and end of each step with its duration, and counts the steps. */
export class Progress {
  private passed = 0;
  private failed = 0;
  private readonly started = performance.now();

  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  async runStep<T>(label: string, work: () => Promise<T>): Promise<T> {
    const start = performance.now();
    console.log(`${paint('dim', '▸')} ${label}`);
    try {
      const result = await work();
      this.count({ passed: 1, failed: 0 });
      console.log(`${paint('green', '✓')} ${label} ${paint('dim', formatSeconds(start))}`);
      return result;
    } catch (error) {
      this.count({ passed: 0, failed: 1 });
      console.log(`${paint('red', '✗')} ${label} ${paint('dim', formatSeconds(start))}`);
      throw error;
    }
  }

  showNote(text: string): void {
    console.log(`  ${paint('dim', text)}`);
  }

  count({ passed, failed }: Tally): void {
    this.passed += passed;
    this.failed += failed;
  }

  /** A file in the folder of this run, for output that is too long to show. */
  log(name: string): { readonly path: string; write(text: string | Uint8Array): void } {
    const path = join(this.folder, name);
    return { path, write: text => appendFileSync(path, text) };
  }

  /** Shows the last lines of a log of this run, to help find the cause of a failure. */
  showEnd(name: string): void {
    const { path } = this.log(name);
    if (!existsSync(path)) return;
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    console.log(
      `${paint('bold', `the end of ${relative(process.cwd(), path)}:`)}\n${lines.slice(-SHOWN_LINES).join('\n')}\n`,
    );
  }

  /** Prints one line, for people and for scripts that add up several runs. */
  formatSummary(): string {
    return `${relative(process.cwd(), this.folder)} keeps the logs; all of it took ${formatSeconds(this.started)}\n${this.passed} passed, ${this.failed} failed`;
  }

  get ok(): boolean {
    return this.failed === 0;
  }
}

export function paint(style: 'green' | 'red' | 'dim' | 'bold', text: string): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text;
}

function formatSeconds(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
