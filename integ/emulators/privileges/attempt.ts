import type { WireResponse } from '../../../test/environments/environment';

/** What came of an attempt, as far as its caller can see. */
export interface Outcome {
  readonly worked: boolean;
  /** For messages of failed expectations, and to look for what must not be told. */
  readonly shown: string;
}

export type Attempt = () => Promise<Outcome>;

export function readOutcome({ status, body }: WireResponse): Outcome {
  return { worked: status < 400, shown: `${status} ${body.toString('utf8')}` };
}
