/**
 * What the host and the app's child process say to each other. The shapes are those of the Functions worker protocol
 * (registration metadata, typed data, invocation request and response), carried over the fork's IPC channel instead of gRPC.
 */

/** One value of the worker protocol: exactly one member is set; an empty object stands for "no value". */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: HttpData;
}

/** A cookie as the programming model hands it over: every option is wrapped so that "unset" can be told from a value. */
export interface HttpCookie {
  name: string;
  value: string;
  path?: { value: string } | undefined;
  domain?: { value: string } | undefined;
  expires?: { value: Date | number | { seconds: number } } | undefined;
  maxAge?: { value: number } | undefined;
  httpOnly?: { value: boolean } | undefined;
  secure?: { value: boolean } | undefined;
  sameSite?: string | undefined;
}

/** An HTTP request (method, url, params) or response (statusCode, cookies). */
export interface HttpData {
  method?: string;
  url?: string;
  headers?: Record<string, string>;
  params?: Record<string, string>;
  body?: TypedData | null;
  statusCode?: string;
  cookies?: HttpCookie[];
}

/** One binding of a function as registered: type, direction and the options the app gave (route, queueName, schedule ...). */
export interface BindingInfo {
  type?: string;
  direction?: string;
  [option: string]: unknown;
}

/** A duration of the worker protocol: seconds as number or as decimal text. */
export interface Duration {
  seconds?: number | string;
}

export interface RetryOptions {
  retryStrategy?: string | number;
  /** -1 means without limit. */
  maxRetryCount?: number;
  delayInterval?: Duration;
  minimumInterval?: Duration;
  maximumInterval?: Duration;
}

export interface FunctionMetadata {
  name: string;
  functionId?: string;
  /** By binding name; the return binding is called `$return`. */
  bindings: Record<string, BindingInfo>;
  retryOptions?: RetryOptions;
}

export interface InputData {
  name: string;
  data: TypedData;
}

export interface InvocationRequest {
  invocationId: string;
  functionId: string;
  /** Trigger first, then every other input. */
  inputData: InputData[];
  triggerMetadata?: Record<string, TypedData>;
  traceContext?: { traceParent: string; traceState: string; attributes: Record<string, string> };
  retryContext?: { retryCount: number; maxRetryCount: number; exception?: { message: string } };
}

export interface InvocationResponse {
  invocationId?: string;
  outputData?: { name?: string; data?: TypedData | null }[];
  returnValue?: TypedData | null;
}

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';

export type ToWorker = { kind: 'invoke'; request: InvocationRequest } | { kind: 'terminate' };

export type FromWorker =
  | { kind: 'ready'; functions: FunctionMetadata[]; httpUri?: string }
  /** The app could not be loaded; the child exits after this. */
  | { kind: 'unloadable'; message: string; stack: string }
  | {
      kind: 'log';
      level: LogLevel;
      category: string;
      message: string;
      functionName?: string;
      invocationId?: string;
    }
  | { kind: 'returned'; invocationId: string; response: InvocationResponse }
  /** The function threw: the raw message, without any prefix of the host. */
  | { kind: 'threw'; invocationId: string; message: string; stack: string };
