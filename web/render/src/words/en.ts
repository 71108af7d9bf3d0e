// English.

export default {
  lang: 'en',
  next: 'Continue',
  send: 'Send',
  back: 'Back',
  skip: 'Skip',
  close: 'Close',
  of: '{n} of {m}',
  required: 'Please answer this question.',
  email: 'Please enter an email address, like name@example.com.',
  short: 'Please write at least {n} characters.',
  long: 'Please use at most {n} characters.',
  pattern: 'Please check what you entered.',
  least: 'Choose at least {n}.',
  most: 'Choose at most {n}.',
  survey: 'Survey',
  keys: 'Press Alt+Shift+E to answer.',
  thanks: 'Thank you',
  tab: 'opens in a new tab',
  none: 'This survey is not open.',
};
