import { setTimeout as delay } from 'node:timers/promises';
import { expectOk, type Answer } from '../../local/launch/http';
import { until } from '../../local/launch/until';
import { plant } from '../faults/azure';
import { raiseCancel, unfinished } from '../faults/durable';
import { at, faults } from '../faults/faults';
import {
  places,
  textOf,
  type Action,
  type Command,
  type HostNumber,
  type NetworkName,
  type OnHost,
} from './commands';
import { drift, removedByHand } from './drift';
import type { Estate } from './estate';

/** Longest real wait for the requests that a command wants to see first. */
const patience = 1_500;
/** The same for all that was begun before. */
const longPatience = 6_000;

/** Carries out one program, and keeps what a caller of the API saw. */
export class Player {
  /** What was done and answered, in words. */
  readonly story: string[] = [];
  /** What was done and what kind of answer it had, once for each command. */
  readonly answers: string[] = [];
  /** Answers that no caller should ever get. */
  readonly scandals: string[] = [];
  /** Ids of data disks that may have been left on purpose. */
  readonly keptDisks: string[] = [];
  /** Hosts whose machine somebody took away. */
  readonly bereft: string[] = [];
  /** Hosts whose machine was to stay when they end. */
  readonly released: string[] = [];
  /** Somebody asked for the VM that was built by hand. */
  adoptedByHand = false;
  private readonly open = new Set<Promise<void>>();
  private readonly operations = new Map<number, string>();
  /** Hosts that somebody asked for and nobody has missed since, with the network that they were asked for on. */
  private readonly homes = new Map<HostNumber, NetworkName>();
  private crashes = 0;
  private down = false;

  constructor(private readonly estate: Estate) {}

  async play(program: Command[]): Promise<void> {
    for (const name of ['a', 'b'] as const) this.begin({ do: 'define', network: name, how: 'plain' });
    await this.rest();
    for (const command of program) {
      if (command.rested) await this.ended();
      else if (command.after > 0) await this.requests(command.after);
      const line = this.story.push(textOf(command)) - 1;
      this.begin(command.action, (answer) => {
        this.story[line] = `${textOf(command)}: ${answer}`;
        this.answers.push(`${command.action.do}: ${answer.replace(/( [a-z0-9-]{20,}| of | to ).*$/i, '')}`);
      });
      // A crash is over, and time has passed, before the next thing happens.
      if (['crash', 'pass'].includes(command.action.do)) await this.rest();
    }
    await this.rest();
  }

  private begin(action: Action, tell: (answer: string) => void = () => undefined): void {
    const work = this.act(action)
      .then(tell)
      .finally(() => this.open.delete(work));
    this.open.add(work);
  }

  private async rest(): Promise<void> {
    while (this.open.size > 0) await Promise.all(this.open);
  }

  private async requests(count: number): Promise<void> {
    const { admin } = this.estate.system;
    const since = (await admin.requests()).requests.at(-1)?.seq ?? 0;
    const giveUp = performance.now() + patience;
    while (performance.now() < giveUp) {
      if ((await admin.requests(since)).requests.length >= count) return;
      await delay(20);
    }
  }

  /** A batch that waits for somebody never ends by itself, and what a fault holds up takes long. */
  private async ended(): Promise<void> {
    await this.rest();
    const giveUp = performance.now() + longPatience;
    while ((await unfinished(this.estate.system)).length > 0 && performance.now() < giveUp) await delay(100);
  }

  private async act(action: Action): Promise<string> {
    const { estate } = this;
    const { system } = estate;
    switch (action.do) {
      case 'define':
        return await this.define(action);
      case 'provision': {
        const body = {
          network: estate.network(action.network),
          name: estate.host(action.host),
          onFailure: action.keep ? 'keep' : 'undo',
          ...(action.prefix === undefined ? {} : { ghostedPrefix: action.prefix }),
        };
        const key = action.key === undefined ? undefined : `${estate.network('a')}-${action.key}`;
        return await this.ask(action, '/hosts', body, key);
      }
      case 'teardown': {
        const at = this.atHome(action);
        const disk = estate.own(`disks/${estate.host(at.host)}-data`, 'Microsoft.Compute');
        if (action.keepDisks) this.keptDisks.push(disk);
        return await this.order(at, 'DELETE', `?force=${action.force}&keepDisks=${action.keepDisks}`);
      }
      case 'release': {
        const at = this.atHome(action);
        this.released.push(estate.host(at.host));
        return await this.order(at, 'DELETE', `?keepVirtualMachine=true&force=${action.force}`);
      }
      case 'repair': {
        const { allowInterruption } = action;
        return await this.order(this.atHome(action), 'POST', '/repair', { allowInterruption });
      }
      case 'adopt':
        return await this.adopt(action);
      case 'batch':
        return await this.batch(action);
      case 'converge':
        return briefOf(await this.send('POST', `/networks/${estate.network(action.network)}/converge`));
      case 'cancel': {
        const id = this.operations.get(this.atHome(action).host);
        if (id === undefined) return 'nothing to cancel';
        // It may be over, or the host may be down.
        await raiseCancel(system, id).catch(() => undefined);
        return id;
      }
      case 'reconcile': {
        const { do: _, network, ...wish } = action;
        const body = { network: estate.network(network), ...wish };
        return briefOf(await this.send('POST', '/reconciliations', body));
      }
      case 'drift':
        return await this.drift(action);
      case 'fault':
        await plant(system, at({ path: '/providers/', ...places[action.on] }, faults[action.fault]));
        return 'planted';
      case 'guest': {
        const { do: _, ...effect } = action;
        await plant(system, { effect: { kind: 'guest', ...effect } });
        return 'planted';
      }
      case 'calm':
        await calm(estate);
        return 'no faults';
      case 'crash':
        await this.crash(action.victim);
        return 'back';
      case 'pass':
        await system.passTime(action.minutes * 60_000);
        return 'passed';
    }
  }

