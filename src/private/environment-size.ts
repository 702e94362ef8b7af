import { CfnResource, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { API_ENV, AUTHORIZER_ENV, COMMON_ENV, WORKER_ENV } from '../contract';

/** Limit for all variables of a function together, as JSON (AWS Lambda Developer Guide, "Lambda quotas"). */
const MAX_BYTES = 4096;

/** The prop that determines the length of a variable, and the fix. */
const CAUSES: Record<string, { readonly prop: string; readonly fix: string } | undefined> = {
  [WORKER_ENV.VARIANTS]: { prop: 'variants', fix: 'use fewer variants or shorter names' },
  [API_ENV.CORS_ORIGINS]: { prop: 'uploads.corsOrigins', fix: 'list fewer origins' },
  [AUTHORIZER_ENV.AUDIENCE]: { prop: 'access.audience', fix: 'list fewer audiences or clients' },
  [AUTHORIZER_ENV.REQUIRED_SCOPES]: { prop: 'access.requiredScopes', fix: 'require fewer scopes' },
  [AUTHORIZER_ENV.TRUSTED_CLIENTS]: { prop: 'access.trustedClients', fix: 'trust fewer clients' },
  [AUTHORIZER_ENV.JWKS_URI]: { prop: 'access.jwksUri', fix: 'use a shorter URL' },
  [AUTHORIZER_ENV.ISSUER]: { prop: 'access.issuer', fix: 'use a shorter URL' },
  [COMMON_ENV.ACCEPT]: { prop: 'uploads.accept', fix: 'accept fewer types' },
};

/**
 * Longest value of a reference to a resource: names by the quota of their service, ARNs and URLs with the longest
 * region name.
 */
const LONGEST: Record<string, number | undefined> = {
  'AWS::AccountId': 12,
  'AWS::Partition': 10,
  'AWS::Region': 16,
  'AWS::URLSuffix': 16,
  'AWS::CloudFront::Distribution': 32,
  'AWS::CloudFront::PublicKey': 32,
  'AWS::DynamoDB::Table': 255,
  'AWS::Lambda::Function': 64,
  'AWS::S3::Bucket': 63,
  'AWS::SQS::Queue': 160,
};

/**
 * Assumed length of a parameter, an import or a resource that is not listed. A host name with its scheme fits, and most
 * ARNs do.
 */
const DEFAULT_LENGTH = 270;

/**
 * Fails synthesis if Lambda would reject the environment at deployment. It checks at synthesis, because variables may
 * be added until then.
 */
export function checkEnvironmentSize(handler: lambda.Function): void {
  handler.node.addValidation({ validate: () => validateSize(handler) });
}

function validateSize(handler: lambda.Function): string[] {
  const { environment } = handler.node.defaultChild as lambda.CfnFunction;
  const { variables = {} } = (Stack.of(handler).resolve(environment) ?? {}) as { variables?: Record<string, unknown> };
  // This upper bound is nearly always enough, without resolving the references.
  if (addSizes(measureVariables(variables, () => DEFAULT_LENGTH)) <= MAX_BYTES) return [];
  const sizes = measureVariables(
    variables, logicalId => LONGEST[logicalId] ?? LONGEST[findResourceType(handler, logicalId) ?? ''] ?? DEFAULT_LENGTH,
  );
  const total = addSizes(sizes);
  if (total <= MAX_BYTES) return [];
  const [{ name, bytes }, ...others] = sizes.sort((a, b) => b.bytes - a.bytes);
  const { prop, fix } = CAUSES[name] ?? { prop: name, fix: 'set fewer or shorter environment variables' };
  const largest = [`${name} ${bytes}`, ...others.slice(0, 2).map(other => `${other.name} ${other.bytes}`)].join(', ');
  return [
    `'${prop}' must keep all environment variables of a function within ${MAX_BYTES} bytes, the limit of Lambda, got: up to ${total} bytes (the largest: ${largest}); ${fix}`,
  ];
}

interface VariableSize {
  readonly name: string;
  readonly bytes: number;
}

type MeasureReference = (logicalId: string) => number;

function measureVariables(variables: Record<string, unknown>, measureReference: MeasureReference): VariableSize[] {
  // Four quotes, a colon and a comma.
  return Object.entries(variables).map(
    ([name, value]) => ({ name, bytes: name.length + measureLongest(value, measureReference) + 6 }),
  );
}

function addSizes(sizes: readonly VariableSize[]): number {
  return sizes.reduce((total, { bytes }) => total + bytes, 1);
}

/** Bytes of a value as JSON. References count with their longest value. */
function measureLongest(value: unknown, measureReference: MeasureReference): number {
  if (typeof value === 'string') return Buffer.byteLength(JSON.stringify(value)) - 2;
  if (typeof value !== 'object' || value === null) return String(value).length;
  const [[name, argument]] = Object.entries(value);
  if (name === 'Fn::Join') {
    const [delimiter, parts] = argument as [string, unknown[]];
    if (!Array.isArray(parts)) return DEFAULT_LENGTH;
    return parts.reduce<number>((total, part) => total + measureLongest(part, measureReference) + delimiter.length, 0);
  }
  if (name === 'Ref') return measureReference(argument as string);
  return name === 'Fn::GetAtt' ? measureReference((argument as string[])[0]) : DEFAULT_LENGTH;
}

function findResourceType(handler: lambda.Function, logicalId: string): string | undefined {
  const stack = Stack.of(handler);
  const resource = stack.node.findAll().find(
    child => CfnResource.isCfnResource(child) && stack.resolve(child.logicalId) === logicalId,
  );
  return resource && (resource as CfnResource).cfnResourceType;
}
