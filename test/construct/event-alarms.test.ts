import { Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { type Synthesized, synthesize, testApp } from './synth';
import { Events, ImageService, Monitoring } from '../../src';

const ON = { events: Events.eventBridge() };

describe('the alarms of events', () => {
  const NAMES = [
    'EventsFunctionDuration', 'EventsFunctionErrors', 'EventsFunctionThrottles', 'EventsLate', 'EventsUndelivered',
  ];

  function listAlarms({ service }: Synthesized): string[] {
    return Object.keys(service.alarms).filter(name => name.startsWith('Events')).sort();
  }

  test('exist exactly in a service with events, by the prop or by a rule', () => {
    expect(listAlarms(synthesize())).toEqual([]);
    expect(listAlarms(synthesize(ON))).toEqual(NAMES);
    expect(listAlarms(synthesize({}, service => service.onImageReady('Ready')))).toEqual(NAMES);
    expect(listAlarms(synthesize({ ...ON, monitoring: Monitoring.none() }))).toEqual([]);
  });

  test('watch the queue of undelivered events and the age of the stream', () => {
    const { one } = synthesize(ON);
    expect(one('AWS::CloudWatch::Alarm', 'MonitoringEventsUndelivered').Properties).toMatchObject({
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [expect.stringContaining('EventsUndelivered'), 'QueueName'] } }],
      Threshold: 1,
    });
    expect(one('AWS::CloudWatch::Alarm', 'MonitoringEventsLate').Properties).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'IteratorAge',
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: expect.stringContaining('ImagesEventsHandlerFunction') } }],
      Threshold: 900_000,
    });
  });

  test('made late have all actions of the other alarms', () => {
    const { all } = synthesize(
      stack => ({ monitoring: Monitoring.of({ alarmTopic: new sns.Topic(stack, 'Topic') }) }),
      (service, stack) => {
        service.addAlarmAction(new SnsAction(new sns.Topic(stack, 'Second')));
        service.onImageReady('Ready');
      },
    );
    const alarms = Object.values(all('AWS::CloudWatch::Alarm')).map(
      ({ Properties: { AlarmActions, OKActions } }) => JSON.stringify({ AlarmActions, OKActions }),
    );
    expect(new Set(alarms).size).toBe(1);
    expect(alarms[0]).toContain('Second');
  });

  test('can be changed before a rule turns events on, and are an error without events', () => {
    const monitoring = Monitoring.of({ alarms: { EventsLate: { threshold: 60_000 } } });
    const { one } = synthesize({ monitoring }, service => service.onImageReady('Ready'));
    expect(one('AWS::CloudWatch::Alarm', 'MonitoringEventsLate').Properties.Threshold).toBe(60_000);
    const app = testApp();
    new ImageService(new Stack(app, 'Stack'), 'Images', { monitoring });
    expect(() => app.synth()).toThrow(
      "'monitoring.alarms' names an alarm of events, but the service publishes none, got: EventsLate",
    );
  });
});
