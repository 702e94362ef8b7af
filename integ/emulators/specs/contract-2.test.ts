import { describeContract } from '../../../test/acceptance/suite';
import { contractWorld } from '../deployment';

describeContract(contractWorld, { part: 2, of: 4 });
