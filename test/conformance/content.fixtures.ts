import { type ContentBlock, fromJsonSchema } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import * as z from 'zod';
import { Authenticated } from '../../src/access/access.decorators.js';
import { conflict } from '../../src/errors/service-error.js';
import { Input } from '../../src/mcp/call/parameter.decorators.js';
import { Complete } from '../../src/mcp/decorators/complete.decorator.js';
import { Prompt } from '../../src/mcp/decorators/prompt.decorator.js';
import { Resource, ResourceTemplate } from '../../src/mcp/decorators/resource.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const SILENCE = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA=';

const image: ContentBlock = { type: 'image', data: PIXEL, mimeType: 'image/png' };
const embedded = (uri: string, mimeType: string, text: string): ContentBlock => ({
  type: 'resource',
  resource: { uri, mimeType, text },
});
const message = (content: ContentBlock) => ({ role: 'user' as const, content });

/** What the suite's scenario json-schema-2020-12 wants to see unchanged in the list. */
const Schema2020 = fromJsonSchema({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
});

/** Results of every kind, as the conformance suite asks for them. */
@Injectable()
@Authenticated()
export class ContentFixtures {
  @Tool({ name: 'test_simple_text', description: 'A text' })
  simpleText() {
    return 'This is a simple text response for testing.';
  }

  @Tool({ name: 'test_image_content', description: 'An image' })
  imageContent() {
    return [image];
  }

  @Tool({ name: 'test_audio_content', description: 'A sound' })
  audioContent(): ContentBlock[] {
    return [{ type: 'audio', data: SILENCE, mimeType: 'audio/wav' }];
  }

  @Tool({ name: 'test_embedded_resource', description: 'A resource within the result' })
  embeddedResource() {
    return [embedded('test://embedded-resource', 'text/plain', 'This is an embedded resource content.')];
  }

  @Tool({ name: 'test_multiple_content_types', description: 'A text, an image and a resource' })
  multipleContentTypes(): ContentBlock[] {
    return [
      { type: 'text', text: 'Multiple content types test:' },
      image,
      embedded('test://mixed-content-resource', 'application/json', '{"test":"data","value":123}'),
    ];
  }

  @Tool({ name: 'test_error_handling', description: 'Fails' })
  errorHandling(): never {
    throw conflict('This tool intentionally returns an error for testing');
  }

  @Tool({ name: 'json_schema_2020_12_tool', description: 'Takes a JSON Schema', inputSchema: Schema2020 })
  jsonSchema(@Input() input: unknown) {
    return `JSON Schema 2020-12 tool called with: ${JSON.stringify(input)}`;
  }

  @Tool({
    name: 'test_x_mcp_header',
    description: 'Its argument is a header, too',
    inputSchema: z.object({ region: z.string().meta({ 'x-mcp-header': 'Region' }) }),
  })
  mcpHeader(@Input() { region }: { region: string }) {
    return `Region ${region}`;
  }

  @Resource({ name: 'static-text', uri: 'test://static-text', mimeType: 'text/plain' })
  staticText() {
    return 'This is the content of the static text resource.';
  }

  @Resource({ name: 'static-binary', uri: 'test://static-binary', mimeType: 'image/png' })
  staticBinary() {
    return Buffer.from(PIXEL, 'base64');
  }

  @Resource({ name: 'watched-resource', uri: 'test://watched-resource', mimeType: 'text/plain' })
  watched() {
    return 'Watched resource content';
  }

  @ResourceTemplate({
    name: 'template',
    uriTemplate: 'test://template/{id}/data',
    mimeType: 'application/json',
  })
  template(@Input() { id }: { id: string }) {
    return { id, templateTest: true, data: `Data for ID: ${id}` };
  }

  @Prompt({ name: 'test_simple_prompt', description: 'Without arguments' })
  simplePrompt() {
    return 'This is a simple prompt for testing.';
  }

  @Prompt({
    name: 'test_prompt_with_arguments',
    description: 'With arguments',
    argsSchema: z.object({ arg1: z.string(), arg2: z.string() }),
  })
  promptWithArguments(@Input() { arg1, arg2 }: { arg1: string; arg2: string }) {
    return `Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`;
  }

  @Complete({ prompt: 'test_prompt_with_arguments', argument: 'arg1' })
  complete(@Input() { value }: { value: string }) {
    return ['paris', 'park', 'party'].filter((word) => word.startsWith(value));
  }

  @Prompt({
    name: 'test_prompt_with_embedded_resource',
    description: 'With a resource',
    argsSchema: z.object({ resourceUri: z.string() }),
  })
  promptWithResource(@Input() { resourceUri }: { resourceUri: string }) {
    return [
      message(embedded(resourceUri, 'text/plain', 'Embedded resource content for testing.')),
      message({ type: 'text', text: 'Please process the embedded resource above.' }),
    ];
  }

  @Prompt({ name: 'test_prompt_with_image', description: 'With an image' })
  promptWithImage() {
    return [message(image), message({ type: 'text', text: 'Please analyze the image above.' })];
  }
}
