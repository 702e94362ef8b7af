import {
  CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm, PutMetricAlarmCommand, PutMetricDataCommand,
  SetAlarmStateCommand, type StateValue,
} from '@aws-sdk/client-cloudwatch';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand, DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient,
} from '@aws-sdk/client-sqs';
import { eventually } from '../../../test/acceptance/support/together';
import { ALARM_TOPIC } from '../cdklocal';
import { buildClientOptions, findPhysicalId, readDeployment } from '../deployment';

/** LocalStack evaluates an alarm once in each of its periods. */
const PATIENCE_MS = 120_000;
const stack = readDeployment();
const options = buildClientOptions(stack);
const [cloudWatch, sns, sqs] = [new CloudWatchClient(options), new SNSClient(options), new SQSClient(options)];

let QueueUrl: string;

beforeAll(async () => {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: ALARM_TOPIC.split(':').at(-1) }));
  expect(TopicArn).toBe(ALARM_TOPIC);
  QueueUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'quickstart-alarms' }))).QueueUrl!;
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  await sns.send(new SubscribeCommand({
    TopicArn, Protocol: 'sqs', Endpoint: Attributes!.QueueArn, Attributes: { RawMessageDelivery: 'true' },
  }));
});

async function describeAlarm(name: string): Promise<MetricAlarm> {
  const AlarmNames = [findPhysicalId(stack, 'AWS::CloudWatch::Alarm', new RegExp(`Monitoring${name}[0-9A-F]{8}$`))];
  const { MetricAlarms } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames }));
  return MetricAlarms![0];
}

async function setState(AlarmName: string, StateValue: StateValue): Promise<void> {
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'test' }));
}

const received: { AlarmName: string; NewStateValue: string }[] = [];

async function waitForMessage(alarm: string, state: StateValue): Promise<void> {
  await eventually(async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    for (const { Body, ReceiptHandle } of Messages) {
      received.push(JSON.parse(Body!) as typeof received[number]);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    expect(received).toContainEqual(expect.objectContaining({ AlarmName: alarm, NewStateValue: state }));
  }, PATIENCE_MS);
}

test('an alarm of the stack sends a message when it goes off, and another when it is over', async () => {
  const { AlarmName = '' } = await describeAlarm('ApiErrors');
  await setState(AlarmName, 'OK');
  await setState(AlarmName, 'ALARM');
  await waitForMessage(AlarmName, 'ALARM');
  received.length = 0;
  await setState(AlarmName, 'OK');
  await waitForMessage(AlarmName, 'OK');
}, 2 * PATIENCE_MS);

test('a datum of its metric sets an alarm off, and the alarm is over without more of them', async () => {
  const { AlarmActions, OKActions, ...definition } = await describeAlarm('ForeignKeys');
  expect([AlarmActions, OKActions]).toEqual([[ALARM_TOPIC], [ALARM_TOPIC]]);
  // A copy of the definition with a short period: no emulator's clock can be moved.
  const AlarmName = 'foreign-keys-short';
  const { Namespace, MetricName, Dimensions, Statistic, Threshold, ComparisonOperator, TreatMissingData } = definition;
  await cloudWatch.send(new PutMetricAlarmCommand({
    AlarmName,
    AlarmActions,
    OKActions,
    Namespace,
    MetricName,
    Dimensions,
    Statistic,
    Threshold,
    ComparisonOperator,
    TreatMissingData,
    Period: 10,
    EvaluationPeriods: 1,
  }));
  const put = async (Value: number) => cloudWatch.send(
    new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName, Dimensions, Value }] }),
  );
  await put(1);
  await waitForMessage(AlarmName, 'ALARM');
  // MiniStack evaluates alarms only when a datum comes.
  const puts = setInterval(() => void put(0), 5000);
  await waitForMessage(AlarmName, 'OK').finally(() => clearInterval(puts));
}, 3 * PATIENCE_MS);
