/** One event of a stream of Server-Sent Events. */
export interface StreamEvent {
  event: string;
  data: string;
  id: string | undefined;
}

/** Reads Server-Sent Events from an answer: `EventSource` could not say which organisation it asks for. */
export async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop()!;
      for (const block of blocks) {
        const event = eventOf(block);
        if (event) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** @returns `undefined` for a comment, which only keeps the connection alive */
function eventOf(block: string): StreamEvent | undefined {
  const lines = block.split('\n').map((line) => /^(\w+): ?(.*)$/.exec(line));
  const all = (name: string) => lines.flatMap((line) => (line?.[1] === name ? [line[2]!] : []));
  const data = all('data');
  return data.length === 0
    ? undefined
    : { event: all('event')[0] ?? 'message', data: data.join('\n'), id: all('id')[0] };
}
