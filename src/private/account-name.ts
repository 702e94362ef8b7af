import { Names, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** `ap-southeast-1` and what is before it. */
const REGION_LENGTH = 16;

/** A name for what CloudFront keeps for the whole account: the same stack may be in two regions of it. */
export function accountName(construct: Construct, maxLength = 64): string {
  return `${Names.uniqueResourceName(construct, { maxLength: maxLength - REGION_LENGTH })}-${Stack.of(construct).region}`;
}
