import { statementsOf, synthesize, type Resource, type Synthesized } from './synth';
import { Processing, Scanner } from '../../src';

function idOf({ all }: Synthesized, type: string, idPart: string): string {
  return Object.keys(all(type)).find(id => id.includes(idPart))!;
}

/** CloudFormation deletes in the reverse order of creation: a resource goes before those that it refers to or depends on. */
function goesBefore({ template }: Synthesized, first: string, last: string): boolean {
  const { Resources } = template.toJSON() as { Resources: Record<string, Resource> };
  const ids = Object.keys(Resources);
  const text = ({ DependsOn, Properties }: Resource) => JSON.stringify([DependsOn, Properties]);
  const needs = (id: string) => ids.filter(other => text(Resources[id]).includes(`"${other}"`));
  const [reached, todo] = [new Set<string>(), ids.filter(id => id.includes(first))];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    for (const need of needs(id).filter(other => !reached.has(other))) todo.push(need), reached.add(need);
  }
  return [...reached].some(id => id.includes(last));
}

describe('what a scanner leaves in a bucket, which can go only when it is empty', () => {
  const scannedBy = (scanner: Scanner) => synthesize({ processing: Processing.queue({ scanner }) });
  const [clamAvResult, guardDutyResult] = [Scanner.clamAv(), Scanner.guardDuty()].map(scannedBy);
  const leftoversOf = ({ all }: Synthesized) => Object.values(all('Custom::ImageServiceScannerObjects')).map(({ Properties }) => Properties);

  test('are the definitions of ClamAV, whose bucket goes with the stack whatever is retained', () => {
    expect(leftoversOf(clamAvResult)).toMatchObject([{ Bucket: { Ref: idOf(clamAvResult, 'AWS::S3::Bucket', 'Definitions') }, Prefixes: ['definitions/', 'seed/'] }]);
    expect(clamAvResult.one('AWS::S3::Bucket', 'Definitions').DeletionPolicy).toBe('Delete');
  });

  test("are GuardDuty's validation object", () => {
    expect(leftoversOf(guardDutyResult)).toMatchObject([
      { Bucket: { Ref: idOf(guardDutyResult, 'AWS::S3::Bucket', 'Storage') }, Key: 'malware-protection-resource-validation-object' },
    ]);
  });

  // A failed first deployment deletes in the same order.
  test.each<[string, Synthesized, string[], string]>([
    ['ClamAV', clamAvResult, ['ClamAvSchedule', 'ClamAvScheduleRole', 'ClamAvRefreshFunction', 'ClamAvRefreshRoleDefaultPolicy'], 'ClamAvDefinitions'],
    ['GuardDuty', guardDutyResult, ['GuardDutyPlan'], 'StorageBucket'],
  ])('go after the writers of %s and their rights, before the bucket and the rights to remove them', (_name, result, writers, bucket) => {
    for (const writer of writers) expect([writer, goesBefore(result, writer, 'LeftoversObjects')]).toEqual([writer, true]);
    for (const kept of [bucket, 'LeftoversHandlerFunction', 'LeftoversHandlerRoleDefaultPolicy']) expect([kept, goesBefore(result, 'LeftoversObjects', kept)]).toEqual([kept, true]);
  });

  test('is removed by a function of the service that may do nothing else', () => {
    const rights = (result: Synthesized) => statementsOf(result, 'LeftoversHandlerRole').filter(({ Action }) => `${Action}`.startsWith('s3:'));
    expect(rights(clamAvResult)).toMatchObject([
      { Action: 's3:DeleteObject', Resource: { 'Fn::Join': ['', [expect.anything(), '/definitions/*']] } },
      { Action: 's3:DeleteObject', Resource: { 'Fn::Join': ['', [expect.anything(), '/seed/*']] } },
      { Action: 's3:ListBucket', Condition: { StringEquals: { 's3:prefix': ['definitions/', 'seed/'] } } },
    ]);
    expect(rights(guardDutyResult)).toMatchObject([
      { Action: 's3:DeleteObject', Resource: { 'Fn::Join': ['', [expect.anything(), '/malware-protection-resource-validation-object']] } },
    ]);
    for (const { service } of [clamAvResult, guardDutyResult]) expect(service.functions.map(({ node }) => node.path).join()).toContain('Leftovers/Handler');
  });
});
