import type { Clock } from './clock';
import type { Turns } from './turns';
import { TryAgain } from '../../lambda/domain/errors';

/**
 * The faults of a port call. `crash`: the process dies before or after the call takes effect. `busy`: the store refuses
 * for now (throttled, `TransactionConflict`). `lost`: the call takes effect, but its answer is lost. `refused`: the SDK
 * then retries a conditional write, and the row that it has just written refuses it. `-raw`: the adapter does not know
 * the error. `slow`: other processes go on before the answer arrives.
 */
export const FAULT_KINDS = [
  'crash-before', 'crash-after', 'busy', 'busy-raw', 'lost', 'lost-raw', 'refused', 'slow',
] as const;
export type FaultKind = typeof FAULT_KINDS[number];

export interface Fault {
  /** The index of the call in the process, from 0. */
  readonly at: number;
  readonly kind: FaultKind;
}

/** The longest timeout of a Lambda function. */
const LONGEST_LIFE_MS = 15 * 60_000;

export const INJECTED = 'injected: ';

const NEVER = new Promise<never>(() => {});

/** One run of a function. It takes turns with others at each port call; after a crash it does nothing more. */
export class Process {
  /** Settles when the process dies. */
  readonly death: Promise<void>;
  private readonly born: number;
  private die!: () => void;
  private isDead = false;
  private calls = 0;

  constructor(private readonly clock: Clock, private readonly turns: Turns, private readonly faults: readonly Fault[]) {
    this.born = clock.now;
    this.death = new Promise(resolve => { this.die = resolve; });
  }

  /** Wraps the port with the turns and faults of this process. */
  meets<P extends object>(port: P): P {
    return new Proxy(port, {
      get: (target, name) => (...args: unknown[]) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => Promise<unknown>;
        const effect = () => method.apply(target, args);
        return this.call(effect, name === 'write' ? effect : undefined);
      },
    });
  }

  async sleep(milliseconds: number): Promise<void> {
    await new Promise<void>(wake => this.clock.at(this.clock.now + milliseconds, wake));
    await this.turn();
  }

  private async call(effect: () => Promise<unknown>, retry?: () => Promise<unknown>): Promise<unknown> {
    const order = this.calls++;
    const kind = this.faults.find(({ at }) => at === order)?.kind;
    await this.turn();
    if (kind === 'crash-before') return this.crash();
    if (kind === 'busy') throw new TryAgain(`${INJECTED}busy`);
    if (kind === 'busy-raw') throw new Error(`${INJECTED}busy`);
    const answer = await effect();
    if (kind === 'crash-after') return this.crash();
    if (kind === 'lost') throw new TryAgain(`${INJECTED}the answer is lost`);
    if (kind === 'lost-raw') throw new Error(`${INJECTED}the answer is lost`);
    if (kind === 'refused' && retry !== undefined) return retry();
    if (kind === 'slow') await this.turn();
    return answer;
  }

  private async turn(): Promise<void> {
    if (!this.isDead) await this.turns.take(this);
    if (this.isDead || this.clock.now - this.born > LONGEST_LIFE_MS) await this.crash();
  }

  private crash(): Promise<never> {
    this.isDead = true;
    this.die();
    return NEVER;
  }
}

export function isInjected(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith(INJECTED);
}
