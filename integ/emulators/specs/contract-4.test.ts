import { describeContract } from '../../../test/acceptance/suite';
import { createContractEnvironment } from '../deployment';

describeContract(createContractEnvironment, { part: 4, of: 4 });
