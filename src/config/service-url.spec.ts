import { serviceUrl } from './service-url.js';

const at = (settings: Partial<Parameters<typeof serviceUrl>[0]>) =>
  serviceUrl(
    { publicUrl: undefined, host: '127.0.0.1', tls: undefined, ...settings },
    { address: () => ({ port: 3100, address: 'ignored', family: 'IPv4' }) },
  );

describe('The address of the service', () => {
  it('is PUBLIC_URL, without a slash at the end', () => {
    expect(at({ publicUrl: 'https://bouncer.example.com/tools//' })).toBe(
      'https://bouncer.example.com/tools',
    );
  });

  it('is else where it listens', () => {
    expect(at({})).toBe('http://127.0.0.1:3100');
    expect(at({ host: '::1' })).toBe('http://[::1]:3100');
    expect(at({ tls: { cert: 'c', key: 'k' } })).toBe('https://127.0.0.1:3100');
  });

  it.each(['0.0.0.0', '::'])('is localhost where it listens on every address (%s)', (host) => {
    expect(at({ host })).toBe('http://localhost:3100');
  });
});
