import { ChannelConnection, type ConnectionHooks } from "./channel-connection.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ConnectionSettings } from "./options.ts";
import { unusableOptions } from "./system-errors.ts";
import type { TransportConnectOptions } from "./transport.ts";
import { cancelledError, watchWait } from "./wait.ts";

/** The options of `connect`, checked, for any number of connections to one place. */
export interface Dialler {
  readonly call: string;
  readonly endpoint: Endpoint;
  readonly settings: ConnectionSettings;
  readonly transportOptions: TransportConnectOptions;
  readonly timeoutMs: number;
  readonly onReached?: (() => void) | undefined;
}

/** Makes one connection. */
export function dial(dialler: Dialler, signal: AbortSignal | undefined): Promise<ChannelConnection> {
  const { call, settings, timeoutMs, onReached } = dialler;
  if (signal?.aborted) return Promise.reject(cancelledError(call, signal));
  return new Promise((resolve, reject) => {
    const connection = openConnection(dialler, {
      ...(onReached && { onReached }),
      onOpened: () => {
        unwatch();
        resolve(connection);
      },
      onClosed: (reason) => {
        unwatch();
        reject(reason);
      },
    });
    const wait = signal ? { signal, timeoutMs } : { timeoutMs };
    const unwatch = watchWait(call, settings.clock, wait, (error) => connection.fail(error));
  });
}

function openConnection(dialler: Dialler, hooks: ConnectionHooks): ChannelConnection {
  const { call, endpoint, settings, transportOptions } = dialler;
  try {
    return new ChannelConnection("dial", settings.transport.connect(endpoint, transportOptions), settings, hooks);
  } catch (error) {
    throw unusableOptions(call, error);
  }
}
