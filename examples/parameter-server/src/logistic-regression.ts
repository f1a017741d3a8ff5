/** Rows of features, and for each whether it is of the kind that is looked for. */
export interface Examples {
  /** Row by row. */
  readonly features: Float64Array;
  readonly labels: Uint8Array;
}

/** What keeps weights from growing: it is added to the loss, times half the sum of their squares. */
const RIDGE = 0.1;

/**
 * The mean loss of a logistic regression, and its gradient, or a share of both: of some of `total` examples.
 *
 * @param weights - One for each feature, and the bias.
 */
export function lossAndGradient(
  { features, labels }: Examples,
  weights: Float64Array,
  total: number = labels.length,
): { readonly loss: number; readonly gradient: Float64Array } {
  const width = weights.length - 1;
  const gradient = new Float64Array(weights.length);
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    let score = weights[width]!;
    for (let i = 0; i < width; i++) score += weights[i]! * features[row * width + i]!;
    const label = labels[row]!;
    // The logarithm of 1 + e^score, without overflow.
    loss += (Math.max(score, 0) + Math.log1p(Math.exp(-Math.abs(score))) - label * score) / total;
    const error = (1 / (1 + Math.exp(-score)) - label) / total;
    for (let i = 0; i < width; i++) gradient[i]! += error * features[row * width + i]!;
    gradient[width]! += error;
  }
  const share = labels.length / total;
  for (let i = 0; i < width; i++) {
    loss += (share * RIDGE * weights[i]! ** 2) / 2;
    gradient[i]! += share * RIDGE * weights[i]!;
  }
  return { loss, gradient };
}

/** The weights at the least loss, by gradient descent in one process. */
export function descend(examples: Examples, width: number, rate: number, steps: number): Float64Array {
  const weights = new Float64Array(width + 1);
  for (let step = 0; step < steps; step++) {
    const { gradient } = lossAndGradient(examples, weights);
    for (let i = 0; i < weights.length; i++) weights[i]! -= rate * gradient[i]!;
  }
  return weights;
}
