import { Token } from 'aws-cdk-lib';
import {
  API_ENV, AUTHORIZER_ENV, CLAMAV_ENV, COMMON_ENV, DELIVERY_ENV, EMULATOR_ENV, INVALIDATOR_ENV, OPERATOR_ENV,
  PUBLISHER_ENV, QUEUE_ENV, TRANSFORM_ENV, WORKER_ENV,
} from '../contract';
import { LAYER_ARN, type TraceSettings } from '../private/trace-settings';
import { describeValue, listOptionNames, makeFromOptions, throwOptionError } from '../private/validate';

/** Options of `Tracing.openTelemetry()`. */
export interface OpenTelemetryOptions {
  /**
   * ARN of a version of a layer with an SDK of OpenTelemetry for Node.js 24, in the region of the service. If its name
   * ends in a processor, it must be that of `compute.architecture`.
   */
  readonly layerArn: string;

  /**
   * Script of the layer that starts the SDK before the function, below `/opt/`.
   * @default '/opt/otel-instrument'
   */
  readonly wrapper?: string;

  /**
   * Variables of the functions that configure the SDK, such as `{ OTEL_TRACES_SAMPLER: 'always_on' }`. Everybody who
   * may read the functions' configuration can read them.
   * @default - none: the SDK has the defaults of its layer
   */
  readonly environment?: { [name: string]: string };
}

const OPTIONS = listOptionNames<OpenTelemetryOptions>({ layerArn: true, wrapper: true, environment: true });

const WRAPPER = 'AWS_LAMBDA_EXEC_WRAPPER';

/** Variables that the service sets itself. */
const OWN_VARIABLES = new Set<string>([
  WRAPPER,
  ...[
    API_ENV, AUTHORIZER_ENV, CLAMAV_ENV, COMMON_ENV, DELIVERY_ENV, EMULATOR_ENV, INVALIDATOR_ENV, OPERATOR_ENV,
    PUBLISHER_ENV, QUEUE_ENV, TRANSFORM_ENV, WORKER_ENV,
  ].flatMap(names => Object.values(names)),
]);

/** Names that Lambda accepts. https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html */
const VARIABLE = /^[a-zA-Z]\w+$/;

/** How requests and uploads are traced. docs/operations.md compares the ways, under "Traces". */
export class Tracing {
  /**
   * Lambda and API Gateway record segments in AWS X-Ray: how long each request and each function took. The functions
   * themselves record nothing. X-Ray charges $5 per million traces, and by default samples one request a second and 5 %
   * of the others.
   */
  public static xray(): Tracing {
    return new Tracing({ isActive: true });
  }

  /**
   * Adds a layer with an SDK of OpenTelemetry to all functions, except those that run from container images. The
   * functions then also record spans of their steps, such as presigning, each call of DynamoDB and S3, decoding and
   * encoding. X-Ray records its segments, too, and decides which requests are sampled.
   * @throws if an option breaks a rule; the error names the option, the rule, the value and the fix. Region and
   * processor of the layer are checked when the service is made
   */
  public static openTelemetry(options: OpenTelemetryOptions): Tracing {
    return makeFromOptions('tracing', 'Tracing.openTelemetry()', options, OPTIONS, () => {
      const { layerArn, wrapper = '/opt/otel-instrument', environment = {} } = options;
      checkLayerArn(layerArn);
      checkWrapper(wrapper);
      checkEnvironment(environment);
      return new Tracing({
        isActive: true, layer: { arn: layerArn, environment: { ...environment, [WRAPPER]: wrapper } },
      });
    });
  }

  /** Records no traces. The functions have no rights on X-Ray. */
  public static none(): Tracing {
    return new Tracing({ isActive: false });
  }

  private constructor(
    /** @internal */
    public readonly _settings: TraceSettings,
  ) {}
}

function checkLayerArn(arn: unknown): void {
  if (Token.isUnresolved(arn) || (typeof arn === 'string' && LAYER_ARN.test(arn))) return;
  const rule = 'must be the ARN of a version of a layer';
  const example = 'arn:aws:lambda:eu-central-1:123456789012:layer:tracing:1';
  throwOptionError('layerArn', rule, describeValue(arn), `write it like ${example}`);
}

function checkWrapper(wrapper: unknown): void {
  if (Token.isUnresolved(wrapper) || (typeof wrapper === 'string' && /^\/opt\/[\w./-]+$/.test(wrapper))) return;
  throwOptionError('wrapper', 'must be a path below /opt/', describeValue(wrapper), 'layers are unpacked there');
}

function checkEnvironment(environment: unknown): void {
  if (typeof environment !== 'object' || environment === null || Array.isArray(environment)) {
    const fix = "write it like { OTEL_TRACES_SAMPLER: 'always_on' }";
    throwOptionError('environment', 'must be an object of variables', describeValue(environment), fix);
  }
  for (const [name, value] of Object.entries(environment)) checkVariable(name, value);
}

function checkVariable(name: string, value: unknown): void {
  const option = `environment.${name}`;
  if (!VARIABLE.test(name)) {
    const rule = 'must be named by letters, digits and underscores, and begin with a letter';
    throwOptionError(option, rule, describeValue(name), 'Lambda accepts no other names');
  }
  if (OWN_VARIABLES.has(name)) {
    const fix = name === WRAPPER ? 'use the option wrapper' : 'leave it out';
    throwOptionError(option, 'must not be a variable of the service', describeValue(name), fix);
  }
  if (typeof value !== 'string') {
    throwOptionError(option, 'must be a text', describeValue(value), 'write it in quotes');
  }
}
