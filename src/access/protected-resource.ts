import type { Server } from 'node:net';
import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { serviceUrl } from '../config/service-url.js';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import type { CallerRequest } from './caller.js';

/** The path of the metadata of the whole service (RFC 9728). That of a resource has the resource's path behind it. */
export const RESOURCE_METADATA_PATH = '/.well-known/oauth-protected-resource';
/** The path of the MCP endpoint, which clients know the service by. */
export const MCP_RESOURCE_PATH = '/mcp';

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/;

/**
 * Knows the service as OAuth clients see it (RFC 9728): by which addresses, and where its metadata is. On this machine the
 * service has several names, and a client must find the one that it used.
 */
@Injectable()
export class ProtectedResource {
  private known: { url: string; isLocal: boolean; identifiers: ReadonlySet<string> } | undefined;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly http: HttpAdapterHost,
  ) {}

  /** The address of the service, which is its name as an issuer of tokens too. It is known once the service listens. */
  get url(): string {
    return this.own().url;
  }

  /** The name of the MCP endpoint, which tokens are issued for. */
  get identifier(): string {
    return this.url + MCP_RESOURCE_PATH;
  }

  /** Returns whether a resource that a client or a token names is this service. */
  isOwn(resource: string): boolean {
    return this.own().identifiers.has(resource.replace(/\/$/, ''));
  }

  /** Returns the address that a client used for the service, or the service's own where the client's is none of its names. */
  urlFor(host: string | undefined): string {
    const { url, isLocal } = this.own();
    if (!isLocal || host === undefined || !LOOPBACK_HOST.test(host)) return url;
    return `${new URL(url).protocol}//${host}`;
  }

  /**
   * Adds to the headers of a refusal where a client learns how to get a token, and for which scopes (RFC 9728, section 5.1). Other
   * headers stay as they are.
   */
  challenged(headers: Record<string, string> | undefined, request: CallerRequest): Record<string, string> {
    const challenge = headers?.['WWW-Authenticate'];
    if (headers === undefined || challenge === undefined) return headers ?? {};
    const { host } = request.headers;
    // A client of standard input has named no host, and there is none to ask.
    if (typeof host !== 'string') return headers;
    const path = pathOf(request.url);
    const metadata = `${this.urlFor(host)}${RESOURCE_METADATA_PATH}${path === MCP_RESOURCE_PATH ? path : ''}`;
    const more = [
      `resource_metadata="${metadata}"`,
      ...(challenge.includes('scope="') ? [] : [`scope="${this.settings.oauth.defaultScopes.join(' ')}"`]),
    ].join(', ');
    return { ...headers, 'WWW-Authenticate': `${challenge}${challenge.includes('=') ? ',' : ''} ${more}` };
  }

  private own() {
    this.known ??= this.read();
    return this.known;
  }

  private read() {
    const url = serviceUrl(this.settings, this.http.httpAdapter.getHttpServer() as Server);
    const { protocol, host, hostname, port } = new URL(url);
    const isLocal = LOOPBACK_NAMES.includes(hostname);
    const origins = isLocal
      ? LOOPBACK_NAMES.map((name) => `${protocol}//${name}${port === '' ? '' : `:${port}`}`)
      : [url, `${protocol}//${host}`];
    const identifiers = new Set(origins.flatMap((origin) => [origin, origin + MCP_RESOURCE_PATH]));
    return { url, isLocal, identifiers };
  }
}

const pathOf = (url: string): string => {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
};
