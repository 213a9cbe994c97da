import { inputRequired } from '@modelcontextprotocol/server';
import { Injectable } from '@nestjs/common';
import * as z from 'zod';
import { Authenticated } from '../../src/access/access.decorators.js';
import { ClientInput } from '../../src/mcp/call/parameter.decorators.js';
import { Tool } from '../../src/mcp/decorators/tool.decorator.js';
import { textOf } from './conversation.fixtures.js';

const Name = z.object({ name: z.string() });
const Color = z.object({ color: z.string() });
const Ok = z.object({ ok: z.boolean() });

const sampled = (text: string) => ({
  messages: [{ role: 'user' as const, content: { type: 'text' as const, text } }],
  maxTokens: 50,
});

/** Calls of several rounds (revision 2026-07-28), as the conformance suite asks for them. */
@Injectable()
@Authenticated()
export class RoundFixtures {
  @Tool({ name: 'test_input_required_result_elicitation', description: 'Asks a name' })
  async elicitation(@ClientInput() ask: ClientInput) {
    const { content } = await ask.elicit<z.infer<typeof Name>>('user_name', {
      message: 'What is your name?',
      requestedSchema: Name,
    });
    return `Hello, ${content?.name}!`;
  }

  @Tool({ name: 'test_input_required_result_sampling', description: 'Asks the model' })
  async sampling(@ClientInput() ask: ClientInput) {
    const { content } = await ask.sample('capital_question', sampled('What is the capital of France?'));
    return `Sampling result: ${textOf(content)}`;
  }

  @Tool({ name: 'test_input_required_result_list_roots', description: 'Asks for roots' })
  async listRoots(@ClientInput() ask: ClientInput) {
    const roots = await ask.roots('client_roots');
    return `Found ${roots.length} root(s): ${roots.map(({ uri }) => uri).join(', ')}`;
  }

  @Tool({ name: 'test_input_required_result_request_state', description: 'Keeps a state' })
  async requestState(@ClientInput() ask: ClientInput) {
    if (ask.state() !== 'begun') ask.request({ confirm: confirmation() }, 'begun');
    await ask.elicit('confirm', { message: 'Please confirm', requestedSchema: Ok });
    return 'state-ok: requestState validated';
  }

  @Tool({ name: 'test_input_required_result_tampered_state', description: 'Keeps a sealed state' })
  async tamperedState(@ClientInput() ask: ClientInput) {
    if (ask.state() !== 'sealed') ask.request({ confirm: confirmation() }, 'sealed');
    await ask.elicit('confirm', { message: 'Please confirm', requestedSchema: Ok });
    return 'integrity-ok: state verified';
  }

  @Tool({ name: 'test_input_required_result_multiple_inputs', description: 'Asks three things at once' })
  async multipleInputs(@ClientInput() ask: ClientInput) {
    if (ask.state() !== 'asked') {
      const requests = {
        user_name: inputRequired.elicit({ message: 'What is your name?', requestedSchema: Name }),
        greeting: inputRequired.createMessage(sampled('Generate a greeting')),
        client_roots: inputRequired.listRoots(),
      };
      ask.request(requests, 'asked');
    }
    const { content } = await ask.elicit<z.infer<typeof Name>>('user_name', {
      message: 'What is your name?',
      requestedSchema: Name,
    });
    const greeting = await ask.sample('greeting', sampled('Generate a greeting'));
    const roots = await ask.roots('client_roots');
    return `Name: ${content?.name}; Greeting: ${textOf(greeting.content)}; Roots: ${roots.length}`;
  }

  @Tool({ name: 'test_input_required_result_multi_round', description: 'Asks one thing after the other' })
  async multiRound(@ClientInput() ask: ClientInput) {
    const step1 = { message: 'Step 1: What is your name?', requestedSchema: Name };
    if (ask.state() === undefined) ask.request({ step1: inputRequired.elicit(step1) }, 1);
    const first = await ask.elicit<z.infer<typeof Name>>('step1', step1);
    const second = await ask.elicit<z.infer<typeof Color>>('step2', {
      message: 'Step 2: What is your favorite color?',
      requestedSchema: Color,
    });
    return `Multi-round complete for ${first.content?.name} who likes ${second.content?.color}`;
  }

  @Tool({ name: 'test_input_required_result_capabilities', description: 'Asks what the client can answer' })
  capabilities(@ClientInput() ask: ClientInput) {
    if (ask.answered().length > 0) return `capabilities-ok: received ${ask.answered().join(',')}`;
    const requests = {
      ...(ask.can('elicitation') && { elicit_input: confirmation() }),
      ...(ask.can('sampling') && { sample_input: inputRequired.createMessage(sampled('Sample request')) }),
    };
    return Object.keys(requests).length === 0
      ? 'No supported capabilities declared'
      : ask.request(requests, 'asked');
  }
}

const confirmation = () => inputRequired.elicit({ message: 'Please confirm', requestedSchema: Ok });
