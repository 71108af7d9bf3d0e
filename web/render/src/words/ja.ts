// Japanese.

import type en from './en';

export default {
  lang: 'ja',
  next: '次へ',
  send: '送信',
  back: '戻る',
  skip: 'スキップ',
  close: '閉じる',
  of: '{m}中{n}',
  required: 'この質問にお答えください。',
  email: 'name@example.com のようなメールアドレスを入力してください。',
  short: '{n}文字以上で入力してください。',
  long: '{n}文字以内で入力してください。',
  pattern: '入力内容をご確認ください。',
  least: '{n}つ以上選択してください。',
  most: '{n}つまで選択できます。',
  survey: 'アンケート',
  keys: 'Alt+Shift+E で回答できます。',
  thanks: 'ありがとうございました',
  tab: '新しいタブで開きます',
  none: 'このアンケートは受け付けていません。',
} satisfies typeof en;
