export { FunctionFailed, WorkerLost } from './contracts';
export type {
  Clock,
  DurableOptions,
  DurableRequest,
  DurableResponse,
  FunctionKind,
  Invoker,
} from './contracts';
export { DurableRuntime } from './runtime';
