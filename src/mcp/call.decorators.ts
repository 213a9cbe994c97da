import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { McpCall } from './mcp-call.js';

const callOf = (context: ExecutionContext): McpCall => context.getArgByIndex<McpCall>(1);

/** How `@Input()` gets its value; also the mark by which the registry knows that parameter. */
export const checkedInput = (_: unknown, context: ExecutionContext) => callOf(context).input();

/** The factories of parameters that speak with the client before the answer. */
export const CONVERSING: ReadonlySet<unknown> = new Set();

/** The handler's checked arguments. With a class-validator DTO as its type, that class says what they are. */
export const Input = createParamDecorator(checkedInput);

/** The {@link McpCall} itself: the request, its id, the client, the abort signal. */
export const CurrentCall = createParamDecorator((_: unknown, context) => callOf(context));

/** Aborted when the client goes away or cancels, and when the handler's time is over. */
export const Signal = createParamDecorator((_: unknown, context) => callOf(context).signal);
