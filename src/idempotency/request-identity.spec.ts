import { fingerprintOf, idempotencyKeyOf } from './request-identity.js';

describe('idempotencyKeyOf', () => {
  it.each(['a', '8e03978e-40d5-43dd-bc93-6894a57f9324', '"quoted"', '!~', 'k'.repeat(255)])(
    'takes %s as it is',
    (header) => {
      expect(idempotencyKeyOf(header)).toBe(header);
    },
  );

  it('is nothing where the header is not sent', () => {
    expect(idempotencyKeyOf(undefined)).toBeUndefined();
  });

  it.each([
    ['an empty one', ''],
    ['one of 256 characters', 'k'.repeat(256)],
    ['a space', 'a b'],
    ['two joined', 'a, b'],
    ['a control character', 'a\u007f'],
    ['another alphabet', 'schlüssel'],
    ['a line break at the end', 'a\n'],
    ['several', ['a', 'b']],
  ])('refuses %s', (_, header) => {
    expect(() => idempotencyKeyOf(header)).toThrow(
      expect.objectContaining({ code: 'validation_failed', status: 400 }),
    );
  });
});

describe('fingerprintOf', () => {
  const request = { method: 'POST', url: '/api/documents', body: { title: 'A', content: 'B' } };

  it('is the same for the same request, whatever its query', () => {
    const again = { ...request, url: '/api/documents?x=1', body: { title: 'A', content: 'B' } };
    expect(fingerprintOf(again)).toEqual(fingerprintOf(request));
  });

  it.each([
    ['method', { method: 'PUT' }],
    ['route', { url: '/api/users' }],
    ['body', { body: { title: 'A', content: 'C' } }],
    ['missing body', { body: undefined }],
  ])('is another for another %s', (_, change) => {
    expect(fingerprintOf({ ...request, ...change })).not.toEqual(fingerprintOf(request));
  });
});
