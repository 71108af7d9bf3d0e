// Portuguese.

import type en from './en';

export default {
  lang: 'pt',
  next: 'Continuar',
  send: 'Enviar',
  back: 'Voltar',
  skip: 'Pular',
  close: 'Fechar',
  of: '{n} de {m}',
  required: 'Responda a esta pergunta, por favor.',
  email: 'Digite um e-mail, como nome@example.com.',
  short: 'Escreva pelo menos {n} caracteres.',
  long: 'Escreva no máximo {n} caracteres.',
  pattern: 'Verifique o que digitou.',
  least: 'Escolha pelo menos {n}.',
  most: 'Escolha no máximo {n}.',
  survey: 'Pesquisa',
  keys: 'Pressione Alt+Shift+E para responder.',
  thanks: 'Obrigado',
  tab: 'abre em uma nova aba',
  none: 'Esta pesquisa não está aberta.',
} satisfies typeof en;
