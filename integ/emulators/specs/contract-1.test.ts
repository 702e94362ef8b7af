import { describeContract } from '../../../test/acceptance/suite';
import { createContractEnvironment } from '../deployment';

describeContract(createContractEnvironment, { part: 1, of: 4 });
