import { boundedMetadata } from './bounded-metadata.js';

describe('A member of metadata', () => {
  it.each([
    'password',
    'passwords',
    'PASSWORD_HASH',
    'passwd',
    'PassWd',
    'pwd',
    'oldPwd',
    'db_pwd',
    'passphrase',
    'pass-phrase',
    'pass',
    'smtpPass',
    'smtp_pass',
    'passcode',
    'bearer',
    'Bearer',
    'bearerHeader',
    'apiKey',
    'apiKeys',
    'api_keys',
    'API-KEYS',
    'X-Api-Key',
    'api key',
    'apikey2',
    'accessKey',
    'secret_access_keys',
    'signingKey',
    'clientSecrets',
    'refresh_tokens',
    'authorization',
    'Set-Cookie',
    'cookies',
    'credentials',
    'privateKey',
    'p\u200bassword',
    'ｐａｓｓｗｏｒｄ',
  ])('named %s is hidden', (name) => {
    const kept = JSON.stringify(
      boundedMetadata({ deep: { [name]: 'hunter2', list: [{ [name]: 'hunter2' }] } }),
    );
    expect(kept).not.toContain('hunter2');
    expect(kept).toContain('[redacted]');
  });

  it.each([
    'apiKeyId',
    'key_id',
    'keys',
    'keyName',
    'query',
    'title',
    'bypass',
    'compass',
    'passenger',
    'monkey',
    'author',
  ])('named %s is kept', (name) => {
    expect(boundedMetadata({ [name]: 'hunter2' })).toEqual({ [name]: 'hunter2' });
  });
});
