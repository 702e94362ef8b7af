import { RemovalPolicy } from 'aws-cdk-lib';
import { ImageService, Retention } from '../src';
import { makeStack, testInAccount } from './account/case';

/** The service with its defaults, except that its data is removed after the test. */
const stack = makeStack('ImageServiceDefault');
const images = new ImageService(stack, 'Images', { retention: Retention.of({ removalPolicy: RemovalPolicy.DESTROY }) });

testInAccount(stack, images);
