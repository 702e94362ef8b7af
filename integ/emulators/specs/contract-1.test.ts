import { describeContract } from '../../../test/acceptance/suite';
import { contractWorld } from '../deployment';

describeContract(contractWorld, { part: 1, of: 4 });
