/** What is loaded when there is something to launch. It loads the widget itself when a survey is about to be shown. */
import type { CreateLauncher } from '../core/launcher';
import { createLauncher } from './launcher';

export const create: CreateLauncher = (core) => createLauncher(core, () => import('../widget/index'));
