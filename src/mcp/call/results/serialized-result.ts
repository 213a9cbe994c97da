import type { CallToolResult, Result } from '@modelcontextprotocol/server';

/**
 * Holds a result as JSON that is written once. The size limit, the audit row and the client all use this text, so
 * nothing that later changes the handler's value can change them.
 */
export class SerializedResult {
  private constructor(
    readonly json: string,
    /** The JSON without repetition: a structured result that the text repeats is in it once. */
    readonly distinctJson: string,
    /**
     * Whether the handler returned a complete result, which may have members besides its content, such as `_meta`.
     */
    readonly isWhole: boolean,
  ) {}

  /** The size of `distinctJson` in bytes. */
  get bytes(): number {
    return Buffer.byteLength(this.distinctJson);
  }

  /**
   * @param result the result made of `returned`, or `returned` itself @throws TypeError for what JSON cannot
   * represent
   */
  static of(returned: unknown, result: Result): SerializedResult {
    const text = result === returned ? undefined : repeatedText(result as CallToolResult);
    if (text !== undefined) {
      const json = `{"content":[{"type":"text","text":${JSON.stringify(text)}}],"structuredContent":${text}}`;
      return new SerializedResult(json, text, false);
    }
    const json = JSON.stringify(result);
    return new SerializedResult(json, json, result === returned);
  }

  /** Serializes a result of the service's own. */
  static plain(result: Result): SerializedResult {
    return SerializedResult.of(result, result);
  }

  /** Returns the same result with other JSON, from which secrets are removed. */
  withJson(json: string): SerializedResult {
    return new SerializedResult(json, json, this.isWhole);
  }

  /** Returns the result as a new object, which shares nothing with the handler's value. */
  parsed(): Result {
    return JSON.parse(this.json) as Result;
  }
}

/** Returns the JSON of a structured result, which is already the text of its first content block. */
function repeatedText({ structuredContent, content }: CallToolResult): string | undefined {
  const [block] = content ?? [];
  return structuredContent !== undefined && block?.type === 'text' ? block.text : undefined;
}
