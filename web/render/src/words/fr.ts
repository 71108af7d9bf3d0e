// French.

import type en from './en';

export default {
  lang: 'fr',
  next: 'Continuer',
  send: 'Envoyer',
  back: 'Retour',
  skip: 'Passer',
  close: 'Fermer',
  of: '{n} sur {m}',
  required: 'Veuillez répondre à cette question.',
  email: 'Veuillez saisir une adresse e-mail, comme nom@example.com.',
  short: 'Veuillez écrire au moins {n} caractères.',
  long: 'Veuillez écrire {n} caractères au plus.',
  pattern: 'Veuillez vérifier votre saisie.',
  least: 'Choisissez au moins {n}.',
  most: 'Choisissez au plus {n}.',
  survey: 'Sondage',
  keys: 'Appuyez sur Alt+Maj+E pour répondre.',
  thanks: 'Merci',
  tab: 's’ouvre dans un nouvel onglet',
  none: 'Ce sondage n’est pas ouvert.',
} satisfies typeof en;
