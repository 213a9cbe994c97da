import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Form } from './page-form.js';

/** A request for a page: its query, or its form where it was sent by one that was checked to be the service's own. */
export interface PageRequest {
  request: FastifyRequest;
  reply: FastifyReply;
  given: Form;
}

export type PageHandler = (asked: PageRequest) => Promise<FastifyReply> | FastifyReply;

/** What is served at the path of a page. */
export interface PageHandlers {
  get?: PageHandler;
  /** Whether `get` reads the query itself, because a member of it may be given twice. */
  readsQuery?: boolean;
  post?: PageHandler;
}
