// Italian.

import type en from './en';

export default {
  lang: 'it',
  next: 'Continua',
  send: 'Invia',
  back: 'Indietro',
  skip: 'Salta',
  close: 'Chiudi',
  of: '{n} di {m}',
  required: 'Risponda a questa domanda, per favore.',
  email: 'Inserisca un indirizzo e-mail, come nome@example.com.',
  short: 'Scriva almeno {n} caratteri.',
  long: 'Scriva al massimo {n} caratteri.',
  pattern: 'Controlli quanto inserito.',
  least: 'Scelga almeno {n}.',
  most: 'Scelga al massimo {n}.',
  survey: 'Sondaggio',
  keys: 'Prema Alt+Maiusc+E per rispondere.',
  thanks: 'Grazie',
  tab: 'si apre in una nuova scheda',
  none: 'Questo sondaggio non è aperto.',
} satisfies typeof en;
