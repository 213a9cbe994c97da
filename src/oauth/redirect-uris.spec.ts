import { isRedirectUri } from './redirect-uris.js';

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
