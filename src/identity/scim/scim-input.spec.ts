import { ScimError } from './scim-error.js';
import { filterIn } from './scim-filter.js';
import { addressOf, inputOf } from './scim-input.js';
import { changesIn } from './scim-patch.js';

const patch = (...Operations: object[]) => changesIn({ Operations });
const typeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as ScimError).scimType;
  }
};

describe('What directories send', () => {
  it('is read without regard to the case of names, and without what the service has no use for', () => {
    const body = {
      UserName: 'ada@example.com',
      emails: [{ value: 'a@example.com' }, { value: 'Ada@Example.com', primary: true }],
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      roles: ['admin'],
      title: 'Countess',
    };
    expect(inputOf(body)).toEqual({
      userName: 'ada@example.com',
      email: 'Ada@Example.com',
      name: 'Ada Lovelace',
    });
    expect(addressOf(inputOf(body))).toBe('ada@example.com');
  });

  it.each([
    ['Okta', [{ op: 'replace', value: { active: false } }]],
    ['Entra', [{ op: 'Replace', path: 'active', value: 'False' }]],
    [
      'the standard',
      [{ op: 'replace', path: 'urn:ietf:params:scim:schemas:core:2.0:User:active', value: false }],
    ],
  ])('deactivates a user as %s does it', (_, operations) => {
    expect(patch(...operations)).toEqual({ active: false });
  });

  it('changes one e-mail by a filter, and passes over other attributes', () => {
    expect(
      patch(
        { op: 'add', path: 'emails[type eq "work"].value', value: 'b@example.com' },
        { op: 'add', path: 'title', value: 'Dr' },
        { op: 'replace', path: 'roles', value: ['admin'] },
      ),
    ).toEqual({ email: 'b@example.com' });
  });

  it.each([
    ['no operation', () => patch(), 'invalidSyntax'],
    ['an unknown operation', () => patch({ op: 'move' }), 'invalidSyntax'],
    ['a removal of everything', () => patch({ op: 'remove' }), 'invalidPath'],
    ['a removal of the name', () => patch({ op: 'remove', path: 'userName' }), 'invalidValue'],
    ['a state that is none', () => inputOf({ active: 'maybe' }), 'invalidValue'],
    ['a name of two lines', () => inputOf({ userName: 'a\nb' }), 'invalidValue'],
    ['no address', () => addressOf({ userName: 'ada' }), 'invalidValue'],
    ['a filter of another kind', () => filterIn('userName sw "a"'), 'invalidFilter'],
    ['a filter of two parts', () => filterIn('userName eq "a" or active eq true'), 'invalidFilter'],
  ])('is refused for %s', (_, work, expected) => {
    expect(typeOf(work)).toBe(expected);
  });

  it('finds a user by the escaped value of a filter', () => {
    expect(filterIn('userName eq "a\\"b"')).toEqual({ column: 'user_name', value: 'a"b' });
  });
});
