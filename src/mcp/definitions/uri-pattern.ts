import { UriTemplate } from '@modelcontextprotocol/server';

/** The length that every program should take (RFC 9110, section 4.1). The SDK throws at a million. */
const MAX_LENGTH = 8_000;

/** A URI template (RFC 6570) that URIs are held against. */
export class UriPattern {
  private readonly parsed: UriTemplate;

  constructor(readonly template: string) {
    this.parsed = new UriTemplate(template);
  }

  /** The values of the variables, without percent-encoding; nothing where the URI does not fit. */
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

/** The names of a template's variables. */
export const variablesOf = (template: string): readonly string[] => new UriTemplate(template).variableNames;
