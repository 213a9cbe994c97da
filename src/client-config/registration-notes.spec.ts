import { registrationNotes } from './registration-notes.js';

describe('What becomes of a program that registers itself', () => {
  it.each([
    ['open', []],
    ['approved', [expect.stringContaining('administrator approves')]],
    ['off', [expect.stringContaining('OAUTH_DCR')]],
  ] as const)('is said with OAUTH_DCR=%s', (registration, notes) => {
    const oauth = { registration } as Parameters<typeof registrationNotes>[0]['oauth'];
    expect(registrationNotes({ oauth })).toEqual(notes);
  });
});
