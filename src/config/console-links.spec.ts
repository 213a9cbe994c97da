import { consoleLinks } from './console-links.js';

const mistakesIn = (text: string) =>
  consoleLinks.safeParse(text).error?.issues.map(({ message }) => message) ?? [];

const TITLE = 'link 1: must have a title of 1 to 40 visible characters before "="';
const ADDRESS =
  'link 1: must lead to an https URL, to an http URL of this machine, or to a path such as /wiki';

describe('The links of a company in the console', () => {
  it('are titles and addresses, in their order', () => {
    const text =
      ' Handbook=https://wiki.example.com/a?b=c#d, Status = /status ,Mails=http://localhost:8025/, ';
    expect(consoleLinks.safeParse(text).data).toEqual([
      { title: 'Handbook', address: 'https://wiki.example.com/a?b=c#d' },
      { title: 'Status', address: '/status' },
      { title: 'Mails', address: 'http://localhost:8025/' },
    ]);
  });

  it.each([
    ['', ['must name at least one link']],
    [' , ', ['must name at least one link']],
    ['https://wiki.example.com', [TITLE]],
    ['=https://wiki.example.com', [TITLE]],
    [`${'a'.repeat(41)}=/wiki`, [TITLE]],
    ['Wiki\u202e=/wiki', [TITLE]],
    ['Wi\u200bki=/wiki', [TITLE]],
    ['Wiki=', [ADDRESS]],
    ['Wiki=wiki.example.com', [ADDRESS]],
    ['Wiki=http://wiki.example.com', [ADDRESS]],
    ['Wiki=http://localhost.example.com', [ADDRESS]],
    ['Wiki=https://', [ADDRESS]],
    ['Wiki=https://somebody:secret@wiki.example.com', [ADDRESS]],
    ['Wiki=javascript:alert(1)', [ADDRESS]],
    ['Wiki=data:text/html;base64', [ADDRESS]],
    ['Wiki=//elsewhere.example', [ADDRESS]],
    ['Wiki=/\\elsewhere.example', [ADDRESS]],
    ['Wiki=/\t/elsewhere.example', [ADDRESS]],
    [`Wiki=/${'a'.repeat(500)}`, [ADDRESS]],
    [Array.from({ length: 9 }, (_, place) => `Wiki ${place}=/wiki`).join(','), ['must name at most 8 links']],
  ])('are refused by what is wrong with them, and no value is said: %j', (text, mistakes) => {
    expect(mistakesIn(text)).toEqual(mistakes);
  });

  it('have eight titles of forty characters at most', () => {
    const text = Array.from({ length: 8 }, () => `${'😀'.repeat(40)}=/wiki`).join(',');
    expect(mistakesIn(text)).toEqual([]);
  });
});
