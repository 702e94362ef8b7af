import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import * as targets from 'aws-cdk-lib/aws-scheduler-targets';
import { Construct } from 'constructs';
import { type ClamAvSettings, findMirrorPort } from './clam-av-settings';
import { Leftovers } from './leftovers';
import { CLAMAV_ENV, DEFINITIONS, SCAN_SECONDS } from '../contract';
import { allowEgress } from '../private/function-network';
import type { FunctionSettings } from '../private/function-settings';
import { fromClamAvImage } from '../private/handler-code';
import { HandlerFunction } from '../private/handler-function';
import { suppress, acceptWildcard } from '../private/nag';
import { withoutLayer } from '../private/trace-settings';
import type { IStorage } from '../storage/interfaces';

export interface ClamAvProps {
  readonly options: ClamAvSettings;
  readonly architecture: lambda.Architecture;
  readonly maxSize: Size;
  readonly storage: IStorage;
  /** Settings of functions without ClamAV. Those with ClamAV differ in their code. */
  readonly functionSettings: FunctionSettings;
}

const EVERY = Duration.hours(3);
/** Room for the current definitions, and for new ones during their test. */
const DEFINITIONS_DISK = Size.gibibytes(2);

/** A function with clamd, a function that downloads virus definitions, and the bucket between them. */
export class ClamAv extends Construct {
  public readonly scan: lambda.Function;
  /** Undefined if the user provides the bucket of definitions. */
  public readonly refresh?: lambda.Function;
  /** Undefined if the user provides the bucket of definitions. */
  public readonly leftovers?: lambda.Function;
  public readonly definitions: s3.IBucket;

  constructor(scope: Construct, id: string, private readonly props: ClamAvProps) {
    super(scope, id);
    const { definitionsBucket } = props.options;
    this.definitions = definitionsBucket ?? this.makeBucket();
    this.scan = this.makeScan();
    if (definitionsBucket) return;
    const leftovers = new Leftovers(this, 'Leftovers', {
      functionSettings: props.functionSettings,
      bucket: this.definitions,
      prefixes: Object.values(DEFINITIONS),
    });
    this.leftovers = leftovers.function;
    this.refresh = this.makeRefresh();
    this.schedule(this.refresh);
    // The writers of definitions and their permissions are deleted before the definitions.
    for (const writer of ['Refresh', 'Schedule', 'ScheduleRole']) {
      this.node.findChild(writer).node.addDependency(leftovers);
    }
  }

  private makeScan(): lambda.Function {
    const { options, maxSize, storage } = this.props;
    const scan = this.makeFunction('Scan', {
      handler: 'scan',
      description: 'Image service: scans originals for malware',
      memory: options.memory,
      timeout: Duration.seconds(SCAN_SECONDS.clamav),
      // clamd stores the scanned file next to the definitions.
      ephemeralStorage: Size.mebibytes(DEFINITIONS_DISK.toMebibytes() + Math.ceil(maxSize.toBytes() / 1024 / 1024)),
      environment: {
        [CLAMAV_ENV.MAX_DEFINITIONS_AGE]: `${options.maxDefinitionsAge.toHours()}`,
        [CLAMAV_ENV.MAX_SIZE]: `${maxSize.toBytes()}`,
      },
    });
    storage.grantScan(scan);
    this.allowDefinitions(scan, ['s3:GetObject']);
    return scan;
  }

  private makeRefresh(): lambda.Function {
    const refresh = this.makeFunction('Refresh', {
      handler: 'refresh',
      description: 'Image service: downloads virus definitions',
      // freshclam loads downloaded definitions once, to test them.
      memory: this.props.options.memory,
      timeout: Duration.minutes(10),
      ephemeralStorage: DEFINITIONS_DISK,
      environment: { [CLAMAV_ENV.MIRROR]: this.props.options.mirror ?? '' },
    });
    this.allowDefinitions(refresh, ['s3:DeleteObject', 's3:GetObject', 's3:PutObject']);
    this.allowMirror();
    return refresh;
  }

  /** A mirror may listen on another port than HTTPS. All functions share the security group. */
  private allowMirror(): void {
    const { options: { mirror }, functionSettings: { network } } = this.props;
    const port = mirror === undefined ? undefined : findMirrorPort(mirror);
    if (network && port !== undefined) allowEgress(network, port);
  }

  private makeFunction(
    id: string, props: Omit<ConstructorParameters<typeof HandlerFunction>[2], 'functionSettings'>,
  ): lambda.Function {
    const environment = { ...props.environment, [CLAMAV_ENV.DEFINITIONS_BUCKET]: this.definitions.bucketName };
    const { functionSettings, architecture } = this.props;
    const traces = withoutLayer(functionSettings.traces);
    return new HandlerFunction(this, id, {
      ...props,
      functionSettings: { ...functionSettings, code: fromClamAvImage(architecture), traces },
      environment,
    }).function;
  }

  private allowDefinitions(handler: lambda.Function, actions: string[]): void {
    const { bucketArn, encryptionKey } = this.definitions;
    handler.addToRolePolicy(new iam.PolicyStatement({ actions, resources: [`${bucketArn}/*`] }));
    // Without it S3 answers 403 for a missing object.
    handler.addToRolePolicy(new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucketArn] }));
    encryptionKey?.grantDecrypt(handler);
    suppress(handler.role!, acceptWildcard('.Arn>/*', 'The bucket contains definitions only.'));
  }

  private makeBucket(): s3.Bucket {
    const bucket = new s3.Bucket(this, 'Definitions', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      // The definitions can be downloaded again.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    suppress(
      bucket,
      {
        rules: ['AwsSolutions-S1', 'CKV_AWS_18'],
        reason: 'The bucket contains public ClamAV definitions, and two functions of the service use it.',
      },
      { rules: ['CKV_AWS_21'], reason: 'Old versions of the definitions have no use.' },
    );
    return bucket;
  }

  /**
   * Not an EventBridge rule: a schedule without a start date begins at once (EventBridge Scheduler, "Rate-based
   * schedules"), and no image is clean without definitions.
   */
  private schedule(refresh: lambda.Function): void {
    const role = new iam.Role(this, 'ScheduleRole', { assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com') });
    const schedule = new scheduler.Schedule(this, 'Schedule', {
      description: 'Image service: downloads virus definitions',
      schedule: scheduler.ScheduleExpression.rate(EVERY),
      target: new targets.LambdaInvoke(refresh, { role, retryAttempts: 2, maxEventAge: Duration.hours(1) }),
    });
    // The first run begins at once. Without the policy it would be denied, and no image would be clean for three hours.
    schedule.node.addDependency(role);
    suppress(schedule, {
      rules: ['W3005'],
      reason: 'The dependency on the role includes its policies, which no attribute of the schedule references.',
    });
    suppress(
      role, acceptWildcard('.Arn>:*', 'CDK grants access to the versions of a function, too; this function has no versions.'),
    );
  }
}
