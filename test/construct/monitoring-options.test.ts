import { Stack } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { synthesize, testApp, type PropsFor } from './synth';
import { ImageService, Monitoring, Processing } from '../../src';
import { buildAnchor } from '../../src/monitoring/runbook';
import { readAlarms, type TemplateJson } from '../monitoring/template-alarms';

const listAlarms = (props?: PropsFor) => readAlarms(synthesize(props).template.toJSON() as TemplateJson);
const withAlarms = (alarms: object) => ({ monitoring: Monitoring.of({ alarms: alarms as never }) });

/** Properties of all alarms, the composite one too. */
function listProperties(props: PropsFor, arrange?: Parameters<typeof synthesize>[1]): Record<string, any>[] {
  const { all } = synthesize(props, arrange);
  return ['Alarm', 'CompositeAlarm'].flatMap(
    type => Object.values(all(`AWS::CloudWatch::${type}`)).map(({ Properties }) => Properties),
  );
}

describe('the options of one alarm', () => {
  test('change its threshold and its periods, and no other alarm', () => {
    const changed = listAlarms(withAlarms({ ApiErrors: { threshold: 0.05, periods: 4 } }));
    expect(changed.find(({ name }) => name === 'ApiErrors')).toMatchObject({ threshold: 0.05, periods: 4, datapointsToAlarm: 4 });
    const others = ({ name }: { name: string }) => name !== 'ApiErrors';
    expect(changed.filter(others)).toEqual(listAlarms().filter(others));
  });

  test('turn it off', () => {
    const names = listAlarms(withAlarms({ ApiLatency: { enabled: false } })).map(({ name }) => name);
    expect(names).toEqual(listAlarms().map(({ name }) => name).filter(name => name !== 'ApiLatency'));
  });

  test('change nothing with the defaults', () => {
    const alarms = Object.fromEntries(
      listAlarms().map(({ name, threshold, periods }) => [name, { enabled: true, threshold, periods }]),
    );
    expect(listAlarms(withAlarms(alarms))).toEqual(listAlarms());
  });

  test.each([['ApiError', 'ApiErrors'], ['deadletters', 'DeadLetters'], ['OrphanObjects', 'OrphanedObjects']])(
    'of the misspelt name %s are an error that names %s', (name, similar) => {
      expect(() => synthesize(withAlarms({ [name]: { threshold: 1 } }))).toThrow(
        `Stack/Images: 'monitoring.alarms' must name alarms of this service, got: ${name}; did you mean ${similar}?`,
      );
    },
  );

  test('of an alarm that the service lacks are an error that lists its names', () => {
    expect(() => synthesize(withAlarms({ ReadyImagesInfected: {} }))).toThrow(
      'got: ReadyImagesInfected; alarms of parts that it lacks do not exist, and it has ApiErrors, ApiLatency, TableReadThrottles,',
    );
    expect(() => synthesize({ ...withAlarms({ DeadLetters: {} }), processing: Processing.none() })).toThrow('got: DeadLetters;');
    expect(() => synthesize(withAlarms({ DeliveryErrors: {} }))).toThrow('got: DeliveryErrors;');
  });

  test.each([
    ['ApiErrors', 5, "threshold' must be at most 1, since it is a fraction, got: 5; write 5 % as 0.05"],
    ['StorageClientErrors', 1.01, 'must be at most 1, since it is a fraction, got: 1.01'],
  ])('must not set the rate of %s above the whole, since the alarm would never go off', (name, threshold, message) => {
    expect(() => synthesize(withAlarms({ [name]: { threshold } }))).toThrow(message);
    const whole = listAlarms(withAlarms({ [name]: { threshold: 1 } })).find(alarm => alarm.name === name);
    expect(whole).toMatchObject({ threshold: 1 });
  });

  test('of CloudFront take a percentage', () => {
    const synthesizeIn = (threshold: number) => () => new ImageService(
      new Stack(testApp(), 'Stack', { env: { region: 'us-east-1' } }), 'Images', withAlarms({ DeliveryErrors: { threshold } }),
    );
    expect(synthesizeIn(5)).not.toThrow();
    expect(synthesizeIn(101)).toThrow('must be at most 100, since it is a percentage, got: 101; write 5 % as 5');
  });

  test('of the composite alarm are an error that names its option', () => {
    expect(() => synthesize(withAlarms({ Unhealthy: { enabled: false } }))).toThrow(
      "got: Unhealthy; turn the composite alarm off with 'composite: false'",
    );
  });

  test.each([['ApiErrors', 100], ['Rejections', 96]])('let %s have %d periods, which CloudWatch still evaluates', (name, periods) => {
    expect(listAlarms(withAlarms({ [name]: { periods } })).find(alarm => alarm.name === name)!.periods).toBe(periods);
  });

  test('must not make CloudWatch look back for more than a day', () => {
    expect(() => synthesize(withAlarms({ Rejections: { periods: 97 } }))).toThrow(
      "'monitoring.alarms.Rejections.periods' must be at most 96, since a period has 15 minutes, got: 97;",
    );
  });
});

