import { app } from '@azure/functions';
import { note } from './queue.mjs';

app.timer('tick', {
  schedule: '%TICK_SCHEDULE%',
  handler: (timer) => note({ tick: timer.isPastDue, next: timer.scheduleStatus.next }),
});

let failures = 0;
app.timer('stubborn', {
  schedule: '0 0 0 1 1 *',
  retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: { milliseconds: 1 } },
  handler: (_, context) => {
    note({ stubborn: context.retryContext.retryCount });
    if ((failures += 1) <= 2) throw new Error('as asked');
  },
});
