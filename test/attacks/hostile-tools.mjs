// Tools as nobody should write them, and their like for REST, resources and prompts.
import 'reflect-metadata';
import { Controller, createParamDecorator, Module, Post } from '@nestjs/common';
import * as z from 'zod';
import { decorateClass, decorateMethod } from '../../bench/peers/decorate.mjs';
import { Scopes } from '../../dist/access/access.decorators.js';
import { conflict, ServiceError } from '../../dist/errors/service-error.js';
import { Input, Log } from '../../dist/mcp/call/parameter.decorators.js';
import { McpModule } from '../../dist/mcp/mcp.module.js';
import { Prompt } from '../../dist/mcp/decorators/prompt.decorator.js';
import { Resource } from '../../dist/mcp/decorators/resource.decorator.js';
import { ResourceUpdates } from '../../dist/mcp/registry/resource-updates.js';
import { Tool } from '../../dist/mcp/decorators/tool.decorator.js';
import { requestOf } from '../../dist/access/caller.js';

/** In no answer, whatever happens. */
export const SECRET = 'secret-5f1e77';

const UserId = createParamDecorator((_, context) => requestOf(context).user.userId);
const cyclic = () => {
  const value = { name: 'cyclic' };
  value.self = value;
  return value;
};
const like = (status) =>
  Object.assign(new Error(`dsn=postgres://u:${SECRET}@db`), { statusCode: status, status });

/** What a handler does. Each of them is an error of its author, and the answer must be one as well. */
export const MISDEEDS = {
  foreign_401: () => Promise.reject(like(401)),
  foreign_403: () => Promise.reject(like(403)),
  foreign_404: () => Promise.reject(like(404)),
  foreign_429: () => Promise.reject(like(429)),
  foreign_503: () => Promise.reject(like(503)),
  header_with_line_break: () => {
    throw new ServiceError('conflict', 'No', { headers: { 'X-Own': 'a\r\nSet-Cookie: b' } });
  },
  header_without_name: () => {
    throw new ServiceError('rate_limited', 'No', { headers: { 'bad name': 'x' } });
  },
  cyclic_data: () => {
    throw new ServiceError('conflict', 'No', { data: cyclic() });
  },
  big_data: () => {
    throw new ServiceError('conflict', 'No', { data: { n: 1n } });
  },
  data_that_throws: () => {
    const data = {};
    Object.defineProperty(data, 'x', {
      enumerable: true,
      get: () => {
        throw new Error(SECRET);
      },
    });
    throw new ServiceError('conflict', 'No', { data });
  },
  changed_after_it_was_thrown: () => {
    const error = conflict('No');
    Object.defineProperty(error, 'message', {
      get: () => {
        throw new Error(SECRET);
      },
    });
    throw error;
  },
  throws_nothing: () => Promise.reject(undefined),
  throws_a_text: () => Promise.reject(SECRET),
  throws_a_proxy: () =>
    Promise.reject(
      new Proxy(
        {},
        {
          get: () => {
            throw new Error(SECRET);
          },
          getPrototypeOf: () => {
            throw new Error(SECRET);
          },
        },
      ),
    ),
  cyclic_result: () => cyclic(),
  bigint: () => ({ n: 1n }),
  bigint_in_a_block: () => [{ type: 'text', text: 'x', _meta: { n: 1n } }],
  late_getter: () => {
    let asked = 0;
    return {
      get x() {
        if (asked++ > 0) throw new Error(SECRET);
        return 1;
      },
    };
  },
  to_json_throws: () => ({
    toJSON: () => {
      throw new Error(SECRET);
    },
  }),
  map: () => new Map([['a', 1]]),
  set_within: () => ({ items: new Set([1]) }),
  a_function: () => () => SECRET,
  function_within: () => ({ run: () => SECRET }),
  promise_within: () => ({ later: Promise.resolve(SECRET) }),
  never_answers: () => new Promise(() => undefined),
  too_large: () => 'x'.repeat(6_000_000),
};

class HostileTools {
  constructor(updates) {
    this.updates = updates;
  }

  hostile_big({ bytes }) {
    return 'x'.repeat(bytes);
  }

  hostile_news({ times }, userId) {
    for (let n = 0; n < times; n++) this.updates.tell('hostile://news', userId);
    return { times };
  }

  hostile_floating() {
    void Promise.reject(new Error('nobody waits for this'));
    return 'done';
  }

  news() {
    return 'news';
  }
}
Reflect.defineMetadata('design:paramtypes', [ResourceUpdates], HostileTools);
const read = Scopes('hostile:read');
decorateMethod(
  HostileTools,
  'hostile_big',
  [
    Tool({ name: 'hostile_big', description: 'Much', inputSchema: z.object({ bytes: z.int().default(1) }) }),
    read,
  ],
  [Input()],
);
decorateMethod(
  HostileTools,
  'hostile_news',
  [
    Tool({ name: 'hostile_news', description: 'News', inputSchema: z.object({ times: z.int().default(1) }) }),
    read,
  ],
  [Input(), UserId()],
);
decorateMethod(HostileTools, 'hostile_floating', [
  Tool({ name: 'hostile_floating', description: 'Leaves a promise' }),
  read,
]);
decorateMethod(HostileTools, 'news', [Resource({ name: 'news', uri: 'hostile://news' }), read]);

class HostileController {}
for (const [name, misdeed] of Object.entries(MISDEEDS)) {
  // A function of its own for each: decorators mark the function.
  HostileTools.prototype[`tool_${name}`] = () => misdeed();
  decorateMethod(HostileTools, `tool_${name}`, [
    Tool({ name: `hostile_${name}`, description: 'Misbehaves' }),
    read,
  ]);
  // A handler that may send log lines is served by the SDK.
  HostileTools.prototype[`sdk_${name}`] = (_log) => misdeed();
  decorateMethod(
    HostileTools,
    `sdk_${name}`,
    [Tool({ name: `hostile_sdk_${name}`, description: 'Misbehaves' }), read],
    [Log()],
  );
  HostileTools.prototype[`resource_${name}`] = () => misdeed();
  decorateMethod(HostileTools, `resource_${name}`, [Resource({ name, uri: `hostile://${name}` }), read]);
  HostileTools.prototype[`prompt_${name}`] = () => misdeed();
  decorateMethod(HostileTools, `prompt_${name}`, [Prompt({ name: `hostile_${name}` }), read]);
  // The OpenAPI document knows a route by the name of its function.
  HostileController.prototype[name] = { [name]: () => misdeed() }[name];
  decorateMethod(HostileController, name, [Post(name), read]);
}
decorateClass(HostileController, Controller('api/hostile'));

export class HostileModule {}
decorateClass(
  HostileModule,
  Module({ imports: [McpModule], controllers: [HostileController], providers: [HostileTools] }),
);
