import { Injectable, type INestApplication } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { type JsonSchema, dtoSchema } from '../validation/dto-schema.js';
import { namedJsonSchemas } from './answer-schema.js';
import { ERROR_EXAMPLES } from './error-responses.js';
import { Handlers } from './handlers.js';
import { HEADERS } from './headers.js';
import { describeOperation, type RawOperation } from './operation.js';
import { UniqueNames } from './unique-names.js';

const DESCRIPTION =
  'The REST routes of Bouncer. Send a key as `Authorization: Bearer <key>` or as `X-API-Key: <key>`; each operation ' +
  'names the scopes that it asks for. Errors are problem details (RFC 9457) with a `code` for programs.';

/** The OpenAPI 3.1 document of the routes that this application has. It is built when it is first asked for. */
@Injectable()
export class OpenApiDocument {
  private app?: INestApplication;
  private json?: Promise<Buffer>;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly handlers: Handlers,
  ) {}

  /** Sets the application whose routes are described. All its routes must be registered by the first request. */
  setApplication(app: INestApplication): void {
    this.app = app;
  }

  /** As JSON. Every reader gets the same bytes. */
  bytes(): Promise<Buffer> {
    this.json ??= this.build().catch((error: unknown) => {
      this.json = undefined;
      throw error;
    });
    return this.json;
  }

  private async build(): Promise<Buffer> {
    if (!this.app) throw new Error('No application was set whose routes could be described');
    // Imported here, because loading it would take a large part of the time that the service takes to start.
    const { DocumentBuilder, SwaggerModule } = await import('@nestjs/swagger');
    const config = new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle(this.settings.service.title)
      .setDescription(DESCRIPTION)
      .setVersion(this.settings.service.version)
      .addServer(this.settings.publicUrl?.replace(/\/+$/, '') ?? '/')
      .addSecurity('bearer', { type: 'http', scheme: 'bearer', description: 'An API key' })
      .addSecurity('apiKey', { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key' })
      .build();
    const document = SwaggerModule.createDocument(this.app, config, {
      operationIdFactory: (controller, method) => `${controller}.${method}`,
    });
    return Buffer.from(JSON.stringify(this.complete(document)));
  }

  /** Adds what only this service knows to what the library read from the routes. */
  private complete({ paths, components, ...document }: OpenAPIObject): object {
    const requests: Record<string, JsonSchema> = {};
    const controllers = new UniqueNames();
    const bodies = new UniqueNames();
    const tags = new Set<string>();
    for (const [path, item] of Object.entries(paths) as [string, Record<string, RawOperation>][]) {
      for (const [method, operation] of Object.entries(item)) {
        const handler = this.handlers.get(operation.operationId, `${method.toUpperCase()} ${path}`);
        const body = handler.body && bodies.of(handler.body);
        const [, ofMethod] = operation.operationId.split('.');
        const operationId = `${controllers.of(handler.type)}.${ofMethod}`;
        item[method] = describeOperation(method, { ...operation, operationId }, handler, body);
        if (handler.body) requests[body!] = dtoSchema(handler.body);
        for (const tag of operation.tags ?? []) tags.add(tag);
      }
    }
    return {
      ...document,
      tags: [...tags].map((name) => ({ name })),
      paths,
      components: {
        ...components,
        schemas: usedSchemas({ ...requests, ...namedJsonSchemas() }, { paths, HEADERS }),
        headers: HEADERS,
        examples: ERROR_EXAMPLES,
      },
    };
  }
}

/** Leaves out the schemas of modules that this application does not have: all modules are loaded. */
function usedSchemas(all: Record<string, JsonSchema>, users: object): Record<string, JsonSchema> {
  const used: Record<string, JsonSchema> = {};
  const visit = (user: object): void => {
    for (const [, name] of JSON.stringify(user).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      const schema = all[name!];
      if (!schema || Object.hasOwn(used, name!)) continue;
      used[name!] = schema;
      visit(schema);
    }
  };
  visit(users);
  return used;
}
