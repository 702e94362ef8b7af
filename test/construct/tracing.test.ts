import { App, Aws, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LAYER_ARN } from './combinations';
import { type Resource, synthesize, type Synthesized } from './synth';
import { Compute, ImageService, type ImageServiceProps, Monitoring, Processing, Scanner, Tracing } from '../../src';
import * as contract from '../../src/contract';

jest.setTimeout(60_000);

type Options = Parameters<typeof Tracing.openTelemetry>[0];

const traceBy = (tracing: Tracing): ImageServiceProps => ({ monitoring: Monitoring.of({ tracing }) });
const openTelemetry = (options: Partial<Options> = {}) => Tracing.openTelemetry({ layerArn: LAYER_ARN, ...options });

function listFunctions({ all }: Synthesized): Resource[] {
  const functions = Object.values(all('AWS::Lambda::Function'));
  expect(functions.length).toBeGreaterThanOrEqual(7);
  return functions;
}

function listXRayActions({ all }: Synthesized): string[][] {
  const statements = Object.values(all('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as { Action: string[]; Resource: unknown }[],
  );
  return statements.map(({ Action }) => [Action].flat().filter(action => action.startsWith('xray:'))).filter(
    actions => actions.length > 0,
  );
}

const readTracing = ({ Properties }: Resource) => Properties.TracingConfig as unknown;
const isStageTraced = ({ one }: Synthesized) => one('AWS::ApiGateway::Stage').Properties.TracingEnabled as boolean;

describe('Tracing.xray()', () => {
  test('is the default, also without monitoring', () => {
    const defaults = synthesize().template.toJSON();
    expect(synthesize(traceBy(Tracing.xray())).template.toJSON()).toEqual(defaults);
    const bare = synthesize({ monitoring: Monitoring.none() });
    expect(listFunctions(bare).map(readTracing)).toEqual(listFunctions(bare).map(() => ({ Mode: 'Active' })));
  });

  test('records segments of each function and of the stage, with the rights that this needs', () => {
    const service = synthesize();
    const functions = listFunctions(service);
    expect(functions.map(readTracing)).toEqual(functions.map(() => ({ Mode: 'Active' })));
    expect(isStageTraced(service)).toBe(true);
    const rights = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
    expect(listXRayActions(service)).toEqual(functions.map(() => rights));
  });

  test('adds no layer', () => {
    expect(listFunctions(synthesize()).filter(({ Properties }) => 'Layers' in Properties)).toEqual([]);
  });
});

describe('Tracing.none()', () => {
  test('records nothing, and no function has rights on X-Ray', () => {
    const service = synthesize(traceBy(Tracing.none()));
    expect(listFunctions(service).map(readTracing).filter(tracing => tracing !== undefined)).toEqual([]);
    expect(isStageTraced(service)).toBe(false);
    expect(listXRayActions(service)).toEqual([]);
  });
});

describe('Tracing.openTelemetry()', () => {
  test('gives each function the layer, its wrapper and its variables', () => {
    const environment = { OTEL_TRACES_SAMPLER: 'always_on' };
    const service = synthesize(traceBy(openTelemetry({ wrapper: '/opt/own', environment })));
    for (const { Properties: { Layers, Environment, TracingConfig } } of listFunctions(service)) {
      expect(Layers).toEqual([LAYER_ARN]);
      expect(Environment.Variables).toMatchObject({ AWS_LAMBDA_EXEC_WRAPPER: '/opt/own', ...environment });
      expect(TracingConfig).toEqual({ Mode: 'Active' });
    }
    expect(isStageTraced(service)).toBe(true);
  });

  test('starts the wrapper of most layers by default', () => {
    const [{ Properties }] = listFunctions(synthesize(traceBy(openTelemetry())));
    expect(Properties.Environment.Variables.AWS_LAMBDA_EXEC_WRAPPER).toBe('/opt/otel-instrument');
  });

  test('leaves out the functions of container images, which have no layers', () => {
    const processing = Processing.queue({ scanner: Scanner.clamAv() });
    const functions = listFunctions(synthesize({ ...traceBy(openTelemetry()), processing }));
    const ofImages = functions.filter(({ Properties }) => Properties.PackageType === 'Image');
    expect(ofImages).toHaveLength(2);
    for (const { Properties: { Layers, Environment, TracingConfig } } of ofImages) {
      expect([Layers, TracingConfig]).toEqual([undefined, { Mode: 'Active' }]);
      expect(Environment.Variables).not.toHaveProperty('AWS_LAMBDA_EXEC_WRAPPER');
    }
  });

  test('takes an ARN that is known at deployment only', () => {
    const layerArn = Aws.NO_VALUE;
    expect(() => synthesize(traceBy(openTelemetry({ layerArn })))).not.toThrow();
  });

  const LAYER = "'tracing.layerArn' must be the ARN of a version of a layer, got: ";
  test.each<[string, object, string]>([
    ['no ARN', { layerArn: undefined }, `${LAYER}undefined`],
    ['the ARN of a layer', { layerArn: LAYER_ARN.replace(/:7$/, '') }, LAYER],
    ['the name of a layer', { layerArn: 'tracing' }, `${LAYER}"tracing"; write it like arn:aws:lambda:`],
    ['a wrapper elsewhere', { wrapper: 'otel' }, "'tracing.wrapper' must be a path below /opt/, got: \"otel\""],
    ['a text of variables', { environment: 'A=B' }, "'tracing.environment' must be an object of variables, got: \"A=B\""],
    ['a number', { environment: { OTEL_X: 1 } }, "'tracing.environment.OTEL_X' must be a text, got: 1"],
    ['a bad name', { environment: { 'OTEL-X': '' } }, "'tracing.environment.OTEL-X' must be named by letters"],
    [
      'a variable of the service', { environment: { TABLE_NAME: 'x' } },
      "'tracing.environment.TABLE_NAME' must not be a variable of the service",
    ],
    [
      'the wrapper as a variable', { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/x' } },
      'got: "AWS_LAMBDA_EXEC_WRAPPER"; use the option wrapper',
    ],
  ])('rejects %s', (_name, options, message) => {
    expect(() => openTelemetry(options as Partial<Options>)).toThrow(message);
  });

  test('rejects every variable of the contract', () => {
    const groups = Object.entries(contract).filter(([name]) => name.endsWith('_ENV')).map(([, group]) => group);
    const names = groups.flatMap(group => Object.values(group as object) as string[]);
    expect(names).toEqual(expect.arrayContaining(['TABLE_NAME', 'EVENT_BUS_NAME']));
    for (const name of names) {
      expect(() => openTelemetry({ environment: { [name]: 'x' } })).toThrow('must not be a variable of the service');
    }
  });

  test('rejects a layer of another region', () => {
    const stack = new Stack(new App(), 'Stack', { env: { region: 'us-east-1', account: '111122223333' } });
    expect(() => new ImageService(stack, 'Images', traceBy(openTelemetry()))).toThrow(
      `Stack/Images: 'monitoring.tracing.layerArn' must be in the region of the stack (us-east-1), got: "${LAYER_ARN}"`,
    );
  });

  test('rejects a layer for another processor', () => {
    const compute = Compute.zip({ architecture: lambda.Architecture.X86_64 });
    expect(() => synthesize({ ...traceBy(openTelemetry()), compute })).toThrow(
      "'monitoring.tracing.layerArn' must be for the processor of the functions (x86_64)",
    );
    const layerArn = LAYER_ARN.replace('tracing-arm64', 'aws-otel-nodejs-amd64-ver-1-30-2');
    expect(() => synthesize(traceBy(openTelemetry({ layerArn })))).toThrow('functions (arm64)');
  });

  test('rejects container images', () => {
    expect(() => synthesize({ ...traceBy(openTelemetry()), compute: Compute.containerImage() })).toThrow(
      `'monitoring.tracing' must not have a layer with container images, got: ${LAYER_ARN}; use Compute.zip()`,
    );
  });
});

test('tracing must be made by a factory', () => {
  expect(() => Monitoring.of({ tracing: 'xray' as never })).toThrow(
    "'monitoring.tracing' must be made by a factory of Tracing, got: \"xray\"",
  );
});
