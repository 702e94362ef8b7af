import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { buildHandWrittenStack } from '../../benchmarks/peers/hand-written-stack';
import { Delivery, ImageService, Monitoring } from '../../src';

interface Resource {
  readonly Type: string;
  readonly Properties?: unknown;
  readonly DependsOn?: string | string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}
type Resources = Record<string, Resource>;
type Labels = ReadonlyMap<string, string>;

/** Values that CDK derives from the paths of constructs. */
const NAMED_BY_PATH: Record<string, string> = { 'AWS::ApiGateway::RestApi': 'Name', 'AWS::IAM::Policy': 'PolicyName' };

/** The depth of references, from a method to its API, the API's resource and the parents of that resource. */
const ROUNDS = 8;

function synthesizeResources(build: (stack: Stack) => void): Resources {
  const stack = new Stack(new App(), 'Stack');
  build(stack);
  return Template.fromStack(stack).toJSON().Resources as Resources;
}

/** A value with the target of each logical id in place of the id, and keys in one order. */
function canonical(value: unknown, labels: Labels): unknown {
  if (typeof value === 'string') return labels.get(value) ?? value;
  if (Array.isArray(value)) return value.map(item => canonical(item, labels));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([name, item]) => [name, canonical(item, labels)]),
  );
}

/** A resource without ids, names that contain ids, and metadata. Reasons of suppressed findings are not deployed. */
function describeResource(
  { Type, Properties, DependsOn = [], DeletionPolicy, UpdateReplacePolicy }: Resource, labels: Labels,
): string {
  const properties = { ...Properties as object, ...(Type in NAMED_BY_PATH && { [NAMED_BY_PATH[Type]]: '' }) };
  const dependsOn = [DependsOn].flat().map(id => labels.get(id) ?? id).sort();
  return JSON.stringify(
    canonical({ Type, properties, dependsOn, DeletionPolicy, UpdateReplacePolicy }, labels), undefined, 1,
  );
}

/** All resources, described by their contents and references, in an order that does not depend on ids. */
function describeAll(resources: Resources): string[] {
  let labels: Labels = new Map(Object.entries(resources).map(([id, { Type }]) => [id, Type]));
  for (let round = 0; round < ROUNDS; round++) {
    labels = new Map(Object.entries(resources).map(([id, resource]) => {
      return [
        id,
        `${resource.Type} ${createHash('sha256').update(describeResource(resource, labels)).digest('hex').slice(0, 8)}`,
      ];
    }));
  }
  return Object.values(resources).map(resource => describeResource(resource, labels)).sort();
}

test('what is written by hand deploys what the service deploys', () => {
  const byHand = describeAll(
    synthesizeResources(stack => buildHandWrittenStack(stack, join(__dirname, '..', '..', 'assets'))),
  );
  const ours = describeAll(
    synthesizeResources(stack => new ImageService(stack, 'Images', { delivery: Delivery.presignedOnly(), monitoring: Monitoring.none() })),
  );
  expect(byHand).toEqual(ours);
});
