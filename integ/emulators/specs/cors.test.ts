import { corsOnSuite } from '../../../test/acceptance/suite/cors';
import { contractWorld } from '../deployment';

describe('the HTTP contract with origins, deployed', () => corsOnSuite(contractWorld));
