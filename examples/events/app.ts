import { App, CfnOutput, Duration, SecretValue, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as stepfunctions from 'aws-cdk-lib/aws-stepfunctions';
// In your own project: from 'cdk-image-service'
import { ImageService } from '../../src';

/** Three consumers of events about images: a queue, a webhook and a workflow. */
class EventsExample extends Stack {
  private readonly images = new ImageService(this, 'Images');
  /** Events that a target did not accept for 24 hours. EventBridge would drop them. */
  private readonly lost = this.makeQueue('LostEvents');

  constructor(app: App) {
    super(app, 'EventsExample');
    const ready = this.queueReadyImages();
    this.callWebhook();
    this.startWorkflow();
    new CfnOutput(this, 'ReadyImagesQueueUrl', { value: ready.queueUrl });
  }

  /** A worker of yours polls the queue, at its own pace. Its messages are the events. */
  private queueReadyImages(): sqs.Queue {
    const queue = this.makeQueue('ReadyImages', { queue: this.lost, maxReceiveCount: 5 });
    this.images.onImageReady('QueueReadyImages', {
      target: new targets.SqsQueue(queue, { deadLetterQueue: this.lost }),
    });
    return queue;
  }

  /** An API destination posts rejected and failed images to a chat or a ticket system, ten a second at most. */
  private callWebhook(): void {
    const connection = new events.Connection(this, 'WebhookLogin', {
      // The secret must exist before the deployment.
      authorization: events.Authorization.apiKey('x-api-key', SecretValue.secretsManager('image-webhook-key')),
    });
    const destination = new events.ApiDestination(this, 'Webhook', {
      connection,
      endpoint: this.node.tryGetContext('webhook') as string | undefined ?? 'https://hooks.example.com/images',
      rateLimitPerSecond: 10,
    });
    const target = new targets.ApiDestination(destination, {
      deadLetterQueue: this.lost,
      retryAttempts: 10,
      maxEventAge: Duration.hours(2),
      event: events.RuleTargetInput.fromObject({
        text: `Image ${events.EventField.fromPath('$.detail.image_id')} is ${events.EventField.fromPath('$.detail.status')}`,
        event_id: events.EventField.fromPath('$.detail.event_id'),
      }),
    });
    this.images.onImageRejected('ReportRejectedImages', { target });
    this.images.onImageFailed('ReportFailedImages', { target });
  }

  /** A workflow for each deleted image, such as the removal from a search index. The event is its input. */
  private startWorkflow(): void {
    const steps = new stepfunctions.Pass(this, 'RemoveFromIndex', {
      comment: 'Your own tasks begin here',
      parameters: { 'image_id.$': '$.detail.image_id' },
    });
    const workflow = new stepfunctions.StateMachine(this, 'ForgetImage', {
      definitionBody: stepfunctions.DefinitionBody.fromChainable(steps),
      tracingEnabled: true,
      logs: {
        destination: new logs.LogGroup(this, 'WorkflowLogs', { retention: logs.RetentionDays.ONE_MONTH }),
        level: stepfunctions.LogLevel.ALL,
      },
    });
    this.images.onImageDeleted('StartWorkflow', {
      target: new targets.SfnStateMachine(workflow, { deadLetterQueue: this.lost }),
    });
  }

  private makeQueue(id: string, deadLetterQueue?: sqs.DeadLetterQueue): sqs.Queue {
    return new sqs.Queue(this, id, { enforceSSL: true, retentionPeriod: Duration.days(14), deadLetterQueue });
  }
}

new EventsExample(new App());
