import { isNative, isRedirectUri, redirectIssueOf } from './redirect-uris.js';

describe('isRedirectUri', () => {
  it.each([
    'https://claude.ai/api/mcp/auth_callback',
    'https://vscode.dev/redirect',
    'http://localhost:6274/oauth/callback',
    'http://127.0.0.1/',
    'http://[::1]:3000/callback',
    'com.example.app:/callback',
    'cursor://anysphere.cursor-mcp/oauth/callback',
  ])('takes %s', (uri) => {
    expect(isRedirectUri(uri)).toBe(true);
  });

  it.each([
    'callback',
    'http://app.example.com/callback',
    'http://localhost.example.com/callback',
    'http://localhost@app.example.com/callback',
    'http://2130706433/callback',
    'https://localhost/callback',
    'https://127.0.0.1/callback',
    'https://ada@app.example.com/callback',
    'https://app.example.com/callback#',
    'https:app.example.com/callback',
    'javascript:alert(1)',
    'data:text/html,a',
    'file:///etc/passwd',
    'cursor://anysphere.cursor-mcp/oauth/callback/',
    'cursor://anysphere.cursor-mcp/oauth/callback?a=b',
    'cursor://another/oauth/callback',
    'vscode://another/callback',
    'com.example.app://host/callback',
  ])('refuses %s', (uri) => {
    expect(isRedirectUri(uri)).toBe(false);
  });
});

describe('redirectIssueOf', () => {
  it.each([
    ['callback', 'is no absolute address'],
    ['https://app.example.com/callback#', 'has a fragment'],
    ['https://ada@app.example.com/callback', 'has a name or a password'],
    ['http://app.example.com/callback', 'is not HTTPS'],
    ['vscode://another/callback', 'cannot begin with vscode:, which is no domain backwards'],
    ['https://localhost/callback', 'is this machine, which is reached by HTTP'],
  ])('says of %s that it %s', (uri, issue) => {
    expect(redirectIssueOf(uri)).toBe(issue);
  });
});

describe('isNative', () => {
  it('takes a client for one on a machine where one of its redirects is no HTTPS', () => {
    expect(isNative(['https://app.example.com/callback', 'http://localhost/callback'])).toBe(true);
    expect(isNative(['https://app.example.com/callback'])).toBe(false);
  });
});
