/** What a call is answered with, where that is something else than what its handler returned; its row is read from the latter. */
export class AnsweredCall {
  constructor(readonly returned: unknown) {}
}
