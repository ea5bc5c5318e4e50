import { createServer, request as tlsRequest, Agent } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { makeCertificates } from '../azure/edge/certificates';
import { listen, readBody } from '../azure/edge/http';
import { userAgent } from './arm';
import type { Exchange } from './exchange';
import type { Target } from './target';

export interface Recorder {
  /** Stands for the origin of Azure Resource Manager. */
  origin: string;
  ca: string;
  caFile: string;
  exchanges: Exchange[];
  stop(): Promise<void>;
}

/** Headers that belong to one connection, and one that would make bodies unreadable here. */
const own = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'accept-encoding',
]);
/** The list of sizes of a region is megabytes of what nobody asks for later. */
const longestKept = 200_000;

/**
 * A door to Azure Resource Manager on this machine that keeps what passes. URLs of operations and of next pages lead back to
 * it, since clients send their token to the origin alone that they were given.
 */
export async function startRecorder(
  target: Pick<Target, 'endpoint' | 'ca' | 'now'>,
  folder: string,
): Promise<Recorder> {
  const certificates = await makeCertificates(folder, 'Recorder of a prove run');
  // A connection that Azure has closed meanwhile would lose a request.
  const agent = new Agent({ keepAlive: false, ...(target.ca === undefined ? {} : { ca: target.ca }) });
  const exchanges: Exchange[] = [];
  const door = { origin: '' };
  const server = createServer({ key: certificates.key, cert: certificates.cert }, (incoming, outgoing) => {
    pass(target, agent, door.origin, incoming, outgoing).then(
      (exchange) => exchanges.push({ ...exchange, id: exchanges.length }),
      // Whoever asked sees what they would see of an Azure that cannot be reached.
      () => outgoing.destroy(),
    );
  });
  door.origin = `https://127.0.0.1:${await listen(server, 0)}`;
  return {
    origin: door.origin,
    ca: certificates.ca,
    caFile: certificates.caFile,
    exchanges,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      agent.destroy();
      await closed;
      await certificates.discard();
    },
  };
}

async function pass(
  target: Pick<Target, 'endpoint' | 'now'>,
  agent: Agent,
  origin: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<Omit<Exchange, 'id'>> {
  const method = incoming.method ?? 'GET';
  const url = `${target.endpoint}${incoming.url ?? '/'}`;
  const requestHeaders = kept(incoming.headers);
  const requestBody = await readBody(incoming);
  const startedAt = await target.now();
  const answer = await forward(agent, method, url, requestHeaders, requestBody);
  const endedAt = await target.now();
  const here = (text: string): string => text.replaceAll(target.endpoint, origin);
  const headers = Object.fromEntries(
    Object.entries(answer.headers).map(([name, value]) => [
      name,
      /^(azure-asyncoperation|location)$/.test(name) ? here(value) : value,
    ]),
  );
  const body = answer.body.replace(/"nextLink"\s*:\s*"[^"]*"/g, here);
  const bytes = Buffer.from(body);
  outgoing.writeHead(answer.status, {
    ...headers,
    ...(answer.status === 204 ? {} : { 'content-length': bytes.length }),
  });
  outgoing.end(answer.status === 204 ? undefined : bytes);
  return {
    by: requestHeaders['user-agent'] === userAgent ? 'prove' : 'app',
    ...{ startedAt, endedAt, method, url, requestHeaders, requestBody },
    status: answer.status,
    responseHeaders: answer.headers,
    responseBody:
      answer.body.length > longestKept ? `{REMOVED: ${answer.body.length} characters}` : answer.body,
  };
}

interface Forwarded {
  status: number;
  headers: Record<string, string>;
  body: string;
}

function forward(
  agent: Agent,
  method: string,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const length = body === '' && method === 'GET' ? {} : { 'content-length': Buffer.byteLength(body) };
    const outgoing = tlsRequest(url, { method, agent, headers: { ...headers, ...length } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          headers: kept(incoming.headers),
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

function kept(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name, value]) => !own.has(name) && value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}
