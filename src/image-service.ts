import { CfnOutput, Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ApiAccess } from './api/api-access';
import { Compute } from './api/compute';
import { ImageApi } from './api/image-api';
import { Limits } from './api/limits';
import { Metadata } from './metadata/metadata';
import { Sweeper } from './metadata/sweeper';
import { combine } from './private/grants';
import { refuse } from './private/validate';
import { Retention } from './storage/retention';
import { Storage } from './storage/storage';
import { UploadRules } from './storage/upload-rules';

/** The decisions that a user of `ImageService` makes. None has to be made. */
export interface ImageServiceProps {
  /**
   * Who may call the API, and whom a request acts for.
   * @default ApiAccess.iam()
   */
  readonly access?: ApiAccess;

  /**
   * What may be uploaded, and how: size, formats, lifetime of URLs, web origins, acceleration.
   * @default UploadRules.of()
   */
  readonly uploads?: UploadRules;

  /**
   * How long images, records and what is left of deleted images are kept.
   * @default Retention.of()
   */
  readonly retention?: Retention;

  /**
   * How much the API takes before it answers 429.
   * @default Limits.of()
   */
  readonly limits?: Limits;

  /**
   * How the functions run: from zip files or a container image; processor, memory, concurrency.
   * @default Compute.zip()
   */
  readonly compute?: Compute;

  /**
   * Bucket of your own, which the service uses below `originals/`. One made in this app gets the policy statements, CORS
   * rules and lifecycle rules that the service needs; of an imported one, a warning prints them for its owner. Give it
   * block public access, and no versioning unless deleted images may live on.
   * @default - a private bucket is made
   */
  readonly bucket?: s3.IBucket;

  /**
   * Table of your own, which nothing else uses: partition key `image_id`, indexes `by_user` and `by_due`, time to live on
   * `expires_at`. Synthesis fails and names what is missing where the table is made in this app.
   * @default - an on-demand table with point-in-time recovery is made
   */
  readonly table?: dynamodb.ITable;

  /**
   * Key that encrypts the bucket and the table that are made; those that you bring have keys of their own.
   * @default - keys that S3 and DynamoDB own, which cost nothing
   */
  readonly encryptionKey?: kms.IKey;
}

/** A complete image service: direct uploads to S3, metadata in DynamoDB, and an HTTP API in front of both. */
export class ImageService extends Construct {
  /** The REST API. Associate a web ACL or a domain name with it, or read its metrics. */
  public readonly api: apigateway.RestApi;
  /** Base URL of the API, with a slash at its end. Also an output of the stack. */
  public readonly url: string;
  /** The bucket of originals, made or brought. */
  public readonly bucket: s3.IBucket;
  /** The table of records, made or brought. */
  public readonly table: dynamodb.ITable;
  /** The function behind every route of the API. */
  public readonly apiFunction: lambda.IFunction;
  /** The function that runs every 5 minutes, finishes what was interrupted and removes what was never uploaded. */
  public readonly sweeperFunction: lambda.IFunction;
  private readonly uploads: UploadRules;
  private readonly retention: Retention;
  private readonly storage: Storage;
  private readonly metadata: Metadata;
  private readonly imageApi: ImageApi;

  /**
   * Makes an image service.
   * @throws where two props exclude each other, naming both
   */
  constructor(scope: Construct, id: string, props: ImageServiceProps = {}) {
    super(scope, id);
    checkKinds(props);
    checkNothingIsIgnored(props);
    const { bucket, table, encryptionKey, access = ApiAccess.iam(), limits = Limits.of(), compute = Compute.zip() } = props;
    this.uploads = props.uploads ?? UploadRules.of();
    this.retention = props.retention ?? Retention.of();
    const { uploads, retention } = this;

    this.storage = new Storage(this, 'Storage', { uploads, retention, bucket, encryptionKey });
    this.metadata = new Metadata(this, 'Metadata', { ...retention, table, encryptionKey });
    this.imageApi = new ImageApi(this, 'Api', { access, uploads, limits, compute });
    const sweeper = new Sweeper(this, 'Sweeper', { code: compute._code, uploads });
    for (const room of [this.storage, this.metadata]) {
      room.grantServe(this.imageApi.function);
      room.grantSweep(sweeper.function);
    }

    this.api = this.imageApi.restApi;
    this.url = this.imageApi.url;
    this.bucket = this.storage.bucket;
    this.table = this.metadata.table;
    this.apiFunction = this.imageApi.function;
    this.sweeperFunction = sweeper.function;
    new CfnOutput(this, 'ApiUrl', { value: this.url, description: 'Base URL of the image API' });
  }

  /** All functions of the service. */
  public get functions(): lambda.IFunction[] {
    return [this.apiFunction, this.sweeperFunction];
  }

  /** Largest image that can be uploaded. */
  public get maxUploadSize(): Size {
    return this.uploads.maxSize;
  }

  /** Content types that can be uploaded, such as `image/jpeg`. */
  public get acceptedTypes(): string[] {
    return this.uploads.contentTypes;
  }

  /** How long an upload or download URL works. */
  public get urlTtl(): Duration {
    return this.uploads.urlTtl;
  }

  /** How long the record of a deleted image is kept. */
  public get deletedRecords(): Duration {
    return this.retention.deletedRecords;
  }

  /**
   * Lets a backend call the whole API. It acts for whomever it names in `x-user-id`, so give this to code that you
   * trust, never to end users.
   */
  public grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.imageApi.grantInvoke(grantee);
  }

  /** Lets a principal read the originals of all users from the bucket, past the API: for analysis or export. */
  public grantReadOriginals(grantee: iam.IGrantable): iam.Grant {
    return this.storage.grantReadOriginals(grantee);
  }

  /**
   * Lets a principal read, list, write and delete all originals and all records, past the API: for operators and
   * migrations. The bucket goes on refusing whatever could overwrite an original: write with a single PUT and
   * `If-None-Match: *`, since multipart uploads and plain copies are refused too.
   */
  public grantManage(grantee: iam.IGrantable): iam.Grant {
    return combine(this.storage.grantManage(grantee), this.metadata.grantManage(grantee));
  }
}

/** An object that only looks like one of ours has passed no check of its values. */
function checkKinds({ access, uploads, retention, limits, compute }: ImageServiceProps): void {
  const kinds = [
    ['access', access, ApiAccess], ['uploads', uploads, UploadRules], ['retention', retention, Retention], ['limits', limits, Limits],
    ['compute', compute, Compute],
  ] as const;
  for (const [option, value, kind] of kinds) {
    if (value === undefined || value instanceof kind) continue;
    refuse(option, `must be made by a factory of ${kind.name}`, typeof value === 'object' ? 'another object' : JSON.stringify(value), `see ${kind.name} in API.md`);
  }
}

/** What the made bucket and table would take has no effect where both are brought. */
function checkNothingIsIgnored({ bucket, table, encryptionKey, retention }: ImageServiceProps): void {
  if (!bucket || !table) return;
  const rule = "has no effect where both 'bucket' and 'table' are given";
  if (encryptionKey) refuse('encryptionKey', rule, encryptionKey.node.path, 'give the key to the bucket and the table where they are made');
  const policy = retention?.removalPolicy ?? RemovalPolicy.RETAIN;
  if (policy !== RemovalPolicy.RETAIN) refuse('removalPolicy', rule, policy, 'give the policy to the bucket and the table where they are made');
}
