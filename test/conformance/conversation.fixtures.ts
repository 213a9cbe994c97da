import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import * as z from 'zod';
import { Authenticated } from '../../src/access/access.decorators.js';
import {
  ClientInput,
  CurrentCall,
  Input,
  Log,
  Progress,
  type ReportProgress,
  type SendLog,
} from '../../src/mcp/call/parameter.decorators.js';
import type { McpCall } from '../../src/mcp/call/mcp-call.js';
import { McpRegistry } from '../../src/mcp/registry/mcp-registry.js';
import { Prompt } from '../../src/mcp/decorators/prompt.decorator.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';

const question = (prompt: string) => ({
  messages: [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }],
  maxTokens: 100,
});

const FORM_WITH_DEFAULTS = {
  type: 'object' as const,
  properties: {
    name: { type: 'string' as const, description: 'User name', default: 'John Doe' },
    age: { type: 'integer' as const, description: 'User age', default: 30 },
    score: { type: 'number' as const, description: 'User score', default: 95.5 },
    status: {
      type: 'string' as const,
      description: 'User status',
      enum: ['active', 'inactive', 'pending'],
      default: 'active',
    },
    verified: { type: 'boolean' as const, description: 'Verification status', default: true },
  },
  required: [],
};

const titled = (kind: string) => [
  { const: 'value1', title: `First ${kind}` },
  { const: 'value2', title: `Second ${kind}` },
  { const: 'value3', title: `Third ${kind}` },
];
const OPTIONS = ['option1', 'option2', 'option3'];

const FORM_OF_ENUMS = {
  type: 'object' as const,
  properties: {
    untitledSingle: { type: 'string' as const, enum: OPTIONS },
    titledSingle: { type: 'string' as const, oneOf: titled('Option') },
    legacyEnum: {
      type: 'string' as const,
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: {
      type: 'array' as const,
      minItems: 1,
      maxItems: 3,
      items: { type: 'string' as const, enum: OPTIONS },
    },
    titledMulti: { type: 'array' as const, minItems: 1, maxItems: 3, items: { anyOf: titled('Choice') } },
  },
  required: [],
};

/** Handlers that speak with the client before they answer, and lists that change, as the conformance suite asks for them. */
@Injectable()
@Authenticated()
export class ConversationFixtures {
  constructor(private readonly registry: McpRegistry) {}

  @Tool({ name: 'test_tool_with_logging', description: 'Logs' })
  async withLogging(@Log() log: SendLog) {
    for (const line of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await log('info', line);
      await sleep(20);
    }
    return 'Tool with logging executed successfully';
  }

  @Tool({ name: 'test_logging_tool', description: 'Logs where it may' })
  async logging(@Log() log: SendLog) {
    await log('info', 'Diagnostic trace');
    return 'Logging evaluated';
  }

  @Tool({ name: 'test_tool_with_progress', description: 'Reports' })
  async withProgress(@Progress() report: ReportProgress, @CurrentCall() call: McpCall) {
    for (const done of [0, 50, 100]) {
      await report(done, 100, `Completed step ${done} of 100`);
      await sleep(20);
    }
    return JSON.stringify(call.meta.progressToken ?? 0);
  }

  @Tool({ name: 'test_reconnection', description: 'Ends its stream before its result' })
  async reconnection(@CurrentCall() call: McpCall) {
    call.context?.http?.closeSSE?.();
    await sleep(100);
    return 'Reconnection test completed successfully.';
  }

  @Tool({ name: 'test_streaming_elicitation', description: 'Reports on its stream' })
  async streaming(@Progress() report: ReportProgress) {
    await report(50, 100);
    return 'Streaming complete';
  }

  @Tool({
    name: 'test_sampling',
    description: 'Asks the model',
    inputSchema: z.object({ prompt: z.string() }),
  })
  async sampling(@Input() { prompt }: { prompt: string }, @ClientInput() ask: ClientInput) {
    const { content } = await ask.sample('answer', question(prompt));
    return `LLM response: ${textOf(content)}`;
  }

  @Tool({
    name: 'test_elicitation',
    description: 'Asks the person',
    inputSchema: z.object({ message: z.string() }),
  })
  async elicitation(@Input() { message }: { message: string }, @ClientInput() ask: ClientInput) {
    const requestedSchema = z.object({ response: z.string().describe("User's response") });
    const { action, content = {} } = await ask.elicit('response', { message, requestedSchema });
    return `User response: action=${action}, content=${JSON.stringify(content)}`;
  }

  @Tool({ name: 'test_elicitation_sep1034_defaults', description: 'Asks with defaults' })
  defaults(@ClientInput() ask: ClientInput) {
    return fillIn(ask, 'Please review and update the form fields with defaults', FORM_WITH_DEFAULTS);
  }

  @Tool({ name: 'test_elicitation_sep1330_enums', description: 'Asks to choose' })
  enums(@ClientInput() ask: ClientInput) {
    return fillIn(ask, 'Please select options from the enum fields', FORM_OF_ENUMS);
  }

  @Tool({ name: 'test_missing_capability', description: 'Needs sampling' })
  async missingCapability(@ClientInput() ask: ClientInput) {
    await ask.sample('answer', question('Anything'));
    return 'Success';
  }

  @Tool({ name: 'test_trigger_tool_change', description: 'Changes the list of tools' })
  triggerToolChange() {
    this.registry.tools.switchOff('test_simple_text');
    this.registry.tools.switchOn('test_simple_text');
    return 'Mutation triggered';
  }

  @Tool({ name: 'test_trigger_prompt_change', description: 'Changes the list of prompts' })
  triggerPromptChange() {
    this.registry.prompts.switchOff('test_simple_prompt');
    this.registry.prompts.switchOn('test_simple_prompt');
    return 'Mutation triggered';
  }

  @Prompt({ name: 'test_input_required_result_prompt', description: 'Asks for its context' })
  async prompt(@ClientInput() ask: ClientInput) {
    const { content } = await ask.elicit<{ context: string }>('user_context', {
      message: 'What context should the prompt use?',
      requestedSchema: z.object({ context: z.string() }),
    });
    return `Prompt with context: ${content?.context}`;
  }
}

type Form = Parameters<ClientInput['elicit']>[1]['requestedSchema'];

async function fillIn(ask: ClientInput, message: string, requestedSchema: Form): Promise<string> {
  const { action, content = {} } = await ask.elicit('form', { message, requestedSchema });
  return `Elicitation completed: action=${action}, content=${JSON.stringify(content)}`;
}

export const textOf = (content: unknown): string => {
  const [block] = [content].flat() as { text?: string }[];
  return block?.text ?? 'no text';
};
