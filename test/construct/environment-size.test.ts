import { CfnParameter } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { synthesize } from './synth';
import {
  Delivery, Processing, Scanner, UploadRules, Variant, VariantFit, VariantFormat, VariantGeneration,
} from '../../src';
import { decodeVariants, buildDefaultVariants, encodeVariants, CDN_VARIANTS } from '../../src/contract';

/**
 * Limit for all variables together, as JSON (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
const LAMBDA_BYTES = 4096;

const makeOrigins = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `https://customer-${100 + i}.images.example.com`);

function makeLongestVariant(i: number): Variant {
  return Variant.of(`v${'x'.repeat(29)}${10 + i}`, {
    width: 8192,
    height: 8192,
    fit: VariantFit.COVER,
    formats: Object.values(VariantFormat),
    quality: 100,
    generation: VariantGeneration.ON_DEMAND,
    animated: false,
  });
}

test('16 variants with the longest names and every option fit with ClamAV, with a quarter to spare', () => {
  const result = synthesize({
    variants: Array.from({ length: 16 }, (_, i) => makeLongestVariant(i)),
    processing: Processing.queue({ scanner: Scanner.clamAv() }),
  });
  for (const { Properties } of Object.values(result.all('AWS::Lambda::Function'))) {
    // References are longer in the template than their values.
    expect(JSON.stringify(Properties.Environment?.Variables ?? {}).length).toBeLessThan(0.75 * LAMBDA_BYTES);
  }
  expect(decodeVariants(result.one('AWS::Lambda::Function', 'Worker').Properties.Environment.Variables.VARIANTS))
    .toHaveLength(16);
});

test("an environment above Lambda's limit names the largest prop and the sizes", () => {
  const corsOrigins = makeOrigins(120);
  const { length } = corsOrigins.join(',');
  expect(() => synthesize({ uploads: UploadRules.of({ corsOrigins }), delivery: Delivery.presignedOnly() })).toThrow(
    new RegExp(
      `Api/Function.*'uploads\\.corsOrigins' must keep all environment variables of a function within 4096 bytes, the limit of Lambda, got: up to \\d+ bytes \\(the largest: CORS_ORIGINS ${length + 18}, `
    + '\\w+ \\d+, \\w+ \\d+\\); list fewer origins',
    ),
  );
});

test('counts a variable that a user adds', () => {
  const add = (bytes: number) => () => synthesize(
    {}, ({ apiFunction }) => void (apiFunction as lambda.Function).addEnvironment('NOTE', 'é'.repeat(bytes / 2)),
  );
  expect(add(4000)).toThrow("'NOTE' must keep all environment variables");
  expect(add(400)).not.toThrow();
});

test('counts a reference with its longest value', () => {
  const synthesizeParameters = (count: number) => () => synthesize(stack => ({
    uploads: UploadRules.of({
      corsOrigins: makeOrigins(count).map((_, i) => new CfnParameter(stack, `Origin${i}`).valueAsString),
    }),
    delivery: Delivery.presignedOnly(),
  }));
  expect(synthesizeParameters(16)).toThrow("'uploads.corsOrigins' must keep");
  expect(synthesizeParameters(4)).not.toThrow();
});

test('decodes encoded variants to the same definitions', () => {
  const sets = [buildDefaultVariants(CDN_VARIANTS), [{
    name: 'a',
    width: 1,
    height: 8192,
    fit: 'cover',
    formats: ['png', 'jpeg'],
    quality: 1,
    generation: 'on-demand',
    animated: false,
  }]] as const;
  for (const set of sets) expect(decodeVariants(encodeVariants(set))).toEqual(set);
  expect(encodeVariants(sets[0])).toMatch(/^thumb:320x320:iea:awj;.*;large:2048x2048:ioa:awj$/);
});
