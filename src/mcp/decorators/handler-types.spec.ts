import { IsString } from 'class-validator';
import * as z from 'zod';
import { Prompt } from './prompt.decorator.js';
import { ResourceTemplate } from './resource.decorator.js';
import { Tool } from './tool.decorator.js';

const Order = z.object({ id: z.string(), count: z.coerce.number().default(1) });
const Receipt = z.object({ total: z.number() });
const tool = { name: 'order', description: 'Order something' };

class OrderDto {
  @IsString()
  id!: string;
}

/** Checked by the compiler: a line that should be an error and is none is an error itself. */
class Handlers {
  @Tool({ ...tool, inputSchema: Order, outputSchema: Receipt })
  fits({ id, count }: z.infer<typeof Order>, when: Date) {
    return { total: id.length * count + when.getTime() };
  }

  @Tool({ ...tool, inputSchema: Order, outputSchema: Receipt })
  async fitsLater({ count }: { count: number }) {
    return { total: count };
  }

  @Tool({ ...tool, outputSchema: Receipt })
  isWholeResult() {
    return { content: [{ type: 'text' as const, text: 'done' }], structuredContent: { total: 1 } };
  }

  @Tool(tool)
  hasNoSchemas(input: OrderDto): string {
    return input.id;
  }

  // @ts-expect-error The schema makes a number of `count`.
  @Tool({ ...tool, inputSchema: Order })
  takesText(input: { count: string }) {
    return input.count;
  }

  // @ts-expect-error The schema has no such member.
  @Tool({ ...tool, inputSchema: Order })
  takesMore(input: { id: string; missing: string }) {
    return input.missing;
  }

  // @ts-expect-error The total is a number.
  @Tool({ ...tool, outputSchema: Receipt })
  returnsText() {
    return { total: '1' };
  }

  // @ts-expect-error The total is missing, also from a promise.
  @Tool({ ...tool, outputSchema: Receipt })
  async returnsLess() {
    return {};
  }

  // @ts-expect-error Arguments of a prompt are checked in the same way.
  @Prompt({ name: 'letter', argsSchema: z.object({ customer: z.string() }) })
  promptTakesNumber(input: { customer: number }) {
    return String(input.customer);
  }

  // @ts-expect-error So are the variables of a URI.
  @ResourceTemplate({ name: 'order', uriTemplate: 'order://{id}', inputSchema: z.object({ id: z.string() }) })
  templateTakesNumber(input: { id: number }) {
    return String(input.id);
  }
}

describe('The types of a handler', () => {
  it('are held to its schemas by the compiler, which reads this file', () => {
    expect(Object.getOwnPropertyNames(Handlers.prototype)).toContain('takesText');
  });
});
