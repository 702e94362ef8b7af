import { RemovalPolicy } from 'aws-cdk-lib';
import { ImageService, Retention } from '../src';
import { makeStack, testInAccount } from './account/case';

/** The service as it comes, but for what would stay behind when the test is over. */
const stack = makeStack('ImageServiceDefault');
const images = new ImageService(stack, 'Images', { retention: Retention.of({ removalPolicy: RemovalPolicy.DESTROY }) });

testInAccount(stack, images);
