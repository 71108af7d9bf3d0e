// Arabic.

import type en from './en';

export default {
  lang: 'ar',
  next: 'متابعة',
  send: 'إرسال',
  back: 'رجوع',
  skip: 'تخطٍّ',
  close: 'إغلاق',
  of: '{n} من {m}',
  required: 'يرجى الإجابة عن هذا السؤال.',
  email: 'يرجى إدخال بريد إلكتروني مثل name@example.com.',
  short: 'يرجى كتابة {n} أحرف على الأقل.',
  long: 'يرجى كتابة {n} حرف على الأكثر.',
  pattern: 'يرجى التحقق مما أدخلته.',
  least: 'اختر {n} على الأقل.',
  most: 'اختر {n} على الأكثر.',
  survey: 'استبيان',
  keys: 'اضغط Alt+Shift+E للإجابة.',
  thanks: 'شكرًا لك',
  tab: 'يفتح في علامة تبويب جديدة',
  none: 'هذا الاستبيان غير متاح.',
} satisfies typeof en;
