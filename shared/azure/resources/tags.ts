import type { AzureClients } from '../clients';
import type { Decision, ResourceSpec } from '../ensure';
import { parseId } from '../ids';
import { isTaggedFor, tagNames, type HostLayout } from '../layout';
import { patchRaw, readRaw } from '../raw';

/** Tags of one resource, as its extension `Microsoft.Resources/tags` shows them. */
export interface TagsOf {
  properties?: { tags?: Record<string, string> };
}

/** Takes away exactly these pairs of name and value: whatever else is on the resource is no part of the request. */
export interface TagsDeletion {
  operation: 'Delete';
  properties: { tags: Record<string, string> };
}

const apiVersion = '2021-04-01';

/** Desired marks of a resource that is the host's no more: none of ours. What bears another's marks, or none, stays as it is. */
export function desiredTags(
  owner: Pick<HostLayout, 'tags'>,
  existing: TagsOf | undefined,
): Decision<TagsDeletion> {
  const tags = existing?.properties?.tags ?? {};
  if (!isTaggedFor(tags, owner)) return { action: 'none' };
  const ours = Object.values(tagNames).flatMap((name) =>
    tags[name] === undefined ? [] : [[name, tags[name]] as const],
  );
  return {
    action: 'put',
    change: 'updated',
    body: { operation: 'Delete', properties: { tags: Object.fromEntries(ours) } },
  };
}

/** Source: REST reference, Tags - Update At Scope; the resource itself is not sent, so nothing else of it can change. */
export function tagsSpec(layout: HostLayout, id: string): ResourceSpec<TagsOf, TagsDeletion> {
  const pipeline = async (clients: AzureClients) =>
    (await clients.network(parseId(id).subscriptionId)).pipeline;
  const url = (clients: AzureClients) =>
    `${clients.endpoint}${id}/providers/Microsoft.Resources/tags/default?api-version=${apiVersion}`;
  return {
    id,
    read: async (clients) => readRaw(await pipeline(clients), url(clients)),
    desired: (existing) => desiredTags(layout, existing),
    write: async (clients, body) => patchRaw(await pipeline(clients), url(clients), body),
  };
}
