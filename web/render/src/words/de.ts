// German.

import type en from './en';

export default {
  lang: 'de',
  next: 'Weiter',
  send: 'Senden',
  back: 'Zurück',
  skip: 'Überspringen',
  close: 'Schließen',
  of: '{n} von {m}',
  required: 'Bitte beantworten Sie diese Frage.',
  email: 'Bitte geben Sie eine E-Mail-Adresse ein, etwa name@example.com.',
  short: 'Bitte schreiben Sie mindestens {n} Zeichen.',
  long: 'Bitte schreiben Sie höchstens {n} Zeichen.',
  pattern: 'Bitte prüfen Sie Ihre Eingabe.',
  least: 'Wählen Sie mindestens {n}.',
  most: 'Wählen Sie höchstens {n}.',
  survey: 'Umfrage',
  keys: 'Zum Antworten Alt+Umschalt+E drücken.',
  thanks: 'Vielen Dank',
  tab: 'öffnet einen neuen Tab',
  none: 'Diese Umfrage ist nicht geöffnet.',
} satisfies typeof en;
