import * as z from 'zod';
import { choice, filePath, flag, hostNames, httpUrl, integer, proxies } from '../value-schemas.js';
import { optional, withDefault } from '../variable.js';

/** Where the service listens, and whose requests it takes. */
export const networkVariables = {
  NODE_ENV: withDefault(choice('development', 'production', 'test'), 'development', {
    description:
      'The environment that the service runs in. In `production`, logs are written as JSON and audit rows are not printed.',
    example: 'production',
  }),
  PORT: withDefault(integer(0, 65_535), '3000', {
    description:
      'The TCP port that the service listens on. With `0` the system chooses a free port. All `WORKERS` serve this one.',
    example: '8080',
  }),
  HOST: withDefault(z.string().trim().toLowerCase(), '127.0.0.1', {
    description:
      'The address that the service listens on. With `0.0.0.0` it is reached from other machines; in production that needs TLS, `TRUST_PROXY` or `ALLOW_PUBLIC_HTTP`.',
    shape: 'a host name or an IP address',
    example: '0.0.0.0',
  }),
  PUBLIC_URL: optional(httpUrl, {
    description:
      'The address at which clients reach the service. It is shown in the settings for clients, and nothing is taken from the `Host` of a request instead.',
    example: 'https://bouncer.example.com',
    otherwise: 'made from `HOST` and `PORT`',
  }),
  TRUST_PROXY: optional(proxies, {
    description:
      'The reverse proxies whose `X-Forwarded-For` header is believed. Without it, every request behind a proxy has the address of the proxy, and all clients share the limits by address.',
    example: '10.0.0.0/8',
    otherwise: 'no proxy is believed',
  }),
  ALLOWED_HOSTS: optional(hostNames, {
    description:
      'The names that a request may have in its `Host` header. Others are refused with `host_not_allowed`, which protects against DNS rebinding.',
    example: 'bouncer.example.com',
    otherwise: 'the loopback names; any name where `HOST` is a public address',
  }),
  ALLOWED_ORIGINS: optional(hostNames, {
    description:
      'The host names of the web pages that may call the service from a browser. Others are refused with `origin_not_allowed`.',
    example: 'app.example.com',
    otherwise: 'the loopback names; none where `HOST` is a public address',
  }),
  TLS_CERT_FILE: optional(filePath, {
    description:
      'The certificate chain in PEM format. With it and `TLS_KEY_FILE` the service serves HTTPS. Both are set, or neither.',
    example: '/etc/bouncer/tls.crt',
    otherwise: 'the service serves HTTP',
  }),
  TLS_KEY_FILE: optional(filePath, {
    description: 'The private key of the certificate, in PEM format.',
    example: '/etc/bouncer/tls.key',
    otherwise: 'the service serves HTTP',
  }),
  METRICS_PORT: optional(integer(0, 65_535), {
    description:
      'A port of its own for [the metrics](metrics.md), at `/metrics` without a key. With `0` the system chooses a free port. Of several `WORKERS`, each has a port of its own: the first has this one, the second the next.',
    example: '9464',
    otherwise: 'metrics are only served at `/metrics` of the service, for the scope `metrics:read`',
  }),
  METRICS_HOST: withDefault(z.string().trim().toLowerCase(), '127.0.0.1', {
    description:
      'The address that `METRICS_PORT` is opened on. Whoever reaches it reads the metrics, so it belongs on a network that only Prometheus reaches.',
    shape: 'a host name or an IP address',
    example: '10.0.0.5',
  }),
  ALLOW_PUBLIC_HTTP: withDefault(flag, 'false', {
    description:
      'Allows a public `HOST` in production without TLS and without a trusted proxy. API keys then travel in clear text.',
    example: 'true',
  }),
  SHUTDOWN_DELAY_SECONDS: withDefault(integer(0, 600, 'seconds'), '0', {
    description:
      'How long the service still takes and answers requests after SIGTERM, while `/health/ready` already answers 503. Behind a load balancer it is 5 to 15, longer than two of its probes, so that nothing is sent here any more [when the listener closes](operations.md#stopping). A second signal ends it.',
    example: '10',
  }),
  SHUTDOWN_FINISH_SECONDS: withDefault(integer(0, 600, 'seconds'), '8', {
    description:
      'How long calls and answers that are under way may take after the listener has closed. Then their connections are closed.',
    example: '30',
  }),
};
