import { registerOrchestrations } from '../orchestrations/register';
import './http/createHost';
import './http/createReconciliation';
import './http/deleteHost';
import './http/getHealth';
import './http/getHost';
import './http/getNetwork';
import './http/getOperation';
import './http/getPaths';
import './http/getReconciliation';
import './http/listHosts';
import './http/listReconciliations';
import './http/putNetwork';
import './http/reconcilePolicy';
import './queue/hostRequests';
import './timer/admitTimer';
import './timer/reconcileTimer';

registerOrchestrations();
