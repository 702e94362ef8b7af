import type { Duration, Size } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/** Options of `Scanner.clamAv()`, with their defaults. */
export interface ClamAvSettings {
  readonly memory: Size;
  readonly maxDefinitionsAge: Duration;
  readonly mirror?: string;
  readonly definitionsBucket?: s3.IBucket;
}
