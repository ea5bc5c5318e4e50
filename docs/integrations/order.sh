#!/bin/sh
# Orders a host and waits for the end of its operation. Usage: order.sh NETWORK HOST TICKET
# NESTED_HOSTS_URL is https://<app>/api/v1, NESTED_HOSTS_KEY the function key. Exit code: 0 ready, 1 failed, 2 refused.
set -u
network=$1 host=$2 ticket=$3

call() { curl -s --retry 5 --retry-connrefused -H "x-functions-key: $NESTED_HOSTS_KEY" "$@"; }

# The ticket is the key: whoever runs this twice for one ticket orders one host.
answer=$(call -w '\n%{http_code}' "$NESTED_HOSTS_URL/hosts" \
  -H 'content-type: application/json' -H "idempotency-key: \"$ticket/$host\"" \
  -d "{\"network\": \"$network\", \"name\": \"$host\", \"ticket\": \"$ticket\"}")
case $(echo "$answer" | tail -n 1) in
  200) echo "$network/$host is ready already."; exit 0 ;;
  202) operation=$(echo "$answer" | grep -o '"id":"[a-z2-7]*"' | head -n 1 | cut -d '"' -f 4) ;;
  *) echo "$answer" >&2; exit 2 ;;
esac

echo "Operation $operation"
while :; do
  status=$(call "$NESTED_HOSTS_URL/operations/$operation" | grep -o '"status":"[a-z]*"' | head -n 1 | cut -d '"' -f 4)
  case $status in
    succeeded) echo "$network/$host is ready."; exit 0 ;;
    failed | cancelled) echo "$network/$host: $status. See $NESTED_HOSTS_URL/operations/$operation" >&2; exit 1 ;;
  esac
  sleep "${NESTED_HOSTS_INTERVAL:-15}"
done
