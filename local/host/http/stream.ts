import http, { type IncomingMessage, type ServerResponse } from 'node:http';

export interface Forwarded {
  /** The app's answer has been passed on completely. */
  done: Promise<void>;
  /** Gives up waiting for an answer; returns the error for rethrowing. */
  abort(reason: unknown): Error;
}

/**
 * Sends a request on, as a stream, to an app that set `enableHttpStream`: the app serves raw requests at an address of its
 * own and tells by the invocation id which invocation one belongs to.
 */
export function forward({
  target,
  invocationId,
  request,
  response,
  url,
}: {
  target: string;
  invocationId: string;
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
}): Forwarded {
  let onward: http.ClientRequest | undefined;
  const done = new Promise<void>((resolve, reject) => {
    onward = http.request(
      new URL(url.pathname + url.search, target),
      {
        method: request.method ?? 'GET',
        headers: {
          ...request.headers,
          'x-ms-invocation-id': invocationId,
          'x-forwarded-host': url.host,
          'x-forwarded-proto': url.protocol.replace(':', ''),
        },
      },
      (answer) => {
        const { 'x-ms-invocation-id': _, connection: _connection, ...headers } = answer.headers;
        response.writeHead(answer.statusCode ?? 200, headers);
        answer.pipe(response);
        answer.on('error', reject);
        response.on('close', resolve);
      },
    );
    onward.on('error', reject);
    request.pipe(onward);
  });
  return {
    done,
    abort: (reason) => {
      const error = reason instanceof Error ? reason : new Error(String(reason));
      onward?.destroy(error);
      return error;
    },
  };
}
