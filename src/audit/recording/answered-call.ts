/** The result of a call whose response differs from what its handler returned. The audit row is read from what it returned. */
export class AnsweredCall {
  constructor(readonly returned: unknown) {}
}
