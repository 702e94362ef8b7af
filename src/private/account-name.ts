import { Names, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Limit of the names of CloudFront Functions. Cache and headers policies allow 128. */
const MAX_LENGTH = 64;
/** Length of a hyphen and the longest region name, `ap-southeast-1`, plus one. */
const REGION_LENGTH = 16;

/**
 * Builds a name that is unique in the account. The region is part of it, because CloudFront's names are global and the
 * same stack may exist in two regions. Letters, digits and hyphens; stable between syntheses. CDK's own names of
 * policies and functions collide for long paths, or throw if the region is a token.
 * @param part distinguishes resources of one construct
 */
export function buildAccountName(construct: Construct, part?: string): string {
  const ending = part === undefined ? '' : `-${part}`;
  return `${Names.uniqueResourceName(construct, { maxLength: MAX_LENGTH - REGION_LENGTH - ending.length })}${ending}-${Stack.of(construct).region}`;
}
