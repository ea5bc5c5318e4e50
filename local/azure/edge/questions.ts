/**
 * Actions by POST that change nothing: they ask what takes Azure too long for a GET, or needs a body. The one list by which
 * requests are told from writes wherever writes are counted.
 */
const questions = ['effectiveRouteTable', 'effectiveNetworkSecurityGroups', 'checkPolicyRestrictions'];

export const isQuestion = ({ method, path }: { method: string; path: string }): boolean =>
  method === 'POST' && questions.some((action) => path.toLowerCase().endsWith(`/${action.toLowerCase()}`));

/** Whether it may change something: deletions count. */
export const isChange = (request: { method: string; path: string }): boolean =>
  !['GET', 'HEAD'].includes(request.method) && !isQuestion(request);
