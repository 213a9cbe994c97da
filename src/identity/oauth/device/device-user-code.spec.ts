import { newUserCode, spelled, userCodeIn } from './device-user-code.js';

describe('The code that a person types', () => {
  it('has eight letters that nobody takes for others', () => {
    for (let n = 0; n < 100; n++) expect(newUserCode()).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
  });

  it('is shown in two halves, and read however it is typed', () => {
    expect(spelled('BCDFGHJK')).toBe('BCDF-GHJK');
    for (const typed of ['BCDF-GHJK', 'bcdfghjk', ' bcdf ghjk ', 'B-C-D-F-G-H-J-K'])
      expect(userCodeIn(typed)).toBe('BCDFGHJK');
  });

  it('is another one where there is a letter too many', () => {
    expect(userCodeIn('BCDFGHJKL')).not.toBe('BCDFGHJK');
  });
});
