import { UriTemplate } from '@modelcontextprotocol/server';

/** A URI template (RFC 6570) that URIs are held against. */
export class UriPattern {
  private readonly parsed: UriTemplate;

  constructor(readonly template: string) {
    this.parsed = new UriTemplate(template);
  }

  /** The values of the variables, without percent-encoding; nothing where the URI does not fit. */
  match(uri: string): Record<string, string | string[]> | undefined {
    const values = this.parsed.match(uri);
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
