/** What is loaded when a survey is about to be shown in a customer's page: the keeper of the screen, and the widget. */
import type { CreateShow } from '../core/show';
import { open } from '../widget/index';
import { createShow } from './show';

export const create: CreateShow = (wings) => createShow(wings, open);
