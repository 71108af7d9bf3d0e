// Chinese.

import type en from './en';

export default {
  lang: 'zh',
  next: '继续',
  send: '提交',
  back: '返回',
  skip: '跳过',
  close: '关闭',
  of: '第 {n} 项，共 {m} 项',
  required: '请回答此问题。',
  email: '请输入邮箱地址，例如 name@example.com。',
  short: '请至少输入 {n} 个字符。',
  long: '请最多输入 {n} 个字符。',
  pattern: '请检查您输入的内容。',
  least: '请至少选择 {n} 项。',
  most: '最多选择 {n} 项。',
  survey: '问卷',
  keys: '按 Alt+Shift+E 作答。',
  thanks: '谢谢',
  tab: '在新标签页中打开',
  none: '此问卷未开放。',
} satisfies typeof en;
