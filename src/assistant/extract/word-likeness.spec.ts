import { foldWord } from '../../documents/search/fold.js';
import { likenessTo } from './word-likeness.js';

const likeness = (asked: string, written: string) => likenessTo(foldWord(asked))(foldWord(written));

describe('likenessTo', () => {
  it.each([
    ['weigh', 'weight'],
    ['pay', 'payers'],
    ['calibration', 'calibrate'],
    ['refunded', 'refunds'],
    ['policy', 'policies'],
    ['klettern', 'geklettert'],
    ['Ersthelfer', 'Ersthelferin'],
    ['malade', 'maladie'],
    ['réunion', 'réunions'],
  ])('knows %s as a form of %s', (asked, written) => {
    expect(likeness(asked, written)).toBeGreaterThan(0.8);
  });

  it.each([
    ['bill', 'invoice'],
    ['notebook', 'laptop'],
    ['Vacations', 'leave'],
    ['kostet', 'Preis'],
    ['coûte', 'prix'],
    ['Miete', 'Kaltmiete'],
    ['Urlaubstage', 'Urlaubsanspruch'],
    ['certifcate', 'certificate'],
  ])('knows that %s is about %s', (asked, written) => {
    expect(likeness(asked, written)).toBeGreaterThanOrEqual(0.5);
  });

  it.each([
    ['contract', 'contact'],
    ['station', 'state'],
    ['cat', 'cab'],
    ['internal', 'interval'],
    ['12500', '125000'],
    ['ops3391', 'ops3392'],
    ['Q3', 'Q2'],
    ['rain', 'train'],
  ])('does not take %s for %s', (asked, written) => {
    expect(likeness(asked, written)).toBeLessThan(0.7);
  });
});
