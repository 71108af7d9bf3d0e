// Every element type that is drawn. `logic` is passed on the way (path.ts).

import { ces } from './elements/ces';
import { csat } from './elements/csat';
import { cta } from './elements/cta';
import { email } from './elements/email';
import { info } from './elements/info';
import { long_text } from './elements/long_text';
import { multiple_choice } from './elements/multiple_choice';
import { nps } from './elements/nps';
import { rating } from './elements/rating';
import { redirect } from './elements/redirect';
import { short_text } from './elements/short_text';
import { single_choice } from './elements/single_choice';
import { thank_you } from './elements/thank_you';
import type { Kind } from './kind';
import { own } from './logic';
import type { Answers, Element } from './model';

const kinds: Record<string, Kind> = { ces, csat, cta, email, info, long_text, multiple_choice, nps, rating, redirect, short_text, single_choice, thank_you };

/** The kind of an element. A type from a newer server is drawn as a text to be read. */
export const kindOf = (el: Element): Kind => (own(kinds as Answers, el.type) as Kind | undefined) ?? info;
