import { Lazy } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { type DeliveryCors, buildEdgePrelude, listEdgeVariants } from '../contract';
import { buildAccountName } from '../private/account-name';
import { readEdgeCode } from '../private/handler-code';
import type { IVariantSet } from '../processing/interfaces';

/** Amazon CloudFront Developer Guide, "Quotas on CloudFront Functions". */
const MAX_BYTES = 10 * 1024;

/**
 * Makes the edge function, which accepts only variants of the set and chooses a format by the Accept header. The set
 * may grow until synthesis.
 */
export function makeEdgeFunction(
  scope: Construct, id: string, variants: IVariantSet, cors: DeliveryCors, hasPublicPaths: boolean,
): cloudfront.Function {
  const source = readEdgeCode('viewer-request');
  const buildCode = () =>
    buildEdgePrelude(listEdgeVariants(variants.definitions), cors, hasPublicPaths) + source;
  const edge = new cloudfront.Function(scope, id, {
    functionName: buildAccountName(scope, id),
    comment: 'Image service: accepts known variants only and chooses the format',
    code: cloudfront.FunctionCode.fromInline(Lazy.string({ produce: buildCode })),
    runtime: cloudfront.FunctionRuntime.JS_2_0,
  });
  edge.node.addValidation({ validate: () => validateCodeSize(Buffer.byteLength(buildCode())) });
  return edge;
}

/** Makes the edge function that marks a success as private, for one viewer. */
export function makePrivateFunction(scope: Construct, id: string): cloudfront.Function {
  return new cloudfront.Function(scope, id, {
    functionName: buildAccountName(scope, id),
    comment: 'Image service: marks signed responses as private',
    code: cloudfront.FunctionCode.fromInline(readEdgeCode('viewer-response')),
    runtime: cloudfront.FunctionRuntime.JS_2_0,
  });
}

function validateCodeSize(bytes: number): string[] {
  if (bytes <= MAX_BYTES) return [];
  return [
    `'variants' must keep the edge function within ${MAX_BYTES} bytes, got: ${bytes} bytes; use fewer variants, shorter names or fewer formats`,
  ];
}
