import { Injectable, type PipeTransform } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { notFound } from '../errors/service-error.js';

/** Validates a row's id in a path. A malformed id gives 404, as an unknown one does. */
@Injectable()
export class RowIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isUuid(value)) throw notFound('Resource');
    return value.toLowerCase();
  }
}
