import * as z from 'zod';
import { answerSchema } from './answer-schema.js';
import { ApiRoute, routeDescriptionOf } from './api-route.decorator.js';
import { time } from './schema-parts.js';

const noteSchema = answerSchema('SpecNote', () => z.object({ text: z.string(), createdAt: time }), {
  text: 'Hello',
  createdAt: '2027-01-31T12:00:00.000Z',
});

class Notes {
  @ApiRoute({ summary: 'A note', answer: noteSchema })
  get(): Promise<z.infer<typeof noteSchema>> {
    return Promise.resolve({ text: 'Hello', createdAt: new Date(0) });
  }

  // @ts-expect-error: the handler returns what the schema does not describe
  @ApiRoute({ summary: 'A note', answer: noteSchema })
  other(): { title: string } {
    return { title: 'Hello' };
  }

  @ApiRoute({ summary: 'End a note' })
  delete(): Promise<void> {
    return Promise.resolve();
  }

  plain(): void {}
}

const descriptionOf = (name: keyof Notes) => routeDescriptionOf(Notes.prototype[name]);

describe('@ApiRoute()', () => {
  it('keeps the description with the handler', () => {
    expect(descriptionOf('get')).toEqual({ summary: 'A note', answer: noteSchema });
    expect(descriptionOf('delete')).toEqual({ summary: 'End a note' });
    expect(descriptionOf('plain')).toBeUndefined();
  });
});
