// Swedish.

import type en from './en';

export default {
  lang: 'sv',
  next: 'Fortsätt',
  send: 'Skicka',
  back: 'Tillbaka',
  skip: 'Hoppa över',
  close: 'Stäng',
  of: '{n} av {m}',
  required: 'Svara på frågan, tack.',
  email: 'Ange en e-postadress, till exempel namn@example.com.',
  short: 'Skriv minst {n} tecken.',
  long: 'Skriv högst {n} tecken.',
  pattern: 'Kontrollera det du skrev.',
  least: 'Välj minst {n}.',
  most: 'Välj högst {n}.',
  survey: 'Enkät',
  keys: 'Tryck Alt+Skift+E för att svara.',
  thanks: 'Tack',
  tab: 'öppnas i en ny flik',
  none: 'Enkäten är inte öppen.',
} satisfies typeof en;
