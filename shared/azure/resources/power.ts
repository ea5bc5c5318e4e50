import type { VirtualMachineInstanceView } from '@azure/arm-compute';

export type Power = 'running' | 'stopped' | 'deallocated' | 'changing';

/** Power state of a VM as its instance view shows it; absent or on the way counts as `changing`. */
export function powerOf(view: VirtualMachineInstanceView | undefined): Power {
  const code = view?.statuses?.find((status) => status.code?.startsWith('PowerState/'))?.code;
  switch (code) {
    case 'PowerState/running':
      return 'running';
    case 'PowerState/stopped':
      return 'stopped';
    case 'PowerState/deallocated':
      return 'deallocated';
    default:
      return 'changing';
  }
}
