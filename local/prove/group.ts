import { setTimeout as delay } from 'node:timers/promises';
import { ArmFailure, type Arm, type ArmBody } from './arm';

/** The tag by which a resource group is known to have been made by a run, with the run's id. */
export const runTag = 'nested-hosts-prove-run';

export const groupName = (runId: string): string => `nested-hosts-prove-${runId}`;

export async function createGroup(arm: Arm, runId: string, location: string): Promise<string> {
  const name = groupName(runId);
  const id = arm.id(name);
  if (await arm.get(id)) throw new Error(`The resource group ${name} exists already.`);
  await arm.put(id, {
    location,
    tags: {
      [runTag]: runId,
      purpose: 'Made by "npm run prove" of nested-hosts; deleted by it at the end.',
    },
  });
  return name;
}

export type Cleaned =
  | { state: 'gone' }
  /** Deletes nothing of which it is not proven that a run made it. */
  | { state: 'foreign'; why: string }
  | { state: 'left'; why: string };

/** How often a deletion that Azure refuses is asked for again, and how long it is waited in between. */
const attempts = 5;
const pauseSeconds = 60;

/**
 * Deletes a group with all that is in it and waits until it is gone, if its name and its tag carry the same run id, and that
 * of `runId` where one is given. Never throws: what is left has to be told.
 */
export async function deleteGroup(
  arm: Arm,
  name: string,
  pass: (seconds: number) => Promise<void>,
  runId?: string,
): Promise<Cleaned> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const group = await arm.get(arm.id(name));
      if (!group) return { state: 'gone' };
      const why = foreign(name, group, runId);
      if (why !== undefined) return { state: 'foreign', why };
      await arm.delete(arm.id(name));
      if (!(await arm.get(arm.id(name)))) return { state: 'gone' };
      throw new Error('Azure says that it is deleted, and still shows it.');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const final = error instanceof ArmFailure && (error.status === 401 || error.status === 403);
      if (attempt === attempts || final) return { state: 'left', why };
    }
    await pass(pauseSeconds).catch(() => delay(1_000));
  }
}

/** Why a group is none of a run's; undefined if it is one. */
export function foreign(name: string, { tags }: ArmBody, runId?: string): string | undefined {
  const tag = tags?.[runTag];
  if (tag === undefined) return `It has no tag ${runTag}: no run made it.`;
  if (runId !== undefined && tag !== runId) return `Its tag ${runTag} names another run, ${tag}.`;
  if (name.toLowerCase() !== groupName(tag)) return `Its name does not go with its tag ${runTag}, ${tag}.`;
  return undefined;
}

export function deleteCommand(name: string, subscriptionId: string): string {
  return `az group delete --name ${name} --subscription ${subscriptionId} --yes`;
}
