/* global request, response, gs, GlideRecord, GlideCertificateEncryption */
// ServiceNow, scripted REST resource (POST): writes onto the requested item how its operation ended.
// The signature says who calls, so the resource asks for no authentication. Write GlideCertificateEncryption without
// "Glide" in a scoped application.
(function process(request, response) {
  var text = request.body.dataString;
  if (!isSigned(text)) {
    response.setStatus(401);
    return;
  }
  var data = JSON.parse(text).data;
  var item = new GlideRecord('sc_req_item');
  // The same event may come twice, and before the answer to the order was written down.
  if (item.get('number', data.ticket) && isOpen(item) && isOurs(item, data.operation)) tell(item, data);
  // Whatever is no business of ours is taken as well: the sender would try for days.
  response.setStatus(204);

  // Standard Webhooks: one signature per secret, over id, time and body as they came.
  function isSigned(body) {
    var id = request.getHeader('webhook-id');
    var sent = request.getHeader('webhook-timestamp');
    var age = Math.abs(new Date().getTime() / 1000 - Number(sent));
    if (!id || !(age < 300)) return false;
    // What follows whsec_ is base64 already, as generateMac wants its key.
    var key = String(gs.getProperty('nested_hosts.callback_secret')).replace(/^whsec_/, '');
    var mac = new GlideCertificateEncryption().generateMac(key, 'HmacSHA256', id + '.' + sent + '.' + body);
    var signatures = String(request.getHeader('webhook-signature')).split(' ');
    for (var i = 0; i < signatures.length; i += 1) {
      if (same(signatures[i], 'v1,' + mac)) return true;
    }
    return false;
  }

  // Takes as long whatever the difference.
  function same(a, b) {
    var difference = a.length ^ b.length;
    for (var i = 0; i < a.length; i += 1) difference |= a.charCodeAt(i) ^ b.charCodeAt(i % b.length);
    return difference === 0;
  }

  function isOpen(record) {
    return Number(record.getValue('state')) < 3;
  }

  function isOurs(record, operation) {
    var known = record.getValue('correlation_id');
    return !known || known === operation;
  }

  function tell(record, outcome) {
    var ready = outcome.status === 'succeeded';
    record.setValue('correlation_id', outcome.operation);
    record.setValue('state', ready ? 3 : 4);
    record.setValue('work_notes', ready ? readiness(outcome) : 'nested-hosts: ' + outcome.failure.message);
    record.update();
  }

  function readiness(outcome) {
    var addresses = outcome.addresses;
    var where = addresses
      ? ' Guests: ' + addresses.ghostedPrefix + ', management: ' + addresses.lanAddress
      : '';
    return 'The host ' + outcome.host + ' is ready.' + where;
  }
})(request, response);
