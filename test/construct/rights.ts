import { isDeepStrictEqual } from 'node:util';
import { listStatements, type Synthesized } from './synth';

export interface Right {
  readonly actions: string[];
  readonly resource: string;
  readonly condition?: object;
}

/** Formats statements for review: resources by their kind and the rest of their ARN. */
export function listRights(statements: Record<string, any>[]): Right[] {
  return statements.flatMap(({ Action, Resource, Condition }) => [Resource].flat().map(resource => ({
    actions: [Action].flat().sort(),
    resource: formatResource(resource),
    ...(Condition && { condition: Condition }),
  })));
}

/** Parts of logical ids, the most specific first. */
const KINDS = [
  'Logs', 'Secret', 'Distribution', 'InvalidationsQueue', 'DeadLetters', 'QueueSurplus', 'Uploads', 'Definitions',
  'Bucket', 'Table', 'Key', 'RestApi', 'Scan', 'Refresh', 'Operator',
];

function formatResource(resource: any): string {
  if (typeof resource === 'string') return resource;
  const parts: any[] = resource['Fn::Join']?.[1] ?? [resource];
  return parts.map(part => {
    if (typeof part === 'string') return part;
    const id: string = part.Ref ?? part['Fn::GetAtt'][0];
    return `<${id.startsWith('AWS::') ? id : KINDS.find(kind => id.includes(kind))}>`;
  }).join('');
}

export function buildListRight(...prefixes: string[]): Right {
  return { actions: ['s3:ListBucket'], resource: '<Bucket>', condition: { StringLike: { 's3:prefix': prefixes } } };
}
export const LIST_OBJECTS = buildListRight('originals/*', 'variants/*');

/** All rights of a function's role except telemetry, which is checked too. */
export function listFunctionRights(result: Synthesized, idPart: string): Right[] {
  const rights = listRights(listStatements(result, idPart));
  expect(rights).toEqual(expect.arrayContaining(TELEMETRY));
  return rights.filter(right => !TELEMETRY.some(telemetry => isDeepStrictEqual(telemetry, right)));
}

/** Exactly these rights, in any order. */
export function expectRights(found: Right[], expected: Right[]): void {
  const sortRights = (rights: Right[]) => rights.map(right => JSON.stringify(right)).sort();
  expect(sortRights(found)).toEqual(sortRights(expected));
}

const TELEMETRY = [
  { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resource: '<Logs>' },
  { actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resource: '*' },
];
