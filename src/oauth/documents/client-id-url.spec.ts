import { clientIdUrl } from './client-id-url.js';

describe('clientIdUrl', () => {
  it.each([
    'https://claude.ai/oauth/claude-code-client-metadata',
    'https://vscode.dev/oauth/client-metadata.json',
    'https://app.example.com:8443/client.json',
  ])('takes %s', (id) => {
    expect(clientIdUrl(id)?.href).toBe(id);
  });

  it.each([
    'abcdefgh',
    'http://app.example.com/client.json',
    'https://app.example.com',
    'https://app.example.com/',
    'https://app.example.com/client.json#',
    'https://app.example.com/client.json#a',
    'https://ada@app.example.com/client.json',
    'https://ada:secret@app.example.com/client.json',
    'https://app.example.com/a/../client.json',
    'https://app.example.com/./client.json',
    'https://app.example.com/%2e%2e/client.json',
    'https://APP.example.com/client.json',
    'https://app.example.com:443/client.json',
    'https://0x7f.1/client.json',
    'https:/app.example.com/client.json',
    'https://app.example.com\\client.json',
    ' https://app.example.com/client.json',
    `https://app.example.com/${'a'.repeat(500)}`,
  ])('refuses %s', (id) => {
    expect(clientIdUrl(id)).toBeUndefined();
  });
});
