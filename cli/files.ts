import { readFileSync } from 'node:fs';
import { CliError, exitCodes } from './errors';

/** What is in the file; `-` is standard input. Throws the CliError that says why it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new CliError(`${file} cannot be read: ${why}.`, exitCodes.invalid);
  }
}
