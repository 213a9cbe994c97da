import type { FastifyReply } from 'fastify';

/** Aborts a call. The signal is created when it is first read, because few handlers read it. */
export class CallAbort {
  private controller: AbortController | undefined;

  /** @param watch calls `abort` when the client disconnects or cancels, and immediately if it already has */
  constructor(private readonly watch: (abort: (reason?: unknown) => void) => void) {}

  get signal(): AbortSignal {
    return this.ensureController().signal;
  }

  abort(reason: unknown): void {
    this.ensureController().abort(reason);
  }

  private ensureController(): AbortController {
    if (!this.controller) {
      const controller = new AbortController();
      this.controller = controller;
      this.watch((reason) => controller.abort(reason));
    }
    return this.controller;
  }
}

/** Aborts when the connection closes before the whole answer is written. */
export const abortOnClose = (reply: FastifyReply): CallAbort =>
  new CallAbort((abort) => {
    const closed = () => {
      if (!reply.raw.writableFinished) abort();
    };
    if (reply.raw.destroyed) closed();
    else reply.raw.once('close', closed);
  });

export const abortOnSignals = (signals: AbortSignal[]): CallAbort =>
  new CallAbort((abort) => {
    const signal = AbortSignal.any(signals);
    if (signal.aborted) abort(signal.reason);
    else signal.addEventListener('abort', () => abort(signal.reason), { once: true });
  });
