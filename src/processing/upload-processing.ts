import { Size } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ClamAv } from './clam-av';
import { GuardDuty } from './guard-duty';
import type { IDecoding } from './interfaces';
import { Operator } from './operator';
import type { ProcessingSettings } from './settings';
import { UploadQueue } from './upload-queue';
import type { VariantSet } from './variant-set';
import { Worker, type WorkerQueues } from './worker';
import { computeWorkerSize } from './worker-size';
import { DEFAULTS, QUEUE_ENV, SCAN_TAGS, type ScannerKind, WORKER_ENV } from '../contract';
import type { IMetadata } from '../metadata/interfaces';
import type { FunctionSettings } from '../private/function-settings';
import type { IStorage, IUploadRules } from '../storage/interfaces';

export interface UploadProcessingProps {
  readonly settings: ProcessingSettings;
  readonly variants: VariantSet;
  readonly functionSettings: FunctionSettings;
  readonly architecture: lambda.Architecture;
  readonly uploads: IUploadRules;
  readonly storage: IStorage;
  readonly metadata: IMetadata;
  /** Further functions that read originals, to confirm uploads. */
  readonly readers: lambda.Function[];
}

/** The queue of uploads, its workers, the scanner and the operator function. */
export class UploadProcessing extends Construct {
  /** All functions of the processing. */
  public readonly functions: lambda.Function[];
  public readonly worker: lambda.Function;
  public readonly operator: lambda.Function;
  public readonly decoding: IDecoding;
  /** Undefined without ClamAV. */
  public definitionsBucket?: s3.IBucket;
  private readonly uploads: UploadQueue;

  constructor(scope: Construct, id: string, private readonly props: UploadProcessingProps) {
    super(scope, id);
    const { settings, functionSettings, storage, metadata } = props;
    const size = computeWorkerSize(settings, this.maxSize);
    const { bucketName } = storage.bucket;
    const variants = props.variants.encode();
    this.uploads = new UploadQueue(this, 'Queue', size.timeout);
    this.decoding = { ...size, environment: buildDecodingEnvironment(settings, variants) };
    const worker = new Worker(this, 'Worker', { ...props, size, environment: this.decoding.environment });
    this.worker = worker.function;
    storage.grantProcess(this.worker);
    metadata.grantProcess(this.worker);
    worker.connectQueues(this.uploads, settings);
    this.operator = new Operator(this, 'Operator', {
      ...this.listQueues(),
      functionSettings,
      uploads: props.uploads,
      variants,
      bucketName,
    }).function;
    metadata.grantOperate(this.operator);
    this.grantAnnounce(this.operator);
    this.functions = [this.worker, this.operator, ...this.makeScanner()];
    const { queue: { queueArn }, policy } = this.uploads;
    storage.notify({
      queueArn,
      policy,
      allowRules: () => this.uploads.allowRules(),
      toEventBus: settings.scanner.kind === 'guardduty',
    });
  }

  public get queue(): sqs.Queue {
    return this.uploads.queue;
  }

  public get surplusQueue(): sqs.Queue {
    return this.uploads.surplusQueue;
  }

  public get deadLetterQueue(): sqs.Queue {
    return this.uploads.deadLetterQueue;
  }

  /** The queues and the scanner, for alarms. */
  public get monitored() {
    const { scanner } = this.props.settings;
    return {
      queues: { Uploads: this.queue, Surplus: this.surplusQueue },
      deadLetterQueue: this.deadLetterQueue,
      scanner: scanner.kind as ScannerKind,
      maxDefinitionsAgeHours: scanner._clamAv?.maxDefinitionsAge.toHours(),
    };
  }

  /** Lets a function send messages to the queue of uploads. */
  public grantAnnounce(handler: lambda.Function): void {
    handler.addEnvironment(QUEUE_ENV.QUEUE_URL, this.queue.queueUrl);
    handler.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] }),
    );
  }

  public grantOperate(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.operator.functionArn],
    });
  }

  /** Makes the scanner, if there is one, and returns its functions. */
  private makeScanner(): lambda.Function[] {
    const { kind } = this.props.settings.scanner;
    if (kind === 'guardduty') return this.makeGuardDuty();
    return kind === 'clamav' ? this.makeClamAv() : [];
  }

  private makeGuardDuty(): lambda.Function[] {
    const { storage, functionSettings } = this.props;
    const { role, leftovers } = new GuardDuty(this, 'GuardDuty', { storage, uploads: this.uploads, functionSettings });
    storage.grantReadScans(this.worker);
    storage.addQuarantine({ tag: SCAN_TAGS.guardduty, readers: [...this.listReaders(), role], scanner: role });
    return [leftovers];
  }

  private makeClamAv(): lambda.Function[] {
    const { storage, settings } = this.props;
    const { scan, refresh, leftovers, definitions } = new ClamAv(this, 'ClamAv', {
      ...this.props,
      maxSize: this.maxSize,
      options: settings.scanner._clamAv!,
    });
    this.worker.addEnvironment(WORKER_ENV.SCANNER_FUNCTION, scan.functionName);
    this.worker.addToRolePolicy(
      new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [scan.functionArn] }),
    );
    storage.addQuarantine({ tag: SCAN_TAGS.clamav, readers: [...this.listReaders(), scan.role!], scanner: scan.role! });
    this.definitionsBucket = definitions;
    return [scan, refresh, leftovers].filter(made => made !== undefined);
  }

  private listReaders(): iam.IRole[] {
    return [...this.props.readers, this.worker].map(({ role }) => role!);
  }

  private listQueues(): WorkerQueues {
    return { queue: this.queue, surplusQueue: this.surplusQueue, deadLetterQueue: this.deadLetterQueue };
  }

  /** A token counts as the default. */
  private get maxSize(): Size {
    const { maxSize } = this.props.uploads;
    return maxSize.isUnresolved() ? Size.bytes(DEFAULTS.MAX_UPLOAD_BYTES) : maxSize;
  }
}

/** Variables of functions that decode: variants and limits. */
function buildDecodingEnvironment({ imageLimits }: ProcessingSettings, variants: string): Record<string, string> {
  return {
    [WORKER_ENV.VARIANTS]: variants,
    [WORKER_ENV.IMAGE_LIMITS]: JSON.stringify(imageLimits._limits),
  };
}
