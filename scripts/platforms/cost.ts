// `packages/serialize/test/cost.ts` where neither memory nor processor time is told: there, only the outcome counts.

interface Cost {
  readonly bytes: number;
  readonly milliseconds: number;
  readonly outcome: unknown;
}

export function costOf(run: () => unknown): Cost {
  try {
    return { bytes: 0, milliseconds: 1, outcome: run() };
  } catch (error) {
    return { bytes: 0, milliseconds: 1, outcome: error };
  }
}