describe('the policy of a topic', () => {
  const listStatements = (props: PropsFor) => synthesize(props).all('AWS::SNS::TopicPolicy');

  test('that enforces TLS lets the alarms of the service publish', () => {
    const [policy] = Object.values(listStatements(stack => ({
      monitoring: Monitoring.of({ alarmTopic: new sns.Topic(stack, 'Topic', { enforceSSL: true }) }),
    })));
    expect(policy.Properties.PolicyDocument.Statement).toContainEqual(expect.objectContaining({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Condition: {
        ArnLike: {
          'aws:SourceArn': {
            'Fn::Join': ['', expect.arrayContaining([
              expect.stringMatching(/^:alarm:Stack-Images-\w+-\*$/),
            ])],
          },
        },
      },
    }));
  });

  test('stays the one of SNS without a policy of its own, since others may publish by it', () => {
    const props: PropsFor = stack => ({ monitoring: Monitoring.of({ alarmTopic: new sns.Topic(stack, 'Topic') }) });
    expect(listStatements(props)).toEqual({});
  });
});

describe('actions', () => {
  const makeTopic = (stack: Stack) => new sns.Topic(stack, 'Topic');

  test('of the topic come with every alarm and with its end', () => {
    const properties = listProperties(stack => ({ monitoring: Monitoring.of({ alarmTopic: makeTopic(stack) }) }));
    expect(properties.length).toBeGreaterThan(50);
    for (const { AlarmActions, OKActions } of properties) {
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: 'TopicBFC7AF6E' }], [{ Ref: 'TopicBFC7AF6E' }]]);
    }
  });

  test('of alarmActions come with every alarm only', () => {
    const properties = listProperties(stack => ({
      monitoring: Monitoring.of({ alarmActions: [new SnsAction(makeTopic(stack))] }),
    }));
    for (const { AlarmActions, OKActions } of properties) {
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: 'TopicBFC7AF6E' }], undefined]);
    }
  });

  test('can be added to all alarms later, and to one', () => {
    const properties = listProperties({}, (service, stack) => {
      service.addAlarmAction(new SnsAction(makeTopic(stack)));
      const other = new sns.Topic(stack, 'Other');
      (service.alarms.ApiErrors as Alarm).addAlarmAction(new SnsAction(other));
    });
    const twice = properties.filter(({ AlarmActions }) => AlarmActions.length === 2);
    expect(twice.map(({ AlarmName }) => AlarmName)).toEqual([
      expect.stringMatching(/-ApiErrors$/),
    ]);
    expect(properties.every(({ AlarmActions }) => AlarmActions[0].Ref === 'TopicBFC7AF6E')).toBe(true);
  });

  test('are none by default', () => {
    expect(listProperties({}).filter(({ AlarmActions, OKActions }) => AlarmActions ?? OKActions)).toEqual([]);
  });

  test('cannot be added without alarms', () => {
    expect(() => synthesize({ monitoring: Monitoring.none() }, (service, stack) => {
      service.addAlarmAction(new SnsAction(makeTopic(stack)));
    })).toThrow("Stack/Images: 'addAlarmAction' has no effect with Monitoring.none(), got: 1 actions; use Monitoring.of()");
  });

  test('must be actions, not topics', () => {
    expect(() => synthesize({}, (service, stack) => { service.addAlarmAction(makeTopic(stack) as never); })).toThrow(
      "Stack/Images: 'addAlarmAction' must hold alarm actions, got: an object of Topic2; write it like [new SnsAction(topic)], with SnsAction of",
    );
  });
});

