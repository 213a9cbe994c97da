import { type AnswerMetadata, type AnswerPart, ask, type Said, type Source } from '../../api/ask';
import { asProblem, type Problem } from '../../api/problem';
import { Store } from '../../parts/store';

export type TurnState = 'searching' | 'writing' | 'done' | 'stopped' | 'failed';

/** A question with its answer, as far as that is known. */
export interface Turn {
  id: number;
  question: string;
  state: TurnState;
  text: string;
  sources: readonly Source[];
  /** Numbers and names that no cited passage has. */
  unsupported: readonly string[];
  about?: AnswerMetadata;
  problem?: Problem;
}

/** What the service takes of a conversation. */
const MOST_SAID = 20;
const MOST_CHARACTERS = 20_000;

/** The conversation of this tab. The service keeps none. */
export const conversation = new Store<readonly Turn[]>([]);

let open: AbortController | undefined;

export const isRunning = ({ state }: Turn): boolean => state === 'searching' || state === 'writing';

export async function askNext(question: string): Promise<void> {
  const turns = conversation.get();
  const id = (turns.at(-1)?.id ?? 0) + 1;
  const { signal } = (open = new AbortController());
  conversation.change(() => [
    ...turns,
    { id, question, state: 'searching', text: '', sources: [], unsupported: [] },
  ]);
  try {
    for await (const part of ask(question, historyOf(turns), signal)) change(id, (turn) => after(turn, part));
    change(id, (turn) => ({ ...turn, state: 'done' }));
  } catch (error) {
    change(id, (turn) =>
      signal.aborted
        ? { ...turn, state: 'stopped' }
        : { ...turn, state: 'failed', problem: asProblem(error) },
    );
  }
}

export const stop = (): void => open?.abort();

export function startAnew(): void {
  stop();
  conversation.change(() => []);
}

function change(id: number, how: (turn: Turn) => Turn): void {
  conversation.change((turns) => turns.map((turn) => (turn.id === id ? how(turn) : turn)));
}

function after(turn: Turn, part: AnswerPart): Turn {
  switch (part.type) {
    case 'start':
      return { ...turn, about: part.messageMetadata };
    case 'source':
      return { ...turn, sources: [...turn.sources, part.source] };
    case 'text-delta':
      return { ...turn, state: 'writing', text: turn.text + part.delta };
    case 'data-unsupported':
      return { ...turn, unsupported: [...new Set(part.data.map(({ text }) => text))] };
    case 'finish':
      return { ...turn, about: part.messageMetadata };
    default:
      return turn;
  }
}

const historyOf = (turns: readonly Turn[]): Said[] =>
  turns
    .filter(({ state, text }) => state === 'done' && text !== '')
    .flatMap(({ question, text }): Said[] => [
      { role: 'user', content: question },
      { role: 'assistant', content: text.slice(0, MOST_CHARACTERS) },
    ])
    .slice(-MOST_SAID);
