/** What Kubernetes and Docker set for each service beside this one, such as `REDIS_PORT_6379_TCP_ADDR`. */
const NAME = /_SERVICE_(HOST|PORT)(_\w+)?$|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?$|_ENV_\w+$/;
/** The value of `NAME_PORT` and of `NAME_NAME` that they set. */
const VALUE = /^(tcp|udp|sctp):\/\/|^\/[^/]+\/[^/]+$/;

/** Whether an orchestrator set the variable for another service. `METRICS_PORT` is set so where one is called metrics. */
export const isServiceLink = (name: string, value: string): boolean =>
  NAME.test(name) || (/_(PORT|NAME)$/.test(name) && VALUE.test(value));
