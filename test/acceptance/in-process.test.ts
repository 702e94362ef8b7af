import { describeContract } from './suite';
import { inProcessWorld } from '../worlds/in-process';
import { corsOnSuite } from './suite/cors';

describeContract(inProcessWorld);
describe('the HTTP contract with origins, handlers in process', () => corsOnSuite(inProcessWorld));
