import type { WireResponse } from '../../../test/environments/environment';

/** Result of an attempt, as far as its caller can see. */
export interface Outcome {
  readonly worked: boolean;
  /** Text for the messages of failed expectations; specs search it for secrets. */
  readonly shown: string;
}

export type Attempt = () => Promise<Outcome>;

export function readOutcome({ status, body }: WireResponse): Outcome {
  return { worked: status < 400, shown: `${status} ${body.toString('utf8')}` };
}
