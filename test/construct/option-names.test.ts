import { Size, Stack } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { testApp } from './synth';
import {
  Compute, Delivery, ImageLimits, ImageService, Limits, Processing, Retention, Scanner, Signing, UploadRules, Variant,
  type ImageServiceProps,
  type VariantOptions,
} from '../../src';

const stack = new Stack(testApp(), 'Stack');
const SECRET = secretsmanager.Secret.fromSecretNameV2(stack, 'Secret', 'signing');
const KEY_GROUP = cloudfront.KeyGroup.fromKeyGroupId(stack, 'KeyGroup', 'group');

/** Every factory with options, by the path of its prop. */
const FACTORIES: [string, string, (options: any) => unknown][] = [
  ['uploads', 'UploadRules', options => UploadRules.of(options)],
  ['retention', 'Retention', options => Retention.of(options)],
  ['limits', 'Limits', options => Limits.of(options)],
  ['compute', 'Compute.zip()', options => Compute.zip(options)],
  ['compute', 'Compute.containerImage()', options => Compute.containerImage(options)],
  ['processing', 'Processing.queue()', options => Processing.queue(options)],
  ['processing.imageLimits', 'ImageLimits', options => ImageLimits.of(options)],
  ['processing.scanner', 'Scanner.clamAv()', options => Scanner.clamAv(options)],
  ['delivery', 'Delivery.cloudFront()', options => Delivery.cloudFront(options)],
  ['delivery.signing', 'Signing.generated()', options => Signing.generated(options)],
  ['delivery.signing', 'Signing.fromSecret()', options => Signing.fromSecret(SECRET, KEY_GROUP, options)],
  ['variants.card', 'Variant.of()', options => Variant.of('card', options as VariantOptions)],
];

describe.each(FACTORIES)("the options of '%s' by %s", (path, factory, make) => {
  test('are checked: an unknown one is rejected with its path and the list of options', () => {
    const options = path === 'variants.card' ? { width: 1, vpc: stack } : { vpc: stack };
    expect(() => make(options)).toThrow(
      new RegExp(
        `^'${path.replaceAll('.', '\\.')}\\.vpc' is not an option of ${factory.replace('()', '\\(\\)')}, got: an object of \\w+; it has \\w+`,
      ),
    );
  });

  test.each([['text', '"text"'], [7, '7'], [[], '[]']])('must be an object, not %p', (options, got) => {
    expect(() => make(options)).toThrow(`'${path}' of ${factory} must be an object of options, got: ${got};`);
  });

  if (path !== 'variants.card') {
    test(
      'must be an object, not null',
      () => expect(() => make(null)).toThrow(`'${path}' of ${factory} must be an object of options, got: null;`),
    );
  }
});

test('a factory with a default of another factory still names its own options', () => {
  expect(() => Processing.queue({ memory: Size.bytes(1) })).toThrow(/^'processing\.memory' must be a size/);
});

describe('errors of the construct begin with its path', () => {
  const make = (props: unknown, id = 'Images') =>
    () => new ImageService(new Stack(testApp(), 'Shop'), id, props as ImageServiceProps);

  test.each<[string, unknown]>([
    ["Shop/Images: 'vpc' is not an option of ImageService, got: 1;", { vpc: 1 }],
    ["Shop/Images: 'uploads' must be made by a factory of UploadRules, got: a plain object;", { uploads: {} }],
    ["Shop/Images: 'props' of ImageService must be an object of options, got: null;", null],
    [
      "Shop/Images: 'uploads.maxSize' must be at most 512 MiB with Processing.queue(), got: 1024 MiB;",
      { uploads: UploadRules.of({ maxSize: Size.gibibytes(1) }) },
    ],
    ["Shop/Images: 'variants' must be at least one", { variants: [] }],
  ])('%s', (message, props) => {
    expect(make(props)).toThrow(message);
  });

  test('but errors of a factory do not, even after a construct was made', () => {
    expect(make({ vpc: 1 }, 'First')).toThrow(/^Shop\/First: /);
    expect(make({ vpc: 1 }, 'Second')).toThrow(/^Shop\/Second: /);
    expect(() => Limits.of({ rate: 0 })).toThrow(/^'limits\.rate' must be a number above 0/);
  });
});
