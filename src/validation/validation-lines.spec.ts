import 'reflect-metadata';
import { plainToInstance, Type } from 'class-transformer';
import { IsInt, IsString, MaxLength, ValidateNested, validate } from 'class-validator';
import { linesOf } from './validation-lines.js';

class LineDto {
  @IsInt()
  amount!: number;
}

class InvoiceDto {
  @IsString()
  @MaxLength(5)
  title!: string;

  @ValidateNested({ each: true })
  @Type(() => LineDto)
  lines: LineDto[] = [];
}

const linesFor = async (value: object) => linesOf(await validate(plainToInstance(InvoiceDto, value)));

describe('linesOf', () => {
  it('is empty when nothing is wrong', async () => {
    expect(await linesFor({ title: 'a', lines: [{ amount: 1 }] })).toEqual([]);
  });

  it('has a line for each broken rule', async () => {
    const lines = await linesFor({ title: 1 });
    expect(lines).toHaveLength(2);
    expect(lines.every((line) => line.startsWith('title: must be '))).toBe(true);
  });

  it('names a nested member by its path', async () => {
    expect(await linesFor({ title: 'a', lines: [{ amount: 1 }, { amount: 'x' }] })).toEqual([
      'lines.1.amount: must be an integer number',
    ]);
  });

  it('names all members that are wrong', async () => {
    const lines = await linesFor({ title: 'too long', lines: [{ amount: 'x' }] });
    expect(lines.map((line) => line.split(':')[0])).toEqual(['title', 'lines.0.amount']);
  });
});
