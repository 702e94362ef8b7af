import type { PutTicket } from './memory-objects';
import { isInjected } from './process';
import type { SimulatedService } from './simulated-service';
import type { Step, User } from './steps';
import type { Declaration } from '../../lambda/domain/create-image';
import { ProblemError } from '../../lambda/domain/errors';
import type { OperatorDeps, SharingDeps } from '../../lambda/domain/ports';

export interface KnownImage {
  readonly id: string;
  readonly owner: User;
}

export interface KnownTicket extends PutTicket {
  readonly imageId: string;
  readonly declared: Declaration;
}

/** A value, a problem, or neither: then the outcome is unknown. */
export interface Outcome<T> {
  readonly value?: T;
  readonly problem?: string;
}

/** The knowledge of the service's clients, newest first. */
export class Session {
  readonly images: KnownImage[] = [];
  readonly tickets: KnownTicket[] = [];
  readonly idOfKey = new Map<string, string>();

  constructor(readonly service: SimulatedService) {}

  /** Runs one request or sweep in a process of its own. */
  async operate<T>(step: Step, work: (deps: SharingDeps & OperatorDeps) => Promise<T>): Promise<Outcome<T>> {
    const process = this.service.process(step.faults);
    const skew = step.skew * this.service.skew;
    const deps = { ...this.service.deps(process, skew), ...this.service.operatorDeps(process, skew) };
    const died = process.death.then((): Outcome<T> => ({}));
    return Promise.race([work(deps).then(value => ({ value }), problemOf), died]);
  }
}

function problemOf(error: unknown): { problem?: string } {
  if (error instanceof ProblemError) return { problem: error.code };
  if (isInjected(error)) return {};
  throw error;
}

export function pick<T>(known: readonly T[], which: number): T | undefined {
  return known[which % known.length];
}
