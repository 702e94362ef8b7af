import { Names, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Of CloudFront's names; its cache and headers policies take 128. */
const MAX_LENGTH = 64;
/** A hyphen and the longest name of a region, `ap-southeast-1`, with one character to spare. */
const REGION_LENGTH = 16;

/**
 * A name that is unique in the account: the same stack may be in two regions of it, and CloudFront's names have no region. Letters, digits and
 * hyphens; the same at each synthesis. CDK's own names of policies and functions meet for long paths, or throw where the region is a token.
 * @param part tells resources of one construct apart
 */
export function buildAccountName(construct: Construct, part?: string): string {
  const ending = part === undefined ? '' : `-${part}`;
  return `${Names.uniqueResourceName(construct, { maxLength: MAX_LENGTH - REGION_LENGTH - ending.length })}${ending}-${Stack.of(construct).region}`;
}
