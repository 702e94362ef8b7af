import { App, Stack } from 'aws-cdk-lib';
import { synthesize, type PropsFor, type Synthesized } from './synth';
import {
  Delivery,
  ImageService,
  Processing,
  Variant,
  VariantFit,
  VariantFormat,
  VariantGeneration,
  type VariantOptions,
  VariantPosition,
} from '../../src';
import { decodeVariants, VARIANT_FORMATS, type VariantDefinition } from '../../src/contract';

function readDefinitions({ one }: Synthesized, idPart = 'Worker'): VariantDefinition[] {
  return decodeVariants(one('AWS::Lambda::Function', idPart).Properties.Environment.Variables.VARIANTS);
}

function synthesizeDefinitions(props?: PropsFor): VariantDefinition[] {
  return readDefinitions(synthesize(props));
}

describe('the set of variants', () => {
  test('defaults to thumb, small, medium and large, all made at upload without a CDN', () => {
    const common = { fit: 'inside', formats: ['webp'], generation: 'eager', animated: true };
    expect(synthesizeDefinitions({ delivery: Delivery.presignedOnly() })).toEqual([
      { name: 'thumb', width: 320, height: 320, ...common },
      { name: 'small', width: 640, height: 640, ...common },
      { name: 'medium', width: 1280, height: 1280, ...common },
      { name: 'large', width: 2048, height: 2048, ...common },
    ]);
  });

  test('defaults to three formats each with CloudFront, the largest made on demand', () => {
    const common = { fit: 'inside', formats: ['avif', 'webp', 'jpeg'], generation: 'eager', animated: true };
    expect(synthesizeDefinitions()).toEqual([
      { name: 'thumb', width: 320, height: 320, ...common },
      { name: 'small', width: 640, height: 640, ...common },
      { name: 'medium', width: 1280, height: 1280, ...common },
      { name: 'large', width: 2048, height: 2048, ...common, generation: 'on-demand' },
    ]);
  });

  test('follows the prop, with the defaults of the delivery', () => {
    const variants = [
      Variant.of('card', {
        width: 400,
        height: 300,
        fit: VariantFit.COVER,
        formats: [VariantFormat.AVIF],
        quality: 60,
        animated: false,
      }),
      Variant.of('wide', { width: 8192 }),
      Variant.of('high', { height: 1, generation: VariantGeneration.EAGER }),
    ];
    expect(synthesizeDefinitions({ variants, delivery: Delivery.presignedOnly() })).toEqual([
      {
        name: 'card',
        width: 400,
        height: 300,
        fit: 'cover',
        formats: ['avif'],
        quality: 60,
        generation: 'eager',
        animated: false,
      },
      {
        name: 'wide',
        width: 8192,
        height: 8192,
        fit: 'inside',
        formats: ['webp'],
        generation: 'eager',
        animated: true,
      },
      { name: 'high', width: 1, height: 1, fit: 'inside', formats: ['webp'], generation: 'eager', animated: true },
    ]);
  });

  test('has a position unless it is the center', () => {
    const of = (position?: VariantPosition) =>
      Variant.of(`p-${position ?? 'none'}`, { width: 1, fit: VariantFit.COVER, ...position && { position } });
    const variants = [of(), of(VariantPosition.CENTER), of(VariantPosition.ATTENTION), of(VariantPosition.ENTROPY)];
    expect(synthesizeDefinitions({ variants }).map(({ position }) => position)).toEqual([
      undefined, undefined, 'attention', 'entropy',
    ]);
  });

  test('is HDR only with a JPEG', () => {
    const [plain, large] = [Variant.of('plain', { width: 1 }), Variant.of('large', { width: 1, hdr: true })];
    expect(synthesizeDefinitions({ variants: [plain, large, Variant.of('off', { width: 1, hdr: false })] }).map((
      { hdr },
    ) => hdr)).toEqual([undefined, true, undefined]);
    const buildMessage = (formats: string) =>
      `'variants.large.hdr' needs VariantFormat.JPEG among the formats, got: ${formats}; add it to formats`;
    expect(() => synthesize({ variants: [large], delivery: Delivery.presignedOnly() })).toThrow(buildMessage('webp'));
    const webp = Variant.of('large', { width: 1, hdr: true, formats: [VariantFormat.AVIF, VariantFormat.WEBP] });
    expect(() => synthesize({ variants: [webp] })).toThrow(buildMessage('avif, webp'));
    expect(() => synthesize({}, service => service.addVariant(webp))).toThrow(buildMessage('avif, webp'));
  });

  test('can grow after construction, for worker, operator, transform and edge function alike', () => {
    const result = synthesize({}, service => service.addVariant(Variant.of('tiny', { width: 64 })));
    expect(readDefinitions(result).map(({ name }) => name)).toEqual(['thumb', 'small', 'medium', 'large', 'tiny']);
    for (const other of ['Operator', 'Transform']) {
      expect(readDefinitions(result, other)).toEqual(readDefinitions(result));
    }
    const { FunctionCode } = result.one('AWS::CloudFront::Function', 'Edge').Properties;
    const [, json] = /^var VARIANTS = (.*);\n/.exec(FunctionCode)!;
    expect(Object.keys(JSON.parse(json))).toEqual(['thumb', 'small', 'medium', 'large', 'tiny']);
  });

  test('rejects a name that it already has', () => {
    const [small, large] = [
      Variant.of('card', { width: 1 }), Variant.of('card', { width: 2, height: 3, fit: VariantFit.COVER }),
    ];
    const message = "'variants' must have different names, got: 'card' (1 × 1, inside) and 'card' (2 × 3, cover);";
    expect(() => synthesize({ variants: [small, large] })).toThrow(message);
    expect(() => synthesize({ variants: [small] }, service => service.addVariant(large))).toThrow(message);
    expect(() => synthesize({}, service => service.addVariant(Variant.of('thumb', { width: 100 }))))
      .toThrow("got: 'thumb' (320 × 320, inside) and 'thumb' (100 × 100, inside);");
  });

  test('has at most 16 variants, which fit into the environment of a function', () => {
    const variants = Array.from({ length: 16 }, (_, i) => Variant.of(`v${'x'.repeat(29)}${10 + i}`, {
      width: 8192,
      fit: VariantFit.COVER,
      position: VariantPosition.ENTROPY,
      quality: 100,
      animated: false,
      formats: [VariantFormat.JPEG],
    }));
    const { one } = synthesize({ variants });
    // Lambda counts names and values: 4 KB in all (AWS Lambda, "Quotas").
    for (const idPart of ['Worker', 'Operator', 'Transform']) {
      const { Variables } = one('AWS::Lambda::Function', idPart).Properties.Environment;
      const resolved = Object.values(Variables as object).map(
        value => typeof value === 'string' ? value : 'x'.repeat(120),
      );
      expect([...Object.keys(Variables as object), ...resolved].join('').length).toBeLessThan(4096);
    }
    expect(() => synthesize({ variants }, service => service.addVariant(Variant.of('more', { width: 1 }))))
      .toThrow("'variants' must be at most 16, got: 17 with 'more' (1 × 1, inside);");
  });

  test('is rejected without processing', () => {
    const processing = Processing.none();
    expect(() => synthesize({ processing, variants: [Variant.of('a', { width: 1 })] })).toThrow(
      "'variants' have no effect with Processing.none(), got: 1 variant;",
    );
    expect(() => synthesize({ processing }, service => service.addVariant(Variant.of('a', { width: 1 }))))
      .toThrow("'addVariant' has no effect with Processing.none(), got: a;");
  });

  test('rejects on-demand variants without a CDN, since no function would make them', () => {
    const variants = [Variant.of('huge', { width: 4096, generation: VariantGeneration.ON_DEMAND })];
    expect(() => synthesize({ variants })).not.toThrow();
    expect(() => synthesize({ variants, delivery: Delivery.presignedOnly() })).toThrow(
      "'variants.huge.generation' must be VariantGeneration.EAGER with Delivery.presignedOnly(), got: ON_DEMAND; it has no transform function",
    );
  });
});

