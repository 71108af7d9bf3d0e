// Spanish.

import type en from './en';

export default {
  lang: 'es',
  next: 'Continuar',
  send: 'Enviar',
  back: 'Atrás',
  skip: 'Omitir',
  close: 'Cerrar',
  of: '{n} de {m}',
  required: 'Responda a esta pregunta, por favor.',
  email: 'Escriba un correo, como nombre@example.com.',
  short: 'Escriba al menos {n} caracteres.',
  long: 'Escriba como máximo {n} caracteres.',
  pattern: 'Revise lo que ha escrito.',
  least: 'Elija al menos {n}.',
  most: 'Elija como máximo {n}.',
  survey: 'Encuesta',
  keys: 'Pulse Alt+Mayús+E para responder.',
  thanks: 'Gracias',
  tab: 'se abre en una pestaña nueva',
  none: 'Esta encuesta no está abierta.',
} satisfies typeof en;
