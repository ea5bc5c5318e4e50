/** URLs by which clients find the API. */

export const webhookPath = '/runtime/webhooks/durabletask';

/** Connection name all URLs carry, as in Azure. */
const connection = 'Storage';

const queryOf = (hub: string, systemKey?: string): string =>
  `taskHub=${encodeURIComponent(hub)}&connection=${connection}${systemKey ? `&code=${encodeURIComponent(systemKey)}` : ''}`;

/** Management URLs of an instance; `id` is put in as it is. */
export function managementUrls(
  baseUrl: string,
  hub: string,
  id: string,
  systemKey?: string,
): Record<string, string> {
  const instance = `${baseUrl}${webhookPath}/instances/${id}`;
  const query = queryOf(hub, systemKey);
  return {
    id,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
}

/** Data of a durableClient binding: templates that the library fills in. They carry the system key, as in Azure. */
export function bindingPayload(baseUrl: string, hub: string, systemKey?: string): object {
  const base = `${baseUrl}${webhookPath}`;
  const query = queryOf(hub, systemKey);
  const create = `${base}/orchestrators/{functionName}[/{instanceId}]?${query}`;
  return {
    taskHubName: hub,
    connectionName: connection,
    creationUrls: {
      createNewInstancePostUri: create,
      createAndWaitOnNewInstancePostUri: `${create}&timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}`,
    },
    managementUrls: managementUrls(baseUrl, hub, 'INSTANCEID', systemKey),
    baseUrl: base,
    requiredQueryStringParameters: query,
    rpcBaseUrl: `${base}/`,
  };
}
