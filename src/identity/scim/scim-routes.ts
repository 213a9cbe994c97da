import type { Server } from 'node:net';
import { Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { validate as isUuid } from 'uuid';
import { Coherence } from '../../coherence/coherence.js';
import { serviceUrl } from '../../config/service-url.js';
import { InjectSettings } from '../../config/settings.module.js';
import type { Settings } from '../../config/settings.js';
import { knownError } from '../../errors/known-error.js';
import { lineText } from '../../validation/line-text.js';
import { parseJson } from '../../validation/parse-json.js';
import { ScimAccess } from './scim-access.js';
import { ScimAudit } from './scim-audit.js';
import type { ScimConnection } from './scim-connections.js';
import { invalid, ScimError, unknownUser } from './scim-error.js';
import { filterIn } from './scim-filter.js';
import { inputOf } from './scim-input.js';
import { changesIn } from './scim-patch.js';
import { DISCOVERY, listResource, MOST_LISTED, SCIM_PATH, userResource } from './scim-resource.js';
import { ScimUsers } from './scim-users.js';

const BODY_BYTES = 64 * 1024;
const TYPE = 'application/scim+json';

type Work = (connection: ScimConnection) => Promise<object | undefined>;

/** Serves SCIM 2.0 (RFC 7644) to the directories of companies, with errors in the form of that standard. */
@Injectable()
export class ScimRoutes {
  private readonly logger = new Logger(ScimRoutes.name);

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly access: ScimAccess,
    private readonly users: ScimUsers,
    private readonly rows: ScimAudit,
    private readonly coherence: Coherence,
    private readonly http: HttpAdapterHost,
  ) {}

  /** Adds the routes to a server that does not listen yet. */
  addTo(fastify: FastifyInstance): void {
    void fastify.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        [TYPE, 'application/json'],
        { parseAs: 'string', bodyLimit: BODY_BYTES },
        (_request, body, parsed) => {
          try {
            parsed(null, body === '' ? undefined : parseJson(body as string));
          } catch {
            parsed(invalid('The body is not JSON', 'invalidSyntax'));
          }
        },
      );
      scope.setErrorHandler((error, request, reply) => this.refuse(request, reply, error));
      for (const [path, answer] of Object.entries(DISCOVERY))
        scope.get(SCIM_PATH + path, (request, reply) =>
          this.read(request, reply, 'scim.discover', () => Promise.resolve(answer)),
        );
      scope.get(`${SCIM_PATH}/Users`, (request, reply) => this.list(request, reply));
      scope.get(`${SCIM_PATH}/Users/:id`, (request, reply) =>
        this.read(request, reply, 'scim.get_user', async (connection) =>
          this.resource(await this.users.get(connection, idOf(request))),
        ),
      );
      scope.post(`${SCIM_PATH}/Users`, (request, reply) =>
        this.change(request, reply, 'scim.create_user', 201, async (connection, audit) =>
          this.resource(await this.users.create(connection, inputOf(request.body), audit)),
        ),
      );
      for (const [method, action, inputIn] of [
        ['PUT', 'scim.replace_user', inputOf],
        ['PATCH', 'scim.change_user', changesIn],
      ] as const)
        scope.route({
          method,
          url: `${SCIM_PATH}/Users/:id`,
          handler: (request, reply) =>
            this.change(request, reply, action, 200, async (connection, audit) =>
              this.resource(await this.users.update(connection, idOf(request), inputIn(request.body), audit)),
            ),
        });
      scope.delete(`${SCIM_PATH}/Users/:id`, (request, reply) =>
        this.change(request, reply, 'scim.delete_user', 204, async (connection, audit) => {
          await this.users.remove(connection, idOf(request), audit);
          return undefined;
        }),
      );
      done();
    });
  }

  private list(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    return this.read(request, reply, 'scim.list_users', async (connection) => {
      const query = request.query as Record<string, unknown>;
      const startIndex = Math.max(1, numberIn(query.startIndex, 1));
      const count = Math.min(MOST_LISTED, Math.max(0, numberIn(query.count, 100)));
      const page = await this.users.list(connection, filterIn(query.filter), startIndex, count);
      return listResource(
        page.total,
        startIndex,
        page.users.map((user) => this.resource(user)),
      );
    });
  }

  private async read(
    request: FastifyRequest,
    reply: FastifyReply,
    action: string,
    work: Work,
  ): Promise<FastifyReply> {
    const connection = await this.access.admit(request);
    const answer = await this.rows.read(request, action, connection, () => work(connection));
    return reply.type(TYPE).send(answer);
  }

  /** Answers when no replica trusts what was before the change. */
  private async change(
    request: FastifyRequest,
    reply: FastifyReply,
    action: string,
    status: number,
    work: (
      connection: ScimConnection,
      audit: Parameters<ScimUsers['remove']>[2],
    ) => Promise<object | undefined>,
  ): Promise<FastifyReply> {
    const connection = await this.access.admit(request);
    const answer = await this.rows.change(request, action, connection, (audit) => work(connection, audit));
    const { replicas, waitedMs } = await this.coherence.settle();
    reply.header('Coherence', `replicas=${replicas}, waited=${waitedMs}`);
    reply.code(status);
    return answer === undefined ? reply.send() : reply.type(TYPE).send(JSON.stringify(answer));
  }

  private resource(user: Parameters<typeof userResource>[0]) {
    return userResource(user, serviceUrl(this.settings, this.http.httpAdapter.getHttpServer() as Server));
  }

  private refuse(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
    const found = error instanceof ScimError ? error : this.asScim(request, reply, error);
    reply.code(found.status).type(TYPE).send(JSON.stringify(found.body));
  }

  private asScim(request: FastifyRequest, reply: FastifyReply, error: unknown): ScimError {
    const known = knownError(error);
    if (known) {
      reply.headers(known.options.headers ?? {});
      return new ScimError(known.status, known.message);
    }
    const status = (error as { statusCode?: unknown }).statusCode;
    if (typeof status === 'number' && status < 500) return new ScimError(status, (error as Error).message);
    this.logger.error(`${request.method} ${SCIM_PATH}: ${lineText(String(error))}`);
    return new ScimError(500, 'The service could not do that');
  }
}

function idOf({ params }: FastifyRequest): string {
  const { id } = params as { id: string };
  if (!isUuid(id)) throw unknownUser();
  return id.toLowerCase();
}

function numberIn(value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'string' && /^-?\d{1,9}$/.test(value)) return Number(value);
  throw invalid('startIndex and count are whole numbers');
}
