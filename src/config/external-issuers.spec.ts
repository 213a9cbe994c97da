import { externalIssuers } from './external-issuers.js';

const read = (value: unknown) =>
  externalIssuers.safeParse(typeof value === 'string' ? value : JSON.stringify(value));
const mistakesIn = (value: unknown) => read(value).error?.issues.map(({ message }) => message);

const ISSUER = { issuer: 'https://login.example.com', domains: ['example.com'] };

describe('The list of external issuers', () => {
  it('fills in what is not said', () => {
    expect(read([ISSUER]).data).toEqual([
      {
        issuer: 'https://login.example.com',
        userClaim: 'email',
        domains: ['example.com'],
        algorithms: ['ES256', 'RS256', 'PS256', 'EdDSA'],
        idJag: false,
      },
    ]);
  });

  it('takes one audience, and one scope for a name, as it takes several', () => {
    const issuer = { ...ISSUER, audience: 'api://a', scopes: { Read: 'documents:read' } };
    expect(read([issuer]).data?.[0]).toEqual(
      expect.objectContaining({ audience: ['api://a'], scopes: { Read: ['documents:read'] } }),
    );
  });

  it.each([
    ['nothing', 'must be a JSON list of issuers, such as [{"issuer": "https://..."}]'],
    [ISSUER, 'must be a JSON list of issuers, such as [{"issuer": "https://..."}]'],
    [
      [{ ...ISSUER, issuer: 'http://login.example.com' }],
      'issuer 1: issuer: must be an https URL without a query',
    ],
    [
      [ISSUER, { issuer: 'https://other.example.com' }],
      'issuer 2: domains: must name the domains of the addresses that the issuer may say, unless userClaim is "sub"',
    ],
    [
      [{ ...ISSUER, algorithms: ['HS256'] }],
      'issuer 1: algorithms.0: must be among ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512, EdDSA',
    ],
    [[{ ...ISSUER, algorithms: ['none'] }], expect.stringContaining('must be among ES256')],
    [[{ ...ISSUER, audiance: 'x' }], 'issuer 1: Unrecognized key: "audiance"'],
    [[{ ...ISSUER, scopes: { Read: 'Documents' } }], expect.stringContaining('issuer 1: scopes.Read')],
    [[{ ...ISSUER, organizationId: 'acme' }], 'issuer 1: organizationId: must be the id of an organization'],
    [[ISSUER, ISSUER], 'must name each issuer once'],
  ])('refuses %j by what is wrong with it', (value, message) => {
    expect(mistakesIn(value)).toEqual([message]);
  });

  it('lets an issuer that names people by its subject say no address', () => {
    expect(read([{ issuer: 'https://login.example.com', userClaim: 'sub' }]).success).toBe(true);
  });
});
