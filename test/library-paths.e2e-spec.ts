import { Browser } from './support/browser.js';
import { Mailbox } from './support/mailbox.js';
import { byPassword, PASSWORD, person } from './support/people.js';
import { TestService } from './support/test-service.js';

describe('The paths of the library', () => {
  let mailbox: Mailbox;
  let service: TestService;
  let ada: Browser;

  beforeAll(async () => {
    mailbox = await Mailbox.open();
    service = await TestService.start({ env: { SMTP_URL: mailbox.url } });
    await person(service, mailbox, 'ada@example.com');
    ada = await byPassword('ada@example.com', service.url);
  });
  afterAll(async () => {
    await service.stop();
    await mailbox.close();
  });

  it.each<[string, string, object?]>([
    ['POST', '/verify-password', { password: PASSWORD }],
    ['POST', '/update-session', { name: 'x' }],
    ['GET', '/list-accounts'],
    ['POST', '/link-social', { provider: 'google', callbackURL: '/' }],
    ['POST', '/unlink-account', { providerId: 'credential' }],
    ['GET', '/account-info?accountId=x'],
    ['POST', '/get-access-token', { providerId: 'google' }],
    ['POST', '/refresh-token', { providerId: 'google' }],
    ['POST', '/change-email', { newEmail: 'other@example.com' }],
    ['POST', '/delete-user', { password: PASSWORD }],
    ['GET', '/delete-user/callback?token=x'],
    ['POST', '/sign-in/anonymous', {}],
    ['POST', '/admin/set-role', { userId: 'x', role: 'admin' }],
  ])('that the service has no use for are not served: %s %s', async (method, path, ...[body]) => {
    const answer = await ada.request(method, `/auth${path}`, body);
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
  });

  it.each([
    ['/reset-password', { token: '\0', newPassword: PASSWORD }],
    ['/revoke-session', { token: '\0' }],
    ['/update-user', { image: '\0' }],
  ])('refuse what the database cannot store: %s', async (path, body) => {
    const answer = await ada.request('POST', `/auth${path}`, body);
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_error']);
  });

  it('take as a name only a text', async () => {
    const answer = await ada.request('POST', '/auth/update-user', { name: ['Ada'] });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_name']);
  });

  it.each([
    'javascript:alert(1)',
    'http://example.com/a.png',
    'data:image/png;base64,AA',
    7,
    `https://example.com/${'a'.repeat(2_000)}`,
  ])('take as an image only an https address: %s', async (image) => {
    const answer = await ada.request('POST', '/auth/update-user', { image });
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_image']);
    const kept = await ada.request('POST', '/auth/update-user', { image: 'https://example.com/ada.png' });
    expect(kept.status).toBe(200);
  });
});
