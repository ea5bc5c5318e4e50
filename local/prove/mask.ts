import type { Exchange } from './exchange';

const removed = '{REMOVED}';
const secretName =
  /password|secret|token|accountkey|accesskey|sas|connectionstring|protected|customdata|privatekey/i;
/** The last one names tenant and person. */
const secretHeader =
  /^(authorization|cookie|set-cookie|x-ms-authorization-.*|x-identity-header|x-ms-operation-identifier)$/i;
/** Bearer tokens, and what gives access to a storage account, wherever they stand in a text. */
const inText: [RegExp, string][] = [
  [/\beyJ[\w-]{10,}\.[\w-]+\.[\w-]*/g, removed],
  [/([?&](?:amp;)?sig=)[^&"'\s\\]+/gi, `$1${removed}`],
  [/(AccountKey=)[^;"'\s]+/gi, `$1${removed}`],
];
/** The signature of an operation's URL, as the public recordings shorten it. */
const signed = /([?&])([tcshp])=[^&"\s]{16,}/g;

const zeros = '00000000-0000-0000-0000-000000000000';

export interface MaskOptions {
  /** Replaced by zeros wherever it stands. */
  subscriptionId?: string;
}

/** The exchange without anything that gives access to something. */
export function masked(exchange: Exchange, options: MaskOptions = {}): Exchange {
  const text = (value: string): string => maskedText(value, options);
  const headers = (all: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(all)
        .filter(([name]) => !secretHeader.test(name))
        .map(([name, value]) => [name, text(value)]),
    );
  return {
    ...exchange,
    url: text(exchange.url),
    requestHeaders: headers(exchange.requestHeaders),
    requestBody: text(withoutSecrets(exchange.requestBody)),
    responseHeaders: headers(exchange.responseHeaders),
    responseBody: text(withoutSecrets(exchange.responseBody)),
  };
}

export function maskedText(text: string, { subscriptionId }: MaskOptions = {}): string {
  const clean = inText
    .reduce((rest, [pattern, by]) => rest.replace(pattern, by), text)
    .replace(signed, '$1$2=$2');
  return subscriptionId === undefined ? clean : clean.replace(new RegExp(subscriptionId, 'gi'), zeros);
}

/** JSON with the values of secret names replaced; anything else as it is. */
function withoutSecrets(text: string): string {
  let secret = false;
  try {
    const clean = JSON.stringify(JSON.parse(text), (name, value: unknown) => {
      if (!secretName.test(name) || value === null || typeof value === 'boolean') return value;
      secret = true;
      return removed;
    });
    return secret ? clean : text;
  } catch {
    return text;
  }
}
