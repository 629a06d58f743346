// Where sidecar-sizer runs, and the commands that lead there.

const NAMESPACE = document.documentElement.dataset.namespace;

export const FORWARD = `kubectl --namespace ${NAMESPACE} port-forward deployment/sidecar-sizer 8080:8080`;

export const LOGS = `kubectl --namespace ${NAMESPACE} logs deployment/sidecar-sizer --tail 50`;

/** Takes a word out of what holds all sizing back. */
export function release(key) {
  return `kubectl --namespace ${NAMESPACE} patch configmap sidecar-sizer --type merge --patch '{"data":{"${key}":null}}'`;
}