  private async define({ network, how }: Extract<Action, { do: 'define' }>): Promise<string> {
    const { estate } = this;
    const path = `/networks/${estate.network(network)}`;
    const put = this.send('PUT', path, estate.definition(network, how));
    // The call waits for the network to be ready; a clock that jumps only while nobody waits has to be moved.
    while (!(await Promise.race([put.then(() => true), delay(100)]))) await estate.system.passTime(5_000);
    return briefOf(await put);
  }

  /** The host itself, or where nobody asked for it another one: what is not there is soon told. */
  private atHome(wish: OnHost): OnHost {
    const homes = [...this.homes].sort();
    const found = homes.find(([host]) => host === wish.host) ?? homes[wish.host % homes.length];
    return found ? { host: found[0], network: found[1] } : wish;
  }

  private pathOf({ network, host }: OnHost): string {
    return `/hosts/${this.estate.network(network)}/${this.estate.host(host)}`;
  }

  private async adopt(action: Extract<Action, { do: 'adopt' }>): Promise<string> {
    const { estate } = this;
    const { network, host, allowInterruption, dryRun } = action;
    const name = estate.host(host);
    if (host === 5) this.adoptedByHand ||= !dryRun;
    // Whoever wants a VM back as a host says which range it gets; while it is one, it has its own.
    else if (this.released.includes(name)) await estate.offer(host);
    const virtualMachine = host === 5 ? estate.handBuilt?.virtualMachine : name;
    const body = { virtualMachine, name, allowInterruption, dryRun };
    return await this.ask(action, `/networks/${estate.network(network)}/adoptions`, body);
  }

  private async drift(action: Extract<Action, { do: 'drift' }>): Promise<string> {
    const host = this.estate.host(this.atHome(action).host);
    if (action.what === 'machineRemoved') this.bereft.push(host);
    return `${await drift(this.estate, action.what, host)} to ${host}`;
  }

  private async batch({ network, hosts, keep }: Extract<Action, { do: 'batch' }>): Promise<string> {
    const { estate } = this;
    const rows = hosts.map((host) => ({ name: estate.host(host) }));
    const body = { network: estate.network(network), onFailure: keep ? 'keep' : 'undo', rows };
    const answer = await this.send<{ id: string }>('POST', '/batches', body);
    if (answer?.status !== 202) return briefOf(answer);
    for (const host of hosts) this.homes.set(host, network);
    return briefOf(answer);
  }

  /** Asks for a host. */
  private async ask(at: OnHost, path: string, body: unknown, key?: string): Promise<string> {
    const answer = await this.send<{ id?: string }>(
      'POST',
      path,
      body,
      key ? { 'Idempotency-Key': key } : {},
    );
    if (answer?.status === 202) this.homes.set(at.host, at.network);
    return this.told(at, answer);
  }

  /** Asks something of a host; `path` is below its own. */
  private async order(at: OnHost, method: string, path: string, body?: unknown): Promise<string> {
    const answer = await this.send<{ id?: string }>(method, this.pathOf(at) + path, body);
    if (answer?.status === 404) this.homes.delete(at.host);
    return `${this.told(at, answer)} of ${this.estate.host(at.host)}`;
  }

  private told({ host }: OnHost, answer: Answer<{ id?: string }> | undefined): string {
    if (answer?.body?.id !== undefined && answer.status === 202) this.operations.set(host, answer.body.id);
    return briefOf(answer);
  }

  /** One call of the API; undefined if a crash came in between. */
  private async send<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T> | undefined> {
    const before = this.crashes;
    const undisturbed = (): boolean => !this.down && before === this.crashes;
    const calm = undisturbed();
    try {
      const answer = await this.estate.system.app.send<T>(method, path, body, headers);
      if (answer.status < 500) return answer;
      if (answer.status !== 503 || (calm && undisturbed()))
        this.scandals.push(`${method} ${path}: ${briefOf(answer)}`);
    } catch (error) {
      if (calm && undisturbed()) this.scandals.push(`${method} ${path}: ${String(error)}`);
    }
    return undefined;
  }

  private async crash(victim: 'app' | 'host'): Promise<void> {
    const { system } = this.estate;
    this.crashes += 1;
    this.down = true;
    if (victim === 'app') await system.app.killWorker();
    else {
      await system.killHost();
      await system.restartHost();
    }
    await until(async () => (await system.app.send('GET', '/health')).status === 200 || undefined, {
      what: 'the app after a crash',
      every: 20,
    });
    this.down = false;
  }
}

/** Faults go, and whoever moved in where he should not have. */
export async function calm({ system }: Estate): Promise<void> {
  await expectOk(`${system.azure.adminEndpoint}/faults`, { method: 'DELETE' });
  const { resources } = await system.admin.state();
  for (const { id, name } of resources) if (name.startsWith('squatter-')) await removedByHand(system, id);
}

function briefOf(answer: Answer<unknown> | undefined): string {
  if (!answer) return 'broken off by a crash';
  const { type, id, detail } = (answer.body ?? {}) as { type?: string; id?: string; detail?: string };
  return [answer.status, type?.replace('/problems/', '') ?? id, answer.status >= 500 ? detail : undefined]
    .filter((part) => part !== undefined)
    .join(' ');
}