describe('a delivery without a transform function', () => {
  const delivery = Delivery.presignedOnly();
  const message = "'variants.card.formats' must be one format with Delivery.presignedOnly(), got: avif, webp; it has no transform function, so only the first format is made";
  const card = Variant.of('card', { width: 400, formats: [VariantFormat.AVIF, VariantFormat.WEBP] });

  test('rejects a second format, since no function would make it', () => {
    expect(() => synthesize({ delivery, variants: [card] })).toThrow(message);
    expect(() => synthesize({ delivery }, service => service.addVariant(card))).toThrow(message);
  });

  test('is the only one that rejects it', () => {
    const other = { factory: 'Other', defaultFormats: [], makesOnDemand: true };
    expect(card._define(other).formats).toEqual(['avif', 'webp']);
  });
});

describe('a variant', () => {
  test.each(['', 'Thumb', '1st', '-a', 'a_b', 'a.b', 'a/b', 'a'.repeat(33), 'ä', 'a\n'])('rejects the name %j', name => {
    expect(() => Variant.of(name, { width: 1 })).toThrow(
      `'variants.name' must match ^[a-z][a-z0-9-]{0,31}$, got: ${JSON.stringify(name)};`,
    );
  });

  test.each(['a', 'a'.repeat(32), 'a-1', 'a-'])('accepts the name %j', name => {
    expect(Variant.of(name, { width: 1 }).name).toBe(name);
  });

  test.each<[string, VariantOptions]>([
    ["'variants.a.width' or 'height' must be given, got: neither;", {}],
    ["'variants.a.width' must be a whole number from 1 to 8192, got: 0;", { width: 0 }],
    ["'variants.a.width' must be a whole number from 1 to 8192, got: 8193;", { width: 8193 }],
    ["'variants.a.height' must be a whole number from 1 to 8192, got: 1.5;", { width: 1, height: 1.5 }],
    ["'variants.a.quality' must be a whole number from 1 to 100, got: 0;", { width: 1, quality: 0 }],
    ["'variants.a.quality' must be a whole number from 1 to 100, got: 101;", { width: 1, quality: 101 }],
    ["'variants.a.formats' must name at least one format, got: [];", { width: 1, formats: [] }],
    [
      "'variants.a.formats' must be of VariantFormat (avif, webp, jpeg, png), got: gif;",
      { width: 1, formats: ['gif' as VariantFormat] },
    ],
    [
      "'variants.a.formats' must name each format once, got: webp, webp;",
      { width: 1, formats: [VariantFormat.WEBP, VariantFormat.WEBP] },
    ],
    ["'variants.a.fit' must be of VariantFit (inside, cover), got: fill;", { width: 1, fit: 'fill' as VariantFit }],
    [
      "'variants.a.position' must be of VariantPosition (center, attention, entropy), got: top;",
      { width: 1, position: 'top' as VariantPosition },
    ],
    [
      "'variants.a.position' needs VariantFit.COVER, got: fit inside; VariantFit.INSIDE crops nothing",
      { width: 1, position: VariantPosition.ENTROPY },
    ],
    ["'variants.a.animated' must be true or false, got: 0;", { width: 1, animated: 0 as unknown as boolean }],
    ["'variants.a.hdr' must be true or false, got: \"false\";", { width: 1, hdr: 'false' as unknown as boolean }],
    [
      "'variants.a.generation' must be of VariantGeneration (eager, on-demand), got: later;",
      { width: 1, generation: 'later' as VariantGeneration },
    ],
  ])('%s', (message, options) => {
    expect(() => Variant.of('a', options)).toThrow(message);
  });

  // Other jsii languages and plain JavaScript can pass these values.
  test.each<[string, unknown, unknown]>([
    ["'variants.name' must match ^[a-z][a-z0-9-]{0,31}$, got: undefined;", undefined, { width: 1 }],
    ["'variants.name' must match ^[a-z][a-z0-9-]{0,31}$, got: null;", null, { width: 1 }],
    ["'variants.name' must match ^[a-z][a-z0-9-]{0,31}$, got: [\"thumb\"];", ['thumb'], { width: 1 }],
    ["'variants.a.width' or 'height' must be given, got: neither;", 'a', undefined],
    ["'variants.a.width' or 'height' must be given, got: neither;", 'a', null],
  ])('%s (name %j, options %j)', (message, name, options) => {
    expect(() => Variant.of(name as string, options as VariantOptions)).toThrow(message);
  });

  test('has the formats of the contract', () => {
    expect(Object.values(VariantFormat)).toEqual(VARIANT_FORMATS);
  });

  test('must be made by Variant.of()', () => {
    const like = { name: 'thumb', options: { width: -1 } } as unknown as Variant;
    expect(() => new ImageService(new Stack(new App(), 'Stack'), 'Images', { variants: [like] })).toThrow(
      "'variants' must be made by a factory of Variant, got: a plain object;",
    );
    for (const [given, got] of [
      [like, 'a plain object'], [null, 'null'], [undefined, 'undefined'], ['thumb', '"thumb"'],
    ] as const) {
      expect(() => synthesize({}, service => service.addVariant(given as Variant))).toThrow(
        `'variant' must be made by a factory of Variant, got: ${got}; see Variant in API.md`,
      );
    }
  });
});
