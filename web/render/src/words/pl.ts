// Polish.

import type en from './en';

export default {
  lang: 'pl',
  next: 'Dalej',
  send: 'Wyślij',
  back: 'Wstecz',
  skip: 'Pomiń',
  close: 'Zamknij',
  of: '{n} z {m}',
  required: 'Prosimy odpowiedzieć na to pytanie.',
  email: 'Prosimy podać adres e-mail, np. imie@example.com.',
  short: 'Minimalna liczba znaków: {n}.',
  long: 'Maksymalna liczba znaków: {n}.',
  pattern: 'Prosimy sprawdzić wpisaną treść.',
  least: 'Minimalna liczba odpowiedzi: {n}.',
  most: 'Maksymalna liczba odpowiedzi: {n}.',
  survey: 'Ankieta',
  keys: 'Naciśnij Alt+Shift+E, aby odpowiedzieć.',
  thanks: 'Dziękujemy',
  tab: 'otwiera się w nowej karcie',
  none: 'Ta ankieta nie jest otwarta.',
} satisfies typeof en;
