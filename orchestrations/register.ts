import type { FunctionHandler } from '@azure/functions';
import * as df from 'durable-functions';
import { createAzureClients } from '../shared/azure/clients';
import { settings } from '../shared/config';
import { createRequestQueue } from '../shared/queue';
import { createRecords } from '../shared/records/createRecords';
import { activities, type Activities } from './activities';
import type { Dependencies } from './activities/context';
import { inspectHolder, raiseGranted, startDelivery } from './activities/signals';
import { adoptHost } from './adoptHost';
import { convergeNetwork } from './convergeNetwork';
import { dispatchBatch } from './dispatchBatch';
import { defineNetwork } from './defineNetwork';
import { deliverCallback } from './deliverCallback';
import { registerGate } from './entities/gate';
import { registerLease } from './entities/lease';
import { inventoryHost } from './inventoryHost';
import { orchestrators } from './names';
import { provisionHost } from './provisionHost';
import { readPaths } from './readPaths';
import { readPlan } from './readPlan';
import { reconcileNetwork } from './reconcileNetwork';
import { repairHost } from './repairHost';
import { teardownHost } from './teardownHost';

/** Registers orchestrations, activities and entities with the Functions worker. Opens nothing. */
export function registerOrchestrations(): void {
  const handles = registerActivities();
  df.app.orchestration(orchestrators.defineNetwork, defineNetwork(handles));
  df.app.orchestration(orchestrators.provision, provisionHost(handles));
  df.app.orchestration(orchestrators.adopt, adoptHost(handles));
  df.app.orchestration(orchestrators.repair, repairHost(handles));
  df.app.orchestration(orchestrators.inventory, inventoryHost(handles));
  df.app.orchestration(orchestrators.teardown, teardownHost(handles));
  df.app.orchestration(orchestrators.reconcile, reconcileNetwork(handles));
  df.app.orchestration(orchestrators.converge, convergeNetwork(handles));
  df.app.orchestration(orchestrators.readPaths, readPaths(handles));
  df.app.orchestration(orchestrators.readPlan, readPlan(handles));
  df.app.orchestration(orchestrators.dispatchBatch, dispatchBatch(handles));
  df.app.orchestration(orchestrators.deliverCallback, deliverCallback(handles));
  registerLease();
  registerGate();
}

function registerActivities(): Activities {
  const dependencies = once(connect);
  const withDependencies = Object.entries(activities).map(([name, run]) => {
    const handler: FunctionHandler = (input) => run(dependencies(), input as never);
    return [name, df.app.activity(name, { handler })];
  });
  const withClient = Object.entries({ raiseGranted, inspectHolder, startDelivery }).map(([name, run]) => {
    const handler: FunctionHandler = (input, context) => run(input as never, context);
    return [name, df.app.activity(name, { handler, extraInputs: [df.input.durableClient()] })];
  });
  return Object.fromEntries([...withDependencies, ...withClient]) as Activities;
}

function connect(): Dependencies {
  const {
    armEndpoint,
    guestLogContainer,
    installation,
    reconcileDryRun,
    reconcileGraceHours,
    reconcileMostDeletes,
    storage,
  } = settings();
  return {
    operationsInFlight: settings().operationsInFlight,
    guestTimeouts: settings().guestTimeouts,
    lookHours: settings().reconcileVerifyHours,
    callbacks: settings().callbacks,
    ...(guestLogContainer === undefined ? {} : { guestLogContainer }),
    records: createRecords(storage),
    queue: createRequestQueue(storage),
    clients: createAzureClients({ endpoint: armEndpoint, vaultUrl: settings().vaultUrl }),
    installation,
    reconcile: {
      dryRun: reconcileDryRun,
      graceHours: reconcileGraceHours,
      mostDeletes: reconcileMostDeletes,
    },
  };
}

/** The first activity of a process connects. */
function once<T>(create: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= create());
}
