import { describeContract } from './suite';
import { inProcessWorld } from '../worlds/in-process';
import { corsOnSuite } from './suite/cors';
import { describeProcessing } from './suite/processing';

describeContract(inProcessWorld);
describe('the HTTP contract with origins, handlers in process', () => corsOnSuite(inProcessWorld));
describeProcessing(inProcessWorld);
