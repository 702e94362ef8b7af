import { describeContract } from './suite';
import { createInProcessEnvironment } from '../environments/in-process';
import { corsOnSuite } from './suite/cors';
import { describeProcessing } from './suite/processing';

describeContract(createInProcessEnvironment);
describe('the HTTP contract with origins, handlers in process', () => corsOnSuite(createInProcessEnvironment));
describeProcessing(createInProcessEnvironment);
