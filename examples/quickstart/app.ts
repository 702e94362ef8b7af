import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
// In your own project: from 'cdk-image-service'
import {
  ApiAccess, Compute, Delivery, Events, ImageService, Monitoring, Processing, Retention, UploadRules, Viewers,
  type ImageServiceProps,
} from '../../src';

class Quickstart extends Stack {
  constructor(app: App) {
    super(app, 'Quickstart');
    const images = new ImageService(this, 'Images', {
      access: this.access(),
      uploads: UploadRules.of({
        urlTtl: Duration.minutes(this.urlMinutes()),
        corsOrigins: this.context('corsOrigins')?.split(',') ?? [], // web pages that may upload; by default no page may
      }),
      processing: this.processing(),
      delivery: this.delivery(),
      monitoring: this.monitoring(),
      events: this.events(),
      ...(this.isOnEmulator() && ON_EMULATORS),
    });

    // Your backend signs its requests with this role and names the end user in the header `x-user-id`. With tokens
    // there is no signature.
    const backend = new iam.Role(this, 'Backend', { assumedBy: new iam.AccountRootPrincipal() });
    if (!this.access()) images.grantInvoke(backend);
    if (this.hasEvents()) this.queueEvents(images);
    new CfnOutput(this, 'BackendRole', { value: backend.roleArn });
  }

  /** Undefined selects the service's default, requests that a backend signs. With an issuer, users send its tokens. */
  private access(): ApiAccess | undefined {
    const issuer = this.context('issuer');
    if (issuer === undefined) return undefined;
    return ApiAccess.jwt({
      issuer,
      audience: [this.context('audience') ?? 'images'],
      requiredScopes: ['images/use'],
      trustedScope: 'images/trusted', // with it, your backend names the user itself
      trustedClients: ['backend'],
    });
  }

  private isOnEmulator(): boolean {
    const value = this.context('emulator') ?? 'false';
    if (value !== 'true' && value !== 'false') {
      throw new Error(`--context emulator must be true or false, got: ${value}`);
    }
    return value === 'true';
  }

  private urlMinutes(): number {
    const value = this.context('urlMinutes') ?? '5';
    if (!/^\d+$/.test(value)) throw new Error(`--context urlMinutes must be a whole number, got: ${value}`);
    return Number(value);
  }

  private processing(): Processing {
    const value = this.context('processing') ?? 'queue';
    if (value !== 'queue' && value !== 'none') {
      throw new Error(`--context processing must be queue or none, got: ${value}`);
    }
    return value === 'queue' ? Processing.queue() : Processing.none(); // variants of every upload, or only originals
  }

  /**
   * Undefined selects the service's default: CloudFront with signed URLs if images are processed. Emulators do not
   * support it.
   */
  private delivery(): Delivery | undefined {
    const value = this.context('delivery') ?? (this.isOnEmulator() ? 'presigned' : undefined);
    if (value === undefined) return undefined;
    const delivery = DELIVERIES[value];
    if (!delivery) throw new Error(`--context delivery must be ${Object.keys(DELIVERIES).join(' or ')}, got: ${value}`);
    return delivery();
  }

  /** Alarms send no messages by default. Emulators do not support composite alarms and saved queries. */
  private monitoring(): Monitoring {
    const arn = this.context('alarmTopic');
    return Monitoring.of({
      alarmTopic: arn === undefined ? undefined : sns.Topic.fromTopicArn(this, 'Alarms', arn),
      composite: !this.isOnEmulator(),
      savedQueries: !this.isOnEmulator(),
    });
  }

  private hasEvents(): boolean {
    const value = this.context('events') ?? 'none';
    if (!['none', 'default', 'own'].includes(value)) {
      throw new Error(`--context events must be none, default or own, got: ${value}`);
    }
    return value !== 'none';
  }

  /** Undefined leaves events to the first rule, which publishes them on the default bus of the account. */
  private events(): Events | undefined {
    return this.context('events') === 'own' ? Events.eventBridge({ bus: new EventBus(this, 'Bus') }) : undefined;
  }

  /** A queue of images that become ready or are deleted. examples/events has other consumers. */
  private queueEvents(images: ImageService): void {
    const events = new Queue(this, 'EventQueue', {
      enforceSSL: true,
      encryption: QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(4),
    });
    images.onImageReady('Ready', { target: new SqsQueue(events) });
    images.onImageDeleted('Deleted', { target: new SqsQueue(events) });
  }

  /** Reads a value from `--context name=value` (text only) or from cdk.json (any JSON type). */
  private context(name: string): string | undefined {
    const value: unknown = this.node.tryGetContext(name);
    return value === undefined ? undefined : String(value);
  }
}

const DELIVERIES: Record<string, (() => Delivery) | undefined> = {
  signed: () => Delivery.cloudFront(), // CloudFront; a viewer needs a signed URL
  anyone: () => Delivery.cloudFront({ viewers: Viewers.anyone() }), // CloudFront; a viewer needs only the URL
  presigned: () => Delivery.presignedOnly(), // S3, by presigned URLs
};

/** On an emulator, functions run on this machine's processor, and the data is disposable. */
const ON_EMULATORS: ImageServiceProps = {
  compute: Compute.zip({
    architecture: process.arch === 'arm64' ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64,
  }),
  retention: Retention.of({ removalPolicy: RemovalPolicy.DESTROY }),
};

new Quickstart(new App());
