import { describeContract } from '../../../test/acceptance/suite';
import { contractWorld } from '../deployment';

describeContract(contractWorld, { part: 3, of: 4 });
