/** Reads an answer while it arrives, and can abort it. */
export class EventStream {
  text = '';
  /** Settles when the stream ends. */
  readonly ended: Promise<void>;

  private constructor(
    private readonly response: Response,
    private readonly controller: AbortController,
  ) {
    this.ended = this.read().catch(() => undefined);
  }

  static async open(url: string, init: RequestInit): Promise<EventStream> {
    const controller = new AbortController();
    return new EventStream(await fetch(url, { ...init, signal: controller.signal }), controller);
  }

  get status(): number {
    return this.response.status;
  }

  /** The JSON-RPC messages that have arrived so far. */
  get messages(): any[] {
    return [...this.text.matchAll(/^data: ([^\r\n]+)\r?\n/gm)].map(([, data]) => JSON.parse(data!));
  }

  get lastEventId(): string | undefined {
    return [...this.text.matchAll(/^id: (.+)$/gm)].at(-1)?.[1];
  }

  break(): void {
    this.controller.abort();
  }

  private async read(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.response.body ?? []) this.text += decoder.decode(chunk, { stream: true });
  }
}
