import { Injectable, Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { notFound } from '../errors/service-error.js';
import { type ConsoleFile, ConsoleFiles } from './console-files.js';
import { ASSET_HEADERS, PAGE_HEADERS } from './console-headers.js';
import { CONSOLE_FOLDER } from './console-folder.js';
import { CONSOLE_PATH } from './console-path.js';

/** How an error is answered, which the module of the HTTP server knows. */
type SendError = (reply: FastifyReply, error: unknown, requestId: string) => void;

/**
 * Serves the console: its page at every address below `/console`, because the page itself knows its screens, and its assets. Nothing
 * of it is secret, so no key is asked for. What it shows comes from REST, with the session of the person.
 */
@Injectable()
export class ConsoleRoutes {
  private readonly logger = new Logger(ConsoleRoutes.name);

  constructor(@InjectSettings() private readonly settings: Settings) {}

  /** Adds the routes to a server that does not listen yet. */
  addTo(fastify: FastifyInstance, sendError: SendError): void {
    const files = new ConsoleFiles(CONSOLE_FOLDER, this.settings.console.links);
    if (!this.settings.console.isServed) return;
    if (!files.areBuilt) {
      this.logger.warn('The console is not built, so it is not served; see npm run build');
      return;
    }
    void fastify.register((scope, _options, done) => {
      scope.setErrorHandler((error, request, reply) => sendError(reply, error, request.id));
      scope.get(`${CONSOLE_PATH}/assets/*`, (request, reply) => {
        const { '*': name } = request.params as { '*': string };
        return send(request, reply, files.asset(name), ASSET_HEADERS);
      });
      for (const url of [CONSOLE_PATH, `${CONSOLE_PATH}/*`])
        scope.get(url, (request, reply) => send(request, reply, files.page(), PAGE_HEADERS));
      done();
    });
  }
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  found: Promise<ConsoleFile> | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<FastifyReply> {
  const file = await found;
  if (!file) throw notFound('File');
  reply.headers({ ...headers, ETag: file.etag, Vary: 'Accept-Encoding' });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding']));
  if (takesGzip) reply.header('Content-Encoding', 'gzip');
  return reply.type(file.type).send(takesGzip ? file.gzipped : file.body);
}
