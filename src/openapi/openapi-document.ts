import { Injectable, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { InjectSettings } from '../config/settings.module.js';
import type { Settings } from '../config/settings.js';
import { ERROR_EXAMPLES } from './error-answers.js';
import { Handlers } from './handlers.js';
import { HEADERS } from './headers.js';
import { describeOperation, type RawOperation } from './operation.js';
import { OPERATIONS } from './operations.js';
import { type JsonSchema, dtoSchema } from '../validation/dto-schema.js';
import { UniqueNames } from './unique-names.js';
import { viewSchemas } from './views/view.js';

const DESCRIPTION =
  'The REST routes of Bouncer. Send a key as `Authorization: Bearer <key>` or as `X-API-Key: <key>`; each operation ' +
  'names the scopes that it asks for. Errors are problem details (RFC 9457) with a `code` for programs.';

/** The sections of Bouncer's own routes, in the order of the table; the library names a section after its controller. */
const OWN_SECTIONS = [...new Set(Object.keys(OPERATIONS).map((id) => id.replace(/Controller\..*/, '')))];

/** Of the sections those that have a route, Bouncer's own first. */
function sectionsOf(operations: readonly RawOperation[]): { name: string }[] {
  const used = new Set(operations.flatMap(({ tags }) => (tags as string[] | undefined) ?? []));
  const ours = OWN_SECTIONS.filter((name) => used.delete(name));
  return [...ours, ...used].map((name) => ({ name }));
}

/** The OpenAPI 3.1 document of the routes that this application has; made once, when it has started. */
@Injectable()
export class OpenApiDocument {
  private json?: Buffer;

  constructor(
    @InjectSettings() private readonly settings: Settings,
    private readonly handlers: Handlers,
  ) {}

  /** As JSON, the same bytes for every reader. @throws Error before {@link describe} */
  bytes(): Buffer {
    if (this.json === undefined) throw new Error('The application is not described yet');
    return this.json;
  }

  /** Reads the routes of `app`, whose routes must all be there. */
  describe(app: INestApplication): void {
    const config = new DocumentBuilder()
      .setOpenAPIVersion('3.1.0')
      .setTitle(this.settings.service.title)
      .setDescription(DESCRIPTION)
      .setVersion(this.settings.service.version)
      .addServer(this.settings.publicUrl?.replace(/\/+$/, '') ?? '/')
      .addSecurity('bearer', { type: 'http', scheme: 'bearer', description: 'An API key' })
      .addSecurity('apiKey', { type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key' })
      .build();
    const document = SwaggerModule.createDocument(app, config, {
      operationIdFactory: (controller, method) => `${controller}.${method}`,
    });
    this.json = Buffer.from(JSON.stringify(this.complete(document)));
  }

  /** Adds to what the library read from the routes what only this service knows. */
  private complete({ paths, components, ...document }: OpenAPIObject): object {
    const requests: Record<string, JsonSchema> = {};
    const controllers = new UniqueNames();
    const bodies = new UniqueNames();
    for (const [path, item] of Object.entries(paths) as [string, Record<string, RawOperation>][]) {
      for (const [method, operation] of Object.entries(item)) {
        const handler = this.handlers.get(operation.operationId, `${method.toUpperCase()} ${path}`);
        const body = handler.body && bodies.of(handler.body);
        const [, ofMethod] = operation.operationId.split('.');
        const operationId = `${controllers.of(handler.type)}.${ofMethod}`;
        item[method] = describeOperation(method, { ...operation, operationId }, handler, body);
        if (handler.body) requests[body!] = dtoSchema(handler.body);
      }
    }
    return {
      ...document,
      tags: sectionsOf(Object.values(paths).flatMap((item) => Object.values(item) as RawOperation[])),
      paths,
      components: {
        ...components,
        schemas: { ...requests, ...viewSchemas() },
        headers: HEADERS,
        examples: ERROR_EXAMPLES,
      },
    };
  }
}
