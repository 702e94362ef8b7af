import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { synthesize, testApp, type Synthesized } from './synth';
import { ImageService, Monitoring } from '../../src';
import { SAVED_QUERIES } from '../../src/monitoring/saved-queries';

const listQueries = ({ all }: Pick<Synthesized, 'all'>) =>
  Object.values(all('AWS::Logs::QueryDefinition')).map(({ Properties }) => Properties);

function listNames(stack: Stack): string[] {
  const found = Template.fromStack(stack).findResources('AWS::Logs::QueryDefinition');
  return Object.values(found).map(({ Properties }) => (Properties as { Name: string }).Name);
}

describe('saved queries', () => {
  test('are in a folder of their service, each with its pipeline', () => {
    const { service } = synthesize();
    expect(listQueries(synthesize()).map(({ Name, QueryString }) => [Name, QueryString])).toEqual(
      SAVED_QUERIES.map(({ name, lines }) => [
        expect.stringMatching(new RegExp(`^\\S*${service.node.id}\\S*/${name}$`)), lines.join('\n| '),
      ]),
    );
  });

  test('read the logs of each function that works for users', () => {
    const { all } = synthesize();
    const groups = Object.keys(all('AWS::Logs::LogGroup'));
    for (const { LogGroupNames } of listQueries(synthesize())) {
      const names = (LogGroupNames as { Ref: string }[]).map(({ Ref }) => Ref);
      expect(new Set(names).size).toBe(names.length);
      expect(names.filter(name => !groups.includes(name))).toEqual([]);
      for (const part of ['ApiFunction', 'Worker', 'Transform', 'Sweeper', 'Operator', 'Invalidat']) {
        expect([part, names.filter(name => name.includes(part)).length]).toEqual([part, 1]);
      }
    }
  });

  test.each([
    ['Monitoring.none()', Monitoring.none()], ['savedQueries: false', Monitoring.of({ savedQueries: false })],
  ])('are absent with %s', (_, monitoring) => {
    expect(listQueries(synthesize({ monitoring }))).toEqual([]);
  });

  test('of several services have different names', () => {
    const app: App = testApp();
    const [first, second] = [new Stack(app, 'First'), new Stack(app, 'Second')];
    for (const [stack, id] of [[first, 'Photos'], [first, 'Avatars'], [second, 'Photos']] as const) {
      new ImageService(stack, id);
    }
    const names = [first, second].flatMap(listNames);
    expect(names).toHaveLength(3 * SAVED_QUERIES.length);
    expect(new Set(names).size).toBe(names.length);
  });

  test('fit the limits of CloudWatch Logs', () => {
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html
    for (const { Name, QueryString, LogGroupNames } of listQueries(synthesize())) {
      expect(Name.length).toBeLessThanOrEqual(255);
      expect(QueryString.length).toBeLessThanOrEqual(10_000);
      expect(LogGroupNames.length).toBeLessThanOrEqual(50);
    }
  });
});
