// fast-check with a fourth of the runs: what Node tries in full is not tried in full again on three engines.

import fc, { type IAsyncProperty, type IProperty, type Parameters } from "fast-check";

const SHARE = 1 / 4;
/** What fast-check does where nothing is asked for. */
const DEFAULT_RUNS = 100;

function assert<T>(property: IProperty<T> | IAsyncProperty<T>, parameters: Parameters<T> = {}): void | Promise<void> {
  return fc.assert(property, { ...parameters, numRuns: Math.ceil((parameters.numRuns ?? DEFAULT_RUNS) * SHARE) });
}

// biome-ignore lint/style/noDefaultExport: the tests import what fast-check exports by default.
export default { ...fc, assert };
