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
