import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { CallCarrier, CallerRequest } from '../access/caller.js';
import type { ToolInput } from './tool-input.js';

/** One call of one tool: the second argument of the handler's context. */
export class ToolCall implements CallCarrier {
  private valid: Promise<unknown> | undefined;

  constructor(
    readonly tool: string,
    /** The HTTP request that carried the call. */
    readonly request: CallerRequest,
    /** Aborted when the client goes away or cancels. */
    readonly signal: AbortSignal,
    private readonly schema: ToolInput,
    private readonly rawInput: unknown,
  ) {}

  /** The checked arguments: checked once, and only after the guards have let the call in. @throws validationFailed */
  input(): Promise<unknown> {
    this.valid ??= this.schema.validate(this.rawInput, this.tool);
    return this.valid;
  }
}

/** How `@Input()` gets its value; also the mark by which the registry knows that parameter. */
export const checkedInput = (_: unknown, context: ExecutionContext) =>
  context.getArgByIndex<ToolCall>(1).input();

/** The tool's checked arguments. With a class-validator DTO as its type, that class says what they are. */
export const Input = createParamDecorator(checkedInput);

/** The {@link ToolCall} itself: the request and the abort signal. */
export const CurrentCall = createParamDecorator((_: unknown, context) => context.getArgByIndex<ToolCall>(1));
