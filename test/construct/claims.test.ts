import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { ImageService } from '../../src';
import { ApiAccess, type ApiAccessBinding } from '../../src/api/api-access';

describe('what is brought', () => {
  test('belongs to one service: the stricter rules of two would silently win', () => {
    const stack = new Stack(new App(), 'Stack');
    const bucket = new s3.Bucket(stack, 'Bucket');
    new ImageService(stack, 'First', { bucket });
    expect(() => new ImageService(stack, 'Second', { bucket })).toThrow("'bucket' belongs to one image service, got: that of Stack/First");
  });

  test('a kind of access that the function does not know is refused', () => {
    class Own extends ApiAccess {
      public bind(): ApiAccessBinding {
        return { ...ApiAccess.iam().bind(stack), mode: 'magic' };
      }
    }
    const stack = new Stack(new App(), 'Stack');
    expect(() => new ImageService(stack, 'Images', { access: new Own() })).toThrow("'access' must bind to the mode iam, got: magic");
  });
});

describe('an option of another kind', () => {
  test.each([
    ['limits', { rate: 0, burst: -3 }, "'limits' must be made by a factory of Limits, got: a plain object"],
    ['uploads', { maxSize: 5 }, "'uploads' must be made by a factory of UploadRules, got: a plain object"],
    ['access', 'iam', "'access' must be made by a factory of ApiAccess, got: \"iam\""],
    ['compute', 7, "'compute' must be made by a factory of Compute, got: 7"],
    ['retention', {}, "'retention' must be made by a factory of Retention, got: a plain object"],
  ])('%s: %j is refused', (option, value, message) => {
    expect(() => new ImageService(new Stack(new App(), 'Stack'), 'Images', { [option]: value } as never)).toThrow(message);
  });
});
