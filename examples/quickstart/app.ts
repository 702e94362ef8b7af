import { App, CfnOutput, Size, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
// In a project of your own: from 'cdk-image-service'
import { ImageService, ImageType, UploadRules } from '../../src';

const app = new App();
const stack = new Stack(app, 'Quickstart');

const images = new ImageService(stack, 'Images', {
  uploads: UploadRules.of({
    maxSize: Size.mebibytes(10),
    accept: [ImageType.JPEG, ImageType.PNG, ImageType.WEBP],
    corsOrigins: ['http://localhost:3000'],
  }),
});

// Your backend signs its requests with this role and names the end user in the header `x-user-id`.
const backend = new iam.Role(stack, 'Backend', { assumedBy: new iam.AccountRootPrincipal() });
images.grantInvoke(backend);

new CfnOutput(stack, 'BackendRole', { value: backend.roleArn });
