import { CfnOutput, Duration, Size, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { EventSettings } from './settings';
import {
  buildPlainHttpDenial, buildStreamFilters, DETAIL_TYPES, EVENT_SOURCE, type EventType, PUBLISHER_ENV, QUEUE, STREAM,
} from '../contract';
import type { IMetadata } from '../metadata/interfaces';
import type { FunctionSettings } from '../private/function-settings';
import { HandlerFunction } from '../private/handler-function';
import { suppress } from '../private/nag';

export interface EventPublishingProps {
  readonly settings: EventSettings;
  readonly functionSettings: FunctionSettings;
  readonly metadata: IMetadata;
  readonly tableArn: string;
}

/** Publishes changes of status: the table's stream, the publisher function, and the queue of undelivered events. */
export class EventPublishing extends Construct {
  public readonly function: lambda.Function;
  public readonly undelivered: sqs.Queue;

  constructor(scope: Construct, id: string, private readonly props: EventPublishingProps) {
    super(scope, id);
    this.undelivered = this.makeQueue();
    this.function = this.makeFunction();
    this.function.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['events:PutEvents'], resources: [this.buildBusArn()] }),
    );
    this.mapStream(props.metadata.grantStream(this.function));
    new CfnOutput(scope, 'EventPublisherFunctionName', {
      value: this.function.functionName,
      description: 'Function that publishes the events of images',
    });
  }

  /** Matches the events of this service only: another one may use the same bus. */
  public makeRule(scope: Construct, id: string, type: EventType, options: events.OnEventOptions): events.Rule {
    const { settings, tableArn } = this.props;
    const { target, ...common } = options;
    const rule = new events.Rule(scope, id, { ...common, eventBus: settings.bus });
    rule.addEventPattern({ source: [EVENT_SOURCE], detailType: [DETAIL_TYPES[type]], resources: [tableArn] });
    rule.addTarget(target);
    return rule;
  }

  private makeFunction(): lambda.Function {
    const { functionSettings, settings, tableArn } = this.props;
    return new HandlerFunction(this, 'Handler', {
      handler: 'publisher',
      description: 'Image service: publishes events about images to EventBridge',
      functionSettings,
      memory: Size.mebibytes(512),
      timeout: Duration.seconds(STREAM.TIMEOUT),
      environment: {
        [PUBLISHER_ENV.EVENT_BUS]: settings.bus?.eventBusName ?? DEFAULT_BUS,
        [PUBLISHER_ENV.TABLE_ARN]: tableArn,
        [PUBLISHER_ENV.INCLUDE_USER_ID]: `${settings.includeUserId}`,
      },
    }).function;
  }

  /** From the oldest record on: a mapping that is made later than the stream misses no event. */
  private mapStream(eventSourceArn: string): void {
    new lambda.EventSourceMapping(this, 'Stream', {
      target: this.function,
      eventSourceArn,
      startingPosition: lambda.StartingPosition.TRIM_HORIZON,
      filters: buildStreamFilters().map(filter => lambda.FilterCriteria.filter(filter)),
      batchSize: STREAM.BATCH_SIZE,
      parallelizationFactor: STREAM.PARALLELIZATION,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      retryAttempts: STREAM.MAX_RETRIES,
      maxRecordAge: Duration.seconds(STREAM.MAX_RECORD_AGE),
      onFailure: { bind: () => ({ destination: this.undelivered.queueArn }) },
    });
    this.function.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.undelivered.queueArn] }),
    );
  }

  private makeQueue(): sqs.Queue {
    const queue = new sqs.Queue(this, 'Undelivered', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.seconds(QUEUE.DEAD_LETTER_RETENTION),
    });
    queue.addToResourcePolicy(iam.PolicyStatement.fromJson(buildPlainHttpDenial(queue.queueArn)));
    suppress(queue, {
      rules: ['AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy'],
      reason: 'This is the on-failure destination of the stream; docs/events.md tells how to publish its events.',
    }, {
      rules: ['CKV_AWS_27'],
      reason: 'SQS encrypts the queue with its managed key at no cost, and messages contain positions in the stream only.',
    });
    return queue;
  }

  private buildBusArn(): string {
    return this.props.settings.bus?.eventBusArn
      ?? Stack.of(this).formatArn({ service: 'events', resource: 'event-bus', resourceName: DEFAULT_BUS });
  }
}

/** Name of the bus that every account has. */
const DEFAULT_BUS = 'default';
