import { Injectable } from '@nestjs/common';
import type { CallerRequest } from '../access/caller.js';

/** Holds the limit of each user's calls of a handler, and how many calls one call of it counts as. */
export interface HandlerLimit {
  /** `null` means that the handler has no limit of its own. */
  readonly perMinute: number | null;
  readonly weight: number;
}

/** Holds what an administrator set in place of the declared numbers; `null` leaves the declared one. */
export interface HandlerLimitOverride {
  readonly perMinute: number | null;
  readonly weight: number | null;
}

const UNDECLARED: HandlerLimit = { perMinute: null, weight: 1 };

/** Returns the names of the handlers that a request to the MCP endpoint calls, one for each call. */
export type HandlersCalled = (request: CallerRequest) => readonly string[];

/**
 * Holds the limits of MCP handlers, by names such as `tool:documents_search`. Every look-up is synchronous, because it
 * is part of every call.
 */
@Injectable()
export class HandlerLimits {
  private readonly declared = new Map<string, HandlerLimit>();
  private overrides: ReadonlyMap<string, HandlerLimitOverride> = new Map();
  /** The handlers whose calls count differently from a plain call. */
  private effective = new Map<string, HandlerLimit>();
  private handlersCalled: HandlersCalled = () => [];

  /** Sets how requests are resolved to handlers. */
  resolveWith(handlersCalled: HandlersCalled): void {
    this.handlersCalled = handlersCalled;
  }

  /** @param name the kind and the name, such as `tool:documents_search` */
  declare(name: string, limit: HandlerLimit): void {
    this.declared.set(name, limit);
    this.merge();
  }

  /** Replaces all overrides. */
  override(overrides: ReadonlyMap<string, HandlerLimitOverride>): void {
    this.overrides = overrides;
    this.merge();
  }

  declaredFor(name: string): HandlerLimit {
    return this.declared.get(name) ?? UNDECLARED;
  }

  overrideFor(name: string): HandlerLimitOverride | undefined {
    return this.overrides.get(name);
  }

  /** Returns the numbers that calls of a handler count by now. */
  effectiveFor(name: string): HandlerLimit {
    return this.effective.get(name) ?? UNDECLARED;
  }

  /** Returns the handlers that a request calls and that do not count as a plain call, with the number of their calls. */
  calledIn(request: CallerRequest): ReadonlyMap<string, number> | undefined {
    if (this.effective.size === 0) return undefined;
    let called: Map<string, number> | undefined;
    for (const name of this.handlersCalled(request)) {
      if (!this.effective.has(name)) continue;
      called ??= new Map();
      called.set(name, (called.get(name) ?? 0) + 1);
    }
    return called;
  }

  /** @param calls the calls of a request, each counted once @returns what they count as */
  weigh(calls: number, called: ReadonlyMap<string, number> | undefined): number {
    let weight = calls;
    for (const [name, times] of called ?? []) weight += (this.effectiveFor(name).weight - 1) * times;
    return weight;
  }

  private merge(): void {
    this.effective = new Map();
    for (const name of new Set([...this.declared.keys(), ...this.overrides.keys()])) {
      const { perMinute, weight } = this.declaredFor(name);
      const over = this.overrides.get(name);
      const limit = { perMinute: over?.perMinute ?? perMinute, weight: over?.weight ?? weight };
      if (limit.perMinute !== null || limit.weight !== 1) this.effective.set(name, limit);
    }
  }
}
