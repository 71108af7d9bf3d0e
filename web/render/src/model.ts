// The part of the survey model that a browser draws. It is the model of survey
// files (docs/guide/survey-files.md) with piping of traits already filled in.

/** An element of a survey. The fields of its type stand flat beside the common ones. */
export interface Element {
  id: string;
  type: string;
  question?: string;
  description?: string;
  image?: string;
  image_alt?: string;
  required?: boolean;
  button?: string;

  points?: number;
  start?: number;
  style?: string;
  low_label?: string;
  high_label?: string;
  labels?: string[];
  colored?: boolean;
  auto_advance?: boolean;

  options?: Option[];
  other?: string;
  shuffle?: boolean;
  columns?: number;
  min?: number;
  max?: number;

  placeholder?: string;
  min_length?: number;
  max_length?: number;
  pattern?: string;
  pattern_hint?: string;

  label?: string;
  url?: string;
  new_tab?: boolean;
  after?: string;
  close_after?: string;

  rules?: Rule[];
  otherwise?: string;
  random?: { goto: string; weight?: number }[];
}

/** One choice of a choice question. */
export interface Option {
  value: string;
  label?: string;
  exclusive?: boolean;
}

/** One branch of a logic element. */
export interface Rule {
  when: Condition;
  goto: string;
}

/** A comparison, or all or any of several. */
export interface Condition {
  all?: Condition[];
  any?: Condition[];
  answer?: string;
  hidden?: string;
  op?: string;
  value?: unknown;
}

/** How a survey is drawn. Missing fields take the defaults of survey files. */
export interface Look {
  layout?: string;
  position?: string;
  scheme?: string;
  accent?: string;
  background?: string;
  text?: string;
  radius?: number;
  font?: string;
  logo?: string;
  backdrop?: boolean;
  backdrop_close?: boolean;
  no_close_button?: boolean;
  no_progress?: boolean;
  no_branding?: boolean;
}

/** What is needed to draw a survey and nothing else. */
export interface Survey {
  uuid?: string;
  language?: string;
  look?: Look;
  elements: Element[];
}

/** Answers by question identifier. */
export type Answers = Record<string, unknown>;
