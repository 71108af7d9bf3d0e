// Elements as customers would write them, in three languages: one that is
// short, one with long words, one from right to left.

import type { Element } from '../render/src/index';

type Texts = Record<string, [question: string, description?: string]>;

const en: Texts = {
  nps: ['How likely are you to recommend Planwise to a colleague?'],
  csat: ['How satisfied are you with the new calendar?'],
  ces: ['Planwise made it easy to plan my week.', 'Think of the last seven days.'],
  rating: ['How would you rate the import?'],
  single_choice: ['What brings you here today?'],
  multiple_choice: ['Which views do you use?'],
  short_text: ['What is your role?'],
  long_text: ['What should we do better?', 'One sentence is plenty. **Nobody but the team** reads it.'],
  email: ['Where may we answer you?', 'See our [privacy page](https://example.com/privacy).'],
  info: ['A few questions about your first week', 'Five of them, about a minute in all.\n\nYour answers shape what we build *next*.'],
  cta: ['Would you like to talk to us?', 'Twenty minutes with the people who build Planwise.'],
  redirect: ['Taking you to the community', 'It opens by itself in a moment.'],
  thank_you: ['Thank you', 'This goes straight to the people who build Planwise.'],
};

const de: Texts = {
  nps: ['Wie wahrscheinlich ist es, dass Sie Planwise einer Kollegin oder einem Kollegen weiterempfehlen?'],
  csat: ['Wie zufrieden sind Sie mit der neuen Kalenderübersicht?'],
  ces: ['Mit Planwise war die Wochenplanung unkompliziert.', 'Denken Sie an die letzten sieben Tage.'],
  rating: ['Wie bewerten Sie den Datenimport?'],
  single_choice: ['Was führt Sie heute zu uns?'],
  multiple_choice: ['Welche Ansichten nutzen Sie?'],
  short_text: ['Welche Aufgabe haben Sie im Unternehmen?'],
  long_text: ['Was sollten wir besser machen?', 'Ein Satz genügt. **Nur das Team** liest ihn.'],
  email: ['Unter welcher Adresse dürfen wir antworten?', 'Siehe unsere [Datenschutzgrundverordnungsinformationen](https://example.com/privacy).'],
  info: ['Ein paar Fragen zu Ihrer ersten Woche', 'Fünf Fragen, zusammen etwa eine Minute.\n\nIhre Antworten bestimmen, was wir *als Nächstes* bauen.'],
  cta: ['Möchten Sie mit uns sprechen?', 'Zwanzig Minuten mit den Menschen hinter Planwise.'],
  redirect: ['Weiter zur Gemeinschaft', 'Sie öffnet sich gleich von selbst.'],
  thank_you: ['Vielen Dank', 'Das geht direkt an die Menschen hinter Planwise.'],
};

const ar: Texts = {
  nps: ['ما مدى احتمال أن توصي زميلًا لك باستخدام Planwise؟'],
  csat: ['ما مدى رضاك عن التقويم الجديد؟'],
  ces: ['سهّل عليّ Planwise تخطيط أسبوعي.', 'فكّر في الأيام السبعة الماضية.'],
  rating: ['كيف تقيّم استيراد البيانات؟'],
  single_choice: ['ما الذي أتى بك اليوم؟'],
  multiple_choice: ['ما طرق العرض التي تستخدمها؟'],
  short_text: ['ما دورك في العمل؟'],
  long_text: ['ما الذي ينبغي أن نحسّنه؟', 'تكفي جملة واحدة. **لا يقرؤها** سوى الفريق.'],
  email: ['أين يمكننا الرد عليك؟', 'اطّلع على [صفحة الخصوصية](https://example.com/privacy).'],
  info: ['بعض الأسئلة عن أسبوعك الأول', 'خمسة أسئلة، نحو دقيقة في المجموع.\n\nإجاباتك تحدد ما نبنيه *لاحقًا*.'],
  cta: ['هل تود التحدث إلينا؟', 'عشرون دقيقة مع من يبنون Planwise.'],
  redirect: ['ننقلك إلى المجتمع', 'يُفتح تلقائيًا بعد لحظات.'],
  thank_you: ['شكرًا لك', 'يصل هذا مباشرة إلى من يبنون Planwise.'],
};

