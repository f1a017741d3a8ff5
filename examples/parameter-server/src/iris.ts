import { readFileSync } from "node:fs";
import type { Examples } from "./logistic-regression.ts";

/** How many features an iris has. */
export const WIDTH = 4;

/** The irises; those of the species virginica are looked for. Features have the mean 0 and the deviation 1. */
export function irises(): Examples {
  const text = readFileSync(new URL("../data/iris.csv", import.meta.url), "utf8");
  const rows = text
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  const features = Float64Array.from(rows.flatMap((row) => row.slice(0, WIDTH).map(Number)));
  for (let column = 0; column < WIDTH; column++) {
    const values = features.filter((_, i) => i % WIDTH === column);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    for (let i = column; i < features.length; i += WIDTH) features[i] = (features[i]! - mean) / deviation;
  }
  return { features, labels: Uint8Array.from(rows, (row) => (/virginica/i.test(row[WIDTH] ?? "") ? 1 : 0)) };
}

/** Every `count`-th iris from `first` on. */
export function share({ features, labels }: Examples, first: number, count: number): Examples {
  const isMine = (row: number): boolean => row % count === first;
  return {
    features: features.filter((_, i) => isMine(Math.floor(i / WIDTH))),
    labels: labels.filter((_, row) => isMine(row)),
  };
}
