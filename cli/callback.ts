import type { Command } from 'commander';
import { CliError, exitCodes } from './errors';

/** Who is told how it went, beside whoever waits. */
export interface CallbackFlags {
  callback?: string | undefined;
  callbackEvents?: string | undefined;
}

export function callbackOptions(command: Command): Command {
  return command
    .option('--callback <url>', 'https URL that is told how it ends')
    .option('--callback-events <list>', 'of accepted,completed,failed,cancelled; default: the last three');
}

/** As a field of a body; nothing if nobody is to be told. */
export function callbackField(flags: CallbackFlags): { callback?: { url: string; events?: string[] } } {
  const { callbackUrl, callbackEvents } = callbackQuery(flags);
  if (callbackUrl === undefined) return {};
  return {
    callback: {
      url: callbackUrl,
      ...(callbackEvents === undefined ? {} : { events: callbackEvents.split(',') }),
    },
  };
}

/** As query parameters, where there is no body. Throws the CliError if events are named and nobody to tell. */
export function callbackQuery({ callback, callbackEvents }: CallbackFlags): {
  callbackUrl?: string;
  callbackEvents?: string;
} {
  if (callback === undefined && callbackEvents !== undefined)
    throw new CliError('--callback-events says what is told: --callback says where.', exitCodes.invalid);
  return {
    ...(callback === undefined ? {} : { callbackUrl: callback }),
    ...(callbackEvents === undefined ? {} : { callbackEvents: callbackEvents.replaceAll(' ', '') }),
  };
}
