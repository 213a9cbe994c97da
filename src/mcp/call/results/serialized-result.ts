import type { CallToolResult, Result } from '@modelcontextprotocol/server';

/**
 * What is answered to a call: a result as JSON, written once. Its size is measured by this text, its row tells of it, and it
 * is what the client gets; whatever becomes of the handler's value afterwards changes none of them.
 */
export class SerializedResult {
  private constructor(
    readonly json: string,
    /** What it says: all of `json`, but a structured result that the text repeats stands here once. */
    readonly said: string,
    /** Whether the handler may have given members beside its content, such as `_meta`. */
    readonly isWhole: boolean,
  ) {}

  /** Of what it says. */
  get bytes(): number {
    return Buffer.byteLength(this.said);
  }

  /** @param result of what the handler has returned, or that itself @throws TypeError for what JSON cannot say */
  static of(returned: unknown, result: Result): SerializedResult {
    const text = result === returned ? undefined : repeatedText(result as CallToolResult);
    if (text !== undefined) {
      const json = `{"content":[{"type":"text","text":${JSON.stringify(text)}}],"structuredContent":${text}}`;
      return new SerializedResult(json, text, false);
    }
    const json = JSON.stringify(result);
    return new SerializedResult(json, json, result === returned);
  }

  /** For the service's own, which are small and plain. */
  static plain(result: Result): SerializedResult {
    return SerializedResult.of(result, result);
  }

  /** The same answer, with what must not be sent taken out of it. */
  withJson(json: string): SerializedResult {
    return new SerializedResult(json, json, this.isWhole);
  }

  /** As an object with nothing of the handler's in it. */
  parsed(): Result {
    return JSON.parse(this.json) as Result;
  }
}

/** The text of a structured result is its JSON already. */
function repeatedText({ structuredContent, content }: CallToolResult): string | undefined {
  const [block] = content ?? [];
  return structuredContent !== undefined && block?.type === 'text' ? block.text : undefined;
}
