import type { AzureClients } from '../clients';
import { armId, nameOf, parseId } from '../ids';
import { listRaw, networkApiVersion } from '../raw';
import { AzureFailure, read } from '../send';
import type { Group } from './occupants';

/** Requests to Azure at once: the buckets of ARM are shared with all that runs. */
const atOnce = 12;

type Readable =
  | 'networkSecurityGroups'
  | 'loadBalancers'
  | 'azureFirewalls'
  | 'virtualNetworkGateways'
  | 'localNetworkGateways';

/** Reads many things, a few at once; remembers what it was not allowed to. */
export class Reader {
  readonly unread: string[] = [];
  constructor(private readonly clients: AzureClients) {}

  async get(id: string, type: Readable) {
    const { subscriptionId, resourceGroup } = parseId(id);
    const client = (await this.clients.network(subscriptionId))[type];
    return read<unknown>((options) => client.get(resourceGroup, nameOf(id), options));
  }

  /** Raw: the SDK's model of a connection fails on gateways that are named by nothing but their id, as Azure does. */
  async connections(group: Group): Promise<unknown[]> {
    const { pipeline } = await this.clients.network(group.subscriptionId);
    const path = armId(group, 'Microsoft.Network', 'connections');
    return listRaw(pipeline, `${this.clients.endpoint}${path}?api-version=${networkApiVersion}`);
  }

  async all<T>(ids: readonly string[], get: (id: string) => Promise<T | undefined>): Promise<T[]> {
    return (await this.several(ids, (id) => id, get)).filter(
      (one): one is Awaited<T> & T => one !== undefined,
    );
  }

  async lists<T>(groups: readonly Group[], get: (group: Group) => Promise<T[]>): Promise<T[]> {
    const name = ({ subscriptionId, resourceGroup }: Group) =>
      `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
    return (await this.several(groups, name, get)).flatMap((one) => one ?? []);
  }

  private async several<K, T>(
    keys: readonly K[],
    name: (key: K) => string,
    get: (key: K) => Promise<T | undefined>,
  ): Promise<(T | undefined)[]> {
    const found: (T | undefined)[] = [];
    for (let start = 0; start < keys.length; start += atOnce) {
      found.push(
        ...(await Promise.all(
          keys.slice(start, start + atOnce).map((key) => this.allowed(name(key), () => get(key))),
        )),
      );
    }
    return found;
  }

  private async allowed<T>(name: string, get: () => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await get();
    } catch (error) {
      if (!(error instanceof AzureFailure) || error.failed.class !== 'denied') throw error;
      this.unread.push(name);
      return undefined;
    }
  }
}
