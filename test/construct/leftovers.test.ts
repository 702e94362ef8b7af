import { listStatements, synthesize, type Resource, type Synthesized } from './synth';
import { Processing, Scanner } from '../../src';

function findId({ all }: Synthesized, type: string, idPart: string): string {
  return Object.keys(all(type)).find(id => id.includes(idPart))!;
}

/**
 * Whether one resource is deleted before another. CloudFormation deletes in the reverse order of creation: a resource
 * before its dependencies.
 */
function isDeletedFirst({ template }: Synthesized, first: string, last: string): boolean {
  const { Resources } = template.toJSON() as { Resources: Record<string, Resource> };
  const ids = Object.keys(Resources);
  const formatResource = ({ DependsOn, Properties }: Resource) => JSON.stringify([DependsOn, Properties]);
  const needs = (id: string) => ids.filter(other => formatResource(Resources[id]).includes(`"${other}"`));
  const [reached, todo] = [new Set<string>(), ids.filter(id => id.includes(first))];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    for (const need of needs(id).filter(other => !reached.has(other))) todo.push(need), reached.add(need);
  }
  return [...reached].some(id => id.includes(last));
}

describe('objects of a scanner, which must be deleted before their bucket', () => {
  const synthesizeScanner = (scanner: Scanner) => synthesize({ processing: Processing.queue({ scanner }) });
  const [clamAvResult, guardDutyResult] = [Scanner.clamAv(), Scanner.guardDuty()].map(synthesizeScanner);
  const listLeftovers = ({ all }: Synthesized) =>
    Object.values(all('Custom::ImageServiceScannerObjects')).map(({ Properties }) => Properties);

  test('are the virus definitions, in a bucket that is always deleted with the stack', () => {
    expect(listLeftovers(clamAvResult)).toMatchObject([
      { Bucket: { Ref: findId(clamAvResult, 'AWS::S3::Bucket', 'Definitions') }, Prefixes: ['definitions/', 'seed/'] },
    ]);
    expect(clamAvResult.one('AWS::S3::Bucket', 'Definitions').DeletionPolicy).toBe('Delete');
  });

  test("are GuardDuty's validation object", () => {
    expect(listLeftovers(guardDutyResult)).toMatchObject([
      {
        Bucket: { Ref: findId(guardDutyResult, 'AWS::S3::Bucket', 'Storage') },
        Key: 'malware-protection-resource-validation-object',
      },
    ]);
  });

  // A failed first deployment deletes in the same order.
  test.each<[string, Synthesized, string[], string]>([
    [
      'ClamAV', clamAvResult,
      ['ClamAvSchedule', 'ClamAvScheduleRole', 'ClamAvRefreshFunction', 'ClamAvRefreshRoleDefaultPolicy'],
      'ClamAvDefinitions',
    ],
    ['GuardDuty', guardDutyResult, ['GuardDutyPlan'], 'StorageBucket'],
  ])(
    'are deleted after the writers of %s and before the bucket, with permissions in place',
    (_name, result, writers, bucket) => {
      for (const writer of writers) {
        expect([writer, isDeletedFirst(result, writer, 'LeftoversObjects')]).toEqual([writer, true]);
      }
      for (const kept of [bucket, 'LeftoversHandlerFunction', 'LeftoversHandlerRoleDefaultPolicy']) {
        expect([kept, isDeletedFirst(result, 'LeftoversObjects', kept)]).toEqual([kept, true]);
      }
    },
  );

  test('are deleted by a function with no other permission', () => {
    const listRights = (result: Synthesized) =>
      listStatements(result, 'LeftoversHandlerRole').filter(({ Action }) => `${Action}`.startsWith('s3:'));
    expect(listRights(clamAvResult)).toMatchObject([
      { Action: 's3:DeleteObject', Resource: { 'Fn::Join': ['', [expect.anything(), '/definitions/*']] } },
      { Action: 's3:DeleteObject', Resource: { 'Fn::Join': ['', [expect.anything(), '/seed/*']] } },
      { Action: 's3:ListBucket', Condition: { StringEquals: { 's3:prefix': ['definitions/', 'seed/'] } } },
    ]);
    expect(listRights(guardDutyResult)).toMatchObject([
      {
        Action: 's3:DeleteObject',
        Resource: { 'Fn::Join': ['', [expect.anything(), '/malware-protection-resource-validation-object']] },
      },
    ]);
    for (const { service } of [clamAvResult, guardDutyResult]) {
      expect(service.functions.map(({ node }) => node.path).join()).toContain('Leftovers/Handler');
    }
  });
});
