import type { Duration, Size } from 'aws-cdk-lib';
import type { VariantDefinition, VariantFormat } from '../contract';

/** Settings of a function that decodes images like the worker. */
export interface IDecoding {
  readonly memory: Size;
  readonly timeout: Duration;
  /** Minimum for a decoder and its data. */
  readonly leastMemory: Size;
  readonly environment: Record<string, string>;
}

/** The closed set of variants at synthesis. */
export interface IVariantSet {
  readonly definitions: VariantDefinition[];
}

/** The part of the delivery that determines the possible variants. */
export interface IDelivery {
  /** The factory as users write it, for messages. */
  readonly factory: string;
  /** Formats of a variant without `formats`, in order of preference. */
  readonly defaultFormats: VariantFormat[];
  /** Whether variants can be made on demand. */
  readonly makesOnDemand: boolean;
}
