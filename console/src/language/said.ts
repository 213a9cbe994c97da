/** What the service says in English, in another language: of its own scopes by their names, and sentences by themselves. */
export interface Said {
  scopes: Readonly<Record<string, string>>;
  sentences: Readonly<Record<string, string>>;
}

let scopes = new Map<string, string>();
let sentences = new Map<string, string>();

/** Takes the words of the language that is shown from now on. */
export function say(said: Said): void {
  scopes = new Map(Object.entries(said.scopes));
  sentences = new Map(Object.entries(said.sentences));
}

/** What a scope permits. A project's own scope has the words of the service. */
export const scopeWords = ({ scope, description }: { scope: string; description: string }): string =>
  scopes.get(scope) ?? description;

/** A sentence of the service, or a text of several. What is not known stays as the service says it. */
export const inWords = (text: string): string =>
  sentences.get(text) ??
  text
    .split(/(?<=\.) /)
    .map((sentence) => sentences.get(sentence) ?? sentence)
    .join(' ');
