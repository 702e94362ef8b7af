import { type Duration, type Size, Token } from 'aws-cdk-lib';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/** Options of `Scanner.clamAv()`, with their defaults. */
export interface ClamAvSettings {
  readonly memory: Size;
  readonly maxDefinitionsAge: Duration;
  readonly mirror?: string;
  readonly definitionsBucket?: s3.IBucket;
}

/**
 * Finds the port of a mirror. freshclam uses HTTP for a mirror without a scheme (seen with ClamAV 1.4.6). Undefined for
 * a token, whose port is unknown at synthesis.
 */
export function findMirrorPort(mirror: string): number | undefined {
  if (Token.isUnresolved(mirror)) return undefined;
  const { protocol, port } = new URL(/^https?:/i.test(mirror) ? mirror : `http://${mirror}`);
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}
