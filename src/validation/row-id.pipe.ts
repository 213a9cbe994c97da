import { Injectable, type PipeTransform } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { notFound } from '../errors/service-error.js';

/** A row's id in a path. What cannot be an id names no row: 404, like an id that nobody has. */
@Injectable()
export class RowIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isUuid(value)) throw notFound('Resource');
    return value.toLowerCase();
  }
}