const texts: Record<string, Texts> = { en, de, ar };

const ends: Record<string, [string, string]> = {
  en: ['Not at all likely', 'Extremely likely'],
  de: ['Überhaupt nicht wahrscheinlich', 'Äußerst wahrscheinlich'],
  ar: ['غير محتمل إطلاقًا', 'محتمل جدًا'],
};

const moods: Record<string, string[]> = {
  en: ['Very unhappy', 'Unhappy', 'Neither', 'Happy', 'Very happy'],
  de: ['Sehr unzufrieden', 'Unzufrieden', 'Teils, teils', 'Zufrieden', 'Sehr zufrieden'],
  ar: ['غير راضٍ أبدًا', 'غير راضٍ', 'محايد', 'راضٍ', 'راضٍ جدًا'],
};

const words: Record<string, string[]> = {
  en: ['A new project', 'Somebody invited me', 'Comparing tools', 'Just looking', 'Something else', 'None of these'],
  de: ['Ein neues Projekt', 'Ich wurde eingeladen', 'Vergleich von Projektmanagementwerkzeugen', 'Nur mal schauen', 'Etwas anderes', 'Nichts davon'],
  ar: ['مشروع جديد', 'دعاني أحدهم', 'مقارنة الأدوات', 'مجرد تصفح', 'شيء آخر', 'لا شيء مما سبق'],
};

/** One of every element type and of every style, by a name. */
export function samples(lang: string): Record<string, Element> {
  const t = texts[lang] ?? en;
  const [low_label, high_label] = ends[lang] ?? ends['en']!;
  const labels = moods[lang] ?? moods['en']!;
  const w = words[lang] ?? words['en']!;
  const options = w.slice(0, 4).map((label, i) => ({ value: `o${i}`, label }));
  const el = (type: string, more: Partial<Element> = {}): Element => ({ id: type, type, question: t[type]![0], description: t[type]![1], ...more });
  const list: Record<string, Element> = {
    nps: el('nps', { low_label, high_label, required: true }),
    nps_colored: el('nps', { low_label, high_label, colored: true }),
    csat: el('csat', { labels, low_label: labels[0], high_label: labels[4], required: true }),
    csat_3: el('csat', { points: 3, required: true }),
    csat_thumbs: el('csat', { points: 2, style: 'thumbs', labels: [labels[0]!, labels[4]!], required: true }),
    csat_stars: el('csat', { style: 'stars', low_label: labels[0], high_label: labels[4] }),
    csat_numbers: el('csat', { style: 'numbers', points: 4, low_label: labels[0], high_label: labels[4], required: true }),
    csat_text: el('csat', { style: 'text', labels, required: true }),
    ces: el('ces', { low_label: labels[0], high_label: labels[4], required: true }),
    rating: el('rating', { low_label: labels[0], high_label: labels[4], required: true }),
    rating_hearts: el('rating', { style: 'hearts', points: 7, required: true }),
    rating_stars_11: el('rating', { points: 11, start: 0, required: true, auto_advance: false }),
    rating_numbers: el('rating', { style: 'numbers', points: 10, low_label, high_label, required: true }),
    rating_smileys: el('rating', { style: 'smileys', required: true }),
    single_choice: el('single_choice', { options, other: w[4], required: true }),
    single_choice_2: el('single_choice', { options, columns: 2, auto_advance: true, required: true }),
    multiple_choice: el('multiple_choice', { options: [...options, { value: 'none', label: w[5]!, exclusive: true }], min: 2, max: 3 }),
    short_text: el('short_text', { placeholder: lang == 'de' ? 'Projektleitung' : lang == 'ar' ? 'مدير مشروع' : 'Project lead', min_length: 3 }),
    long_text: el('long_text', { required: true, min_length: 10 }),
    email: el('email', { placeholder: 'name@example.com', required: true }),
    info: el('info'),
    cta: el('cta', { label: lang == 'de' ? 'Termin aussuchen' : lang == 'ar' ? 'اختر موعدًا' : 'Choose a time', url: 'https://example.com/talk', new_tab: true }),
    redirect: el('redirect', { url: 'https://example.com/community', after: '60s' }),
    thank_you: el('thank_you'),
  };
  for (const [name, element] of Object.entries(list)) element.id = name;
  return list;
}
