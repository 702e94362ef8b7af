import { getEnvironment, synthesize, type Synthesized } from './synth';
import { synthesizePublic } from './synth-delivery';
import { Delivery, Processing, Variant, VariantFormat } from '../../src';

describe('the transform function', () => {
  const result = synthesize();

  test('has a streaming URL that only this distribution may call', () => {
    expect(result.one('AWS::Lambda::Url').Properties).toMatchObject({
      AuthType: 'AWS_IAM',
      InvokeMode: 'RESPONSE_STREAM',
    });
    const permissions = Object.values(result.all('AWS::Lambda::Permission'))
      .map(({ Properties }) => Properties)
      .filter(({ Principal }) => Principal === 'cloudfront.amazonaws.com');
    expect(permissions.map(({ Action, InvokedViaFunctionUrl }) => [Action, InvokedViaFunctionUrl]).sort()).toEqual([
      ['lambda:InvokeFunction', true], ['lambda:InvokeFunctionUrl', undefined],
    ]);
    for (const { SourceArn } of permissions) {
      expect(JSON.stringify(SourceArn)).toContain('{"Ref":"ImagesDeliveryCdnDistribution2DACE48A"}');
    }
  });

  test("has the worker's code, memory, timeout and limits", () => {
    const [worker, transform] = ['Worker', 'Transform'].map(
      idPart => result.one('AWS::Lambda::Function', idPart).Properties,
    );
    for (const same of ['Code', 'MemorySize', 'Timeout', 'Runtime', 'Architectures']) {
      expect(transform[same]).toEqual(worker[same]);
    }
    expect(transform.Handler).toBe('transform.handler');
    const { VARIANTS, IMAGE_LIMITS, WORKER_TIMEOUT_SECONDS } = getEnvironment(result, 'Worker');
    expect(getEnvironment(result, 'Transform')).toMatchObject({
      VARIANTS,
      IMAGE_LIMITS,
      TRANSFORM_TIMEOUT_SECONDS: WORKER_TIMEOUT_SECONDS,
    });
  });
});

describe('the invalidator', () => {
  test('processes large batches, two at a time, and returns failed messages', () => {
    const result = synthesize();
    expect(result.one('AWS::Lambda::EventSourceMapping', 'Invalidations').Properties).toMatchObject({
      BatchSize: 1000,
      MaximumBatchingWindowInSeconds: 2,
      ScalingConfig: { MaximumConcurrency: 2 },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    const { VisibilityTimeout, RedrivePolicy } = result.one('AWS::SQS::Queue', 'InvalidationsQueue').Properties;
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(
      6 * result.one('AWS::Lambda::Function', 'Invalidations').Properties.Timeout,
    );
    expect(RedrivePolicy.maxReceiveCount).toBe(120);
  });
});

describe('functions', () => {
  const listDeliveryVariables = (result: Synthesized, idPart: string) => Object.keys(getEnvironment(result, idPart))
    .filter(name => /DELIVERY|SIGNING|COOKIE|INVALIDATION/.test(name))
    .sort();
  const presigned = synthesize({ delivery: Delivery.presignedOnly() });

  test.each<[string, Synthesized, string[]]>([
    ['presigned', presigned, ['DELIVERY_MODE']],
    ['anyone', synthesizePublic(), ['DELIVERY_MODE', 'DELIVERY_URL', 'INVALIDATION_QUEUE_URL']],
    ['signed', synthesize(), [
      'COOKIE_DOMAIN', 'DELIVERY_MODE', 'DELIVERY_URL', 'DELIVERY_URL_TTL_SECONDS', 'INVALIDATION_QUEUE_URL',
      'SIGNING_KEY_ID', 'SIGNING_SECRET_ID',
    ]],
  ])('get only the delivery variables of the mode %s', (mode, result, names) => {
    expect(listDeliveryVariables(result, 'ApiFunction')).toEqual(names);
    const announcing = names.filter(name => ['DELIVERY_MODE', 'INVALIDATION_QUEUE_URL'].includes(name));
    for (const idPart of ['Sweeper', 'Worker']) expect(listDeliveryVariables(result, idPart)).toEqual(announcing);
    for (const idPart of ['ApiFunction', 'Sweeper', 'Worker']) {
      expect(getEnvironment(result, idPart).DELIVERY_MODE).toBe(mode);
    }
  });

  test('get no CloudFront resources with presignedOnly', () => {
    const types = Object.values(presigned.template.toJSON().Resources as Record<string, { Type: string }>).map(
      ({ Type }) => Type,
    );
    expect(types.filter(type => /CloudFront|Url|SecretsManager|Custom/.test(type))).toEqual([]);
    expect(presigned.service.deliveryUrl).toBeUndefined();
  });

  test('get no CloudFront resources with Processing.none()', () => {
    const result = synthesize({ processing: Processing.none() });
    result.template.resourceCountIs('AWS::CloudFront::Distribution', 0);
    expect(getEnvironment(result, 'ApiFunction').DELIVERY_MODE).toBe('presigned');
    expect(() => synthesize({ processing: Processing.none(), delivery: Delivery.cloudFront() }))
      .toThrow(
        "'delivery' has no effect with Processing.none(), got: Delivery.cloudFront(); use Delivery.presignedOnly(), or Processing.queue()",
      );
  });
});

describe('the edge function', () => {
  test('contains the extensions of each variant, in order of preference', () => {
    const variants = [Variant.of('card', { width: 1 }), Variant.of('logo', { width: 1, formats: [VariantFormat.PNG] })];
    const { FunctionCode } = synthesize({ variants }).one('AWS::CloudFront::Function', 'Edge').Properties;
    expect(FunctionCode).toMatch(/^var VARIANTS = \{"card":\["avif","webp","jpg"\],"logo":\["png"\]\};\n/);
  });

  test('stays within 10 KB with 16 variants of all formats and the longest names', () => {
    const variants = Array.from(
      { length: 16 },
      (_, i) => Variant.of(`v${'x'.repeat(29)}${10 + i}`, { width: 1, formats: Object.values(VariantFormat) }),
    );
    const { FunctionCode } = synthesize({ variants }).one('AWS::CloudFront::Function', 'Edge').Properties;
    expect(Buffer.byteLength(FunctionCode)).toBeLessThanOrEqual(10_240);
  });
});
