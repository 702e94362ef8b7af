import { describeContract } from './suite';
import { corsOnSuite } from './suite/cors';
import { describeProcessing } from './suite/processing';
import { localServerWorld } from '../worlds/local-server';

describeContract(localServerWorld);
describe('the HTTP contract with origins, local server', () => corsOnSuite(localServerWorld));
describeProcessing(localServerWorld);
