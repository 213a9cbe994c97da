import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DocumentNetwork } from '../../src/oauth/documents/document-network.js';
import { CALLBACK } from './oauth-program.js';
import type { TestService } from './test-service.js';

const HOST = 'app.example.com';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A site with documents of clients, over HTTPS on this machine. */
export class DocumentHost {
  /** The paths that were read, in order. */
  readonly read: string[] = [];
  private readonly answers = new Map<string, Answer>();

  private constructor(
    private readonly server: Server,
    readonly certificate: string,
  ) {}

  static async open(): Promise<DocumentHost> {
    const folder = mkdtempSync(join(tmpdir(), 'bouncer-documents-'));
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'].concat(
        ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`],
        ['-keyout', keyFile, '-out', certFile],
      ),
      { stdio: 'ignore' },
    );
    const cert = readFileSync(certFile, 'utf8');
    const server = createServer({ cert, key: readFileSync(keyFile) });
    rmSync(folder, { recursive: true });
    const host = new DocumentHost(server, cert);
    server.on('request', (request, response) => host.answer(request, response));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return host;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  url(path: string): string {
    return `https://${HOST}:${(this.server.address() as AddressInfo).port}${path}`;
  }

  /** Serves a document, and returns its address, which is the client's id. */
  serve(path: string, members: object = {}, headers: Record<string, string> = {}): string {
    const document = {
      client_id: this.url(path),
      client_name: 'Published program',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'none',
      ...members,
    };
    return this.serveBy(path, (_request, response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify(document)),
    );
  }

  serveBy(path: string, answer: Answer): string {
    this.answers.set(path, answer);
    return this.url(path);
  }

  /** Gives a service a network in which this host has its name. */
  reachableFor(service: TestService, addresses: string[] = ['127.0.0.1']): void {
    const network = service.service.app.get(DocumentNetwork, { strict: false });
    Object.assign(network, {
      certificates: this.certificate,
      addressesOf: () => Promise.resolve(addresses),
      mayReach: (address: string) => address === '127.0.0.1',
    });
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.read.push(path);
    const answer = this.answers.get(path);
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  }
}