describe('the description of an alarm', () => {
  test('names the numbers that props changed', () => {
    const alarms = { ApiErrors: { threshold: 0.05, periods: 4 }, ApiLatency: { threshold: 3000 } };
    const changed = listAlarms(withAlarms(alarms));
    const find = (name: string) => changed.find(alarm => alarm.name === name)!.description;
    expect(find('ApiErrors')).toContain('got a status of 500 or more. Changed by props: threshold 0.05, periods 4. https://');
    expect(find('ApiLatency')).not.toContain('Changed');
  });

  test('begins with its severity and ends with the link to its heading', () => {
    for (const { description } of listAlarms()) {
      expect(description).toMatch(/^\[(urgent|soon)\] [A-Z].+\. https:\/\/github\.com\/.+\/docs\/runbook\.md#[a-z0-9-]+$/);
      expect(description.length).toBeLessThanOrEqual(1024);
    }
  });

  test('links to another runbook, with room for the longest address', () => {
    const runbookUrl = `https://wiki.example.com/${'i'.repeat(512 - 25)}`;
    const alarms = listAlarms({ monitoring: Monitoring.of({ runbookUrl }) });
    expect(alarms.every(({ description }) => description.includes(` ${runbookUrl}#`))).toBe(true);
    expect(Math.max(...alarms.map(({ description }) => description.length))).toBeLessThanOrEqual(1024);
  });

  test.each([
    ['The API answers with errors', 'the-api-answers-with-errors'],
    ['Records, or objects', 'records-or-objects'],
    ['The dead-letter queue', 'the-dead-letter-queue'],
  ])('has the anchor that GitHub gives to "%s"', (heading, anchor) => {
    expect(buildAnchor(heading)).toBe(anchor);
  });
});

test.each<[object, string]>([
  [{ alarmTopic: 'arn:aws:sns:eu-central-1:111122223333:alarms' }, "'monitoring.alarmTopic' must be a construct of type sns.ITopic, got: \"arn:aws:sns:"],
  [{ alarmActions: {} }, "'monitoring.alarmActions' must be a list, got: a plain object; write it like [new SnsAction(topic)]"],
  [{ alarmActions: ['topic'] }, "'monitoring.alarmActions' must hold alarm actions, got: \"topic\"; write it like [new SnsAction(topic)]"],
  [{ composite: 'false' }, "'monitoring.composite' must be true or false, got: \"false\"; write it without quotes"],
  [{ dashboard: 0 }, "'monitoring.dashboard' must be true or false, got: 0"],
  [{ storageMetrics: 'yes' }, "'monitoring.storageMetrics' must be true or false, got: \"yes\""],
  [{ runbookUrl: 'wiki/images' }, "'monitoring.runbookUrl' must be an http or https URL of at most 512 characters without blanks or a fragment, got: \"wiki/images\"; write it like https://wiki.example.com/images"],
  [{ runbookUrl: 'https://wiki.example.com/images\n[urgent] call 0900' }, 'must be an http or https URL'],
  [{ runbookUrl: 'https://wiki.example.com/my images' }, 'must be an http or https URL'],
  [{ runbookUrl: 'javascript:alert(1)' }, 'must be an http or https URL'],
  [{ runbookUrl: 'https://wiki.example.com/#images' }, 'without blanks or a fragment, got: "https://wiki.example.com/#images"'],
  [{ runbookUrl: `https://wiki.example.com/${'i'.repeat(488)}` }, 'must be an http or https URL of at most 512 characters'],
  [{ runbookUrl: 7 }, "'monitoring.runbookUrl' must be an http or https URL"],
  [{ alarms: [] }, "'monitoring.alarms' must be an object, got: []; write it like { ApiErrors: { threshold: 0.05 } }"],
  [{ alarms: { ApiErrors: 0.05 } }, "'monitoring.alarms.ApiErrors' must be an object of options, got: 0.05; it has enabled, threshold, periods"],
  [{ alarms: { ApiErrors: { limit: 1 } } }, "'monitoring.alarms.ApiErrors.limit' is not an option of an alarm, got: 1; it has enabled, threshold, periods"],
  [{ alarms: { ApiErrors: { enabled: 'no' } } }, "'monitoring.alarms.ApiErrors.enabled' must be true or false, got: \"no\""],
  [{ alarms: { ApiErrors: { periods: 0 } } }, "'monitoring.alarms.ApiErrors.periods' must be a whole number from 1 to 100, got: 0; use a number in this range"],
  [{ alarms: { ApiErrors: { periods: 1.5 } } }, 'must be a whole number from 1 to 100, got: 1.5'],
  [{ alarms: { ApiErrors: { periods: 101 } } }, 'must be a whole number from 1 to 100, got: 101'],
  [{ alarms: { ApiErrors: { threshold: 0 } } }, "'monitoring.alarms.ApiErrors.threshold' must be a number of more than 0, got: 0; turn an alarm off with enabled: false"],
  [{ alarms: { ApiErrors: { threshold: '5 %' } } }, 'must be a number of more than 0, got: "5 %"'],
  [{ alarms: { ApiErrors: { threshold: NaN } } }, 'must be a number of more than 0, got: NaN'],
  [{ alarm: {} }, "'monitoring.alarm' is not an option of Monitoring.of(), got: a plain object; it has alarmTopic,"],
])('Monitoring.of(%j) is rejected', (options, message) => {
  expect(() => Monitoring.of(options)).toThrow(message);
});

test('Monitoring.none() has no options of alarms', () => {
  expect(() => Monitoring.none({ alarms: {} } as never)).toThrow(
    "'monitoring.alarms' is not an option of Monitoring.none(), got: a plain object; it has logLevel,",
  );
});
