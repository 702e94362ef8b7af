import { each, measure } from './imaging-process';
import { output } from '../peers/naive-pipeline';

/** Apart from ours, whose settings of sharp hold for the whole process. */
void measure(async (bytes, task) => () => each(task, (side, format) => output(bytes, side, format)));
