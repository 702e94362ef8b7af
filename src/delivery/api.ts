import type { VariantFormat } from '../contract';

/** How images reach those who look at them, as far as it decides what variants there can be. */
export interface IDelivery {
  /** As a user writes it, for messages. */
  readonly factory: string;
  /** Formats of a variant that names none, in order of preference. */
  readonly defaultFormats: VariantFormat[];
  /** Whether something makes a variant when it is first asked for. */
  readonly makesOnDemand: boolean;
}
