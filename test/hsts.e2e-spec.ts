import type { AddressInfo } from 'node:net';
import { headOf, sendRaw } from './support/raw-request.js';
import { TestService } from './support/test-service.js';

const HEADER = 'strict-transport-security';
const LOCAL = [['Host', 'localhost']] as const;

/** The address that the service listens on, which PUBLIC_URL is not. */
const listenAddress = ({ service }: TestService): string => {
  const { port } = service.app.getHttpServer().address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
};

describe('Strict-Transport-Security', () => {
  it('is in every answer where clients use HTTPS, without the subdomains', async () => {
    const service = await TestService.start({ env: { PUBLIC_URL: 'https://bouncer.example.com' } });
    const url = listenAddress(service);
    const authorization = `Bearer ${service.adminKey}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const call = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } });
    const answers = [
      await fetch(`${url}/health`),
      await fetch(`${url}/api/me`, { headers }),
      await fetch(`${url}/api/me`),
      await fetch(`${url}/nothing`),
      await fetch(`${url}/docs`),
      await fetch(`${url}/api/me`, { headers: { origin: 'https://evil.example' } }),
      await fetch(`${url}/mcp`, { method: 'POST', headers, body: call }),
      await fetch(`${url}/mcp`, { method: 'POST', body: call }),
    ];
    for (const answer of answers) expect(answer.headers.get(HEADER)).toBe('max-age=31536000');
    const broken = sendRaw(url, headOf('GET', '/%', [...LOCAL, ['Connection', 'close']]));
    await broken.closed;
    expect(broken.received().toLowerCase()).toContain(`${HEADER}: max-age=31536000\r\n`);
    await service.stop();
  });

  it.each<Record<string, string>>([{}, { PUBLIC_URL: 'http://bouncer.example.com' }])(
    'is in no answer with %o',
    async (env) => {
      const service = await TestService.start({ env });
      expect((await fetch(`${listenAddress(service)}/health`)).headers.get(HEADER)).toBeNull();
      await service.stop();
    },
  );
});
