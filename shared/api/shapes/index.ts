/** What the API answers, shape by shape: the types of the views follow from these, and the OpenAPI document is made of them. */
export { batch, batchPage, batchRow, poison } from './batches';
export { callback, event } from './callbacks';
export { status, underWay, warrant } from './common';
export { host } from './hosts';
export { forgotten, network } from './networks';
export { operation } from './operations';
export { paths } from './paths';
export { plan } from './plans';
export { problem } from './problem';
export { begunRun, begunRuns, policy, report, reportless } from './reconciliations';
