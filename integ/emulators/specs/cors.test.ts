import { corsOnSuite } from '../../../test/acceptance/suite/cors';
import { createContractEnvironment } from '../deployment';

describe('the HTTP contract with origins, deployed', () => corsOnSuite(createContractEnvironment));
