import { describeContract } from './suite';
import { corsOnSuite } from './suite/cors';
import { describeProcessing } from './suite/processing';
import { createLocalServerEnvironment } from '../environments/local-server';

describeContract(createLocalServerEnvironment);
describe('the HTTP contract with origins, local server', () => corsOnSuite(createLocalServerEnvironment));
describeProcessing(createLocalServerEnvironment);
