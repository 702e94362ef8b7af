import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { makeBucket, makeKey, makeTable } from './combinations';
import { matchStart } from './match-start';
import { ImageService, Limits, Retention } from '../../src';

describe('a prop without effect', () => {
  test.each<[string, object]>([
    [
      "Stack/Images: 'variant' is not an option of ImageService, got: a list; it has access, uploads, ",
      { variant: [Limits.of()] },
    ],
    [
      "Stack/Images: 'variants' must be a list, got: a plain object; write it like [Variant.of(",
      { variants: { card: {} } },
    ],
    [
      "Stack/Images: 'variants' must hold at least one variant with Processing.queue(), got: []; leave it out for the default set",
      { variants: [] },
    ],
  ])('is rejected with %s', (message, props) => {
    expect(() => new ImageService(new Stack(new App(), 'Stack'), 'Images', props)).toThrow(matchStart(message));
  });

  test("is rejected: a key together with the user's own bucket and table", () => {
    const stack = new Stack(new App(), 'Stack');
    expect(() => new ImageService(stack, 'Images', {
      bucket: makeBucket(stack),
      table: makeTable(stack),
      encryptionKey: makeKey(stack),
    }))
      .toThrow("'encryptionKey' has no effect if both 'bucket' and 'table' are given, got: Stack/Key");
  });

  test("is rejected: a removal policy together with the user's own bucket and table", () => {
    const stack = new Stack(new App(), 'Stack');
    const retention = Retention.of({ removalPolicy: RemovalPolicy.DESTROY });
    expect(() => new ImageService(stack, 'Images', { bucket: makeBucket(stack), table: makeTable(stack), retention }))
      .toThrow("'retention.removalPolicy' has no effect if both 'bucket' and 'table' are given, got: destroy");
  });
});
