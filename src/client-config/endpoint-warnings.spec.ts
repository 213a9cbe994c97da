import { endpointWarnings } from './endpoint-warnings.js';

const UNKNOWN = expect.stringContaining('PUBLIC_URL is not set');
const OPEN = expect.stringContaining('unencrypted');

describe('An address', () => {
  it.each([
    ['http://127.0.0.1:3000/mcp', { host: '127.0.0.1' }, []],
    ['http://[::1]:3000/mcp', { host: '::1' }, []],
    ['http://localhost:3000/mcp', { host: '0.0.0.0' }, [UNKNOWN]],
    ['http://127.0.0.1:3000/mcp', { host: '127.0.0.1', trustProxy: ['loopback'] }, [UNKNOWN]],
    ['http://10.0.0.7:3000/mcp', { host: '10.0.0.7' }, [UNKNOWN, OPEN]],
    ['https://bouncer.example.com/mcp', { host: '0.0.0.0', publicUrl: 'https://bouncer.example.com' }, []],
    ['http://bouncer.example.com/mcp', { host: '0.0.0.0', publicUrl: 'http://bouncer.example.com' }, [OPEN]],
  ])('%s of a service with %j: what is wrong with it is said', (endpoint, settings, warnings) => {
    expect(endpointWarnings(endpoint, { publicUrl: undefined, trustProxy: undefined, ...settings })).toEqual(
      warnings,
    );
  });
});
