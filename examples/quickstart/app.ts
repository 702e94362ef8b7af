import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
// In a project of your own: from 'cdk-image-service'
import { Compute, ImageService, Retention, UploadRules, type ImageServiceProps } from '../../src';

class Quickstart extends Stack {
  constructor(app: App, props: ImageServiceProps) {
    super(app, 'Quickstart');
    const images = new ImageService(this, 'Images', props);

    // Your backend signs its requests with this role and names the end user in the header `x-user-id`.
    const backend = new iam.Role(this, 'Backend', { assumedBy: new iam.AccountRootPrincipal() });
    images.grantInvoke(backend);
    new CfnOutput(this, 'BackendRole', { value: backend.roleArn });
  }
}

/** On an emulator functions run on this machine's processor, and nothing is worth keeping. */
const emulated: ImageServiceProps = {
  compute: Compute.zip({ architecture: process.arch === 'arm64' ? lambda.Architecture.ARM_64 : lambda.Architecture.X86_64 }),
  retention: Retention.of({ removalPolicy: RemovalPolicy.DESTROY }),
};

const app = new App();
const { emulator, corsOrigins } = app.node.getAllContext() as Record<string, string | undefined>;
new Quickstart(app, {
  // Pages on this origin may upload: `-c corsOrigins=http://localhost:3000`.
  uploads: UploadRules.of({ corsOrigins: corsOrigins?.split(',') ?? [] }),
  ...(emulator && emulated),
});
