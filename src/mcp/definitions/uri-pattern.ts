import { UriTemplate } from '@modelcontextprotocol/server';

/** The URI length that every program should support (RFC 9110, section 4.1). The SDK throws at a million. */
const MAX_LENGTH = 8_000;

/** Matches URIs against a URI template (RFC 6570). */
export class UriPattern {
  private readonly parsed: UriTemplate;

  constructor(readonly template: string) {
    this.parsed = new UriTemplate(template);
  }

  /** Returns the percent-decoded values of the variables, or nothing when the URI does not match. */
  match(uri: string): Record<string, string | string[]> | undefined {
    const values = uri.length <= MAX_LENGTH && this.parsed.match(uri);
    if (!values) return undefined;
    try {
      return Object.fromEntries(
        Object.entries(values).map(([name, value]) => [
          name,
          typeof value === 'string' ? decodeURIComponent(value) : value.map(decodeURIComponent),
        ]),
      );
    } catch {
      return undefined;
    }
  }
}

/** Returns the names of a template's variables. */
export const variablesOf = (template: string): readonly string[] => new UriTemplate(template).variableNames;
