import { each, measure } from './imaging-process';
import { output } from '../../peers/naive-pipeline';

void measure(async (bytes, task) => () => each(task, (side, format) => output(bytes, side, format)));
