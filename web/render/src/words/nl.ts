// Dutch.

import type en from './en';

export default {
  lang: 'nl',
  next: 'Verder',
  send: 'Versturen',
  back: 'Terug',
  skip: 'Overslaan',
  close: 'Sluiten',
  of: '{n} van {m}',
  required: 'Beantwoord deze vraag, alstublieft.',
  email: 'Vul een e-mailadres in, zoals naam@example.com.',
  short: 'Schrijf minstens {n} tekens.',
  long: 'Schrijf hoogstens {n} tekens.',
  pattern: 'Controleer wat u hebt ingevuld.',
  least: 'Kies er minstens {n}.',
  most: 'Kies er hoogstens {n}.',
  survey: 'Enquête',
  keys: 'Druk op Alt+Shift+E om te antwoorden.',
  thanks: 'Dank u wel',
  tab: 'opent in een nieuw tabblad',
  none: 'Deze enquête is niet geopend.',
} satisfies typeof en;
