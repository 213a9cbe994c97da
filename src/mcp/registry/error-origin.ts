import { Injectable } from '@nestjs/common';
import { RunningCalls } from '../../audit/recording/running-calls.js';
import { McpRegistry } from './mcp-registry.js';

/** Matches a function in a line of a stack trace, such as `at async Class.method (file:1:2)`. */
const FRAME = /^\s+at (?:async )?(?:new )?([\w$.<>]+)/gm;

/** Finds the handler that an uncaught error comes from, such as a rejected promise that the handler did not await. */
@Injectable()
export class ErrorOrigin {
  constructor(
    private readonly registry: McpRegistry,
    private readonly running: RunningCalls,
  ) {}

  /** @returns the handler that the stack names, or the candidates, for the log. It never throws */
  describe(error: unknown): string {
    const frames = framesOf(error);
    const handlers = this.handlers();
    const named = handlers.filter(({ origin }) => frames.has(origin));
    if (named.length > 0) return `left behind by ${describeHandlers(named)}`;
    const classes = new Set([...frames].map((frame) => frame.split('.')[0]));
    const near = handlers.filter(({ origin }) => classes.has(origin.split('.')[0]));
    if (near.length > 0) return `left behind by one of ${describeHandlers(near)}`;
    const running = this.running.names();
    if (running.length > 0) return `left behind, possibly by a running call: ${running.join(', ')}`;
    const last = this.running.lastName();
    return last === undefined ? 'no call has run yet' : `no call is running; the last one was ${last}`;
  }

  private handlers() {
    const { tools, resources, templates, prompts, completions } = this.registry;
    return [tools, resources, templates, prompts, completions].flatMap((set) =>
      set.all().map(({ name, origin }) => ({ name: `${set.kind} ${name}`, origin })),
    );
  }
}

const describeHandlers = (handlers: { name: string; origin: string }[]): string =>
  handlers.map(({ name, origin }) => `the ${name} (${origin})`).join(', ');

/** Tolerates thrown values that are not errors, or that throw when they are read. */
function framesOf(error: unknown): ReadonlySet<string> {
  try {
    const { stack } = error as { stack?: unknown };
    const frames = typeof stack === 'string' ? [...stack.matchAll(FRAME)].map(([, frame]) => frame!) : [];
    return new Set(frames);
  } catch {
    return new Set();
  }
}
