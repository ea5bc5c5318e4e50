/* global current, gs, sn_ws */
// ServiceNow, business rule or workflow script: orders the host that a requested item asks for.
// `current` is the record of sc_req_item; the outbound REST message "nested-hosts" has a POST method "order".
(function order(current) {
  var body = {
    network: String(current.variables.network),
    name: String(current.variables.host_name),
    ticket: String(current.number),
  };

  // Where servicenow-callback.js listens, if it does.
  var callback = gs.getProperty('nested_hosts.callback_url');
  if (callback) body.callback = { url: String(callback) };

  var message = new sn_ws.RESTMessageV2('nested-hosts', 'order');
  message.setRequestHeader('Content-Type', 'application/json');
  // The item is the key: a rule that runs twice orders one host.
  message.setRequestHeader('Idempotency-Key', '"' + current.sys_id + '"');
  message.setRequestBody(JSON.stringify(body));

  var response = message.execute();
  var status = response.getStatusCode();
  var answer = JSON.parse(response.getBody() || '{}');
  if (status === 202) {
    current.correlation_id = answer.id;
    current.work_notes = 'nested-hosts took the order: operation ' + answer.id;
  } else if (status === 200) {
    current.work_notes = 'The host is ready already.';
  } else {
    current.work_notes = 'nested-hosts refused the order: ' + (answer.detail || status);
  }
  current.update();
})(current);
