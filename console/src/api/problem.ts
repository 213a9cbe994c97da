interface ProblemBody {
  code?: string;
  detail?: string;
  requestId?: string;
  [member: string]: unknown;
}

/** What the service said of a request that it did not do (RFC 9457), or that nothing was heard of it. */
export class Problem extends Error {
  override name = 'Problem';

  constructor(
    /** 0 where no answer came. */
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly requestId?: string,
    /** What the problem says beside its text, such as `missingScopes`. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }

  /** The lines about the input, where that was wrong. */
  get lines(): string[] {
    const { errors } = this.members;
    return Array.isArray(errors) ? errors.map(String) : [];
  }
}

export async function problemOf(response: Response): Promise<Problem> {
  const body = (await response
    .clone()
    .json()
    .catch(() => ({}))) as ProblemBody;
  const { code = 'unknown', detail = response.statusText, requestId } = body;
  return new Problem(
    response.status,
    code,
    detail,
    requestId ?? response.headers.get('x-request-id') ?? undefined,
    body,
  );
}

/** Returns what a failed query or change is told as. */
export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(0, 'console_failed', String(error));
