import { EdgeRectangleProgram, NodeCircleProgram } from "sigma/rendering";

/**
 * Sigma draws lines and circles as instances of one shape. Where there is no graphics processor, the browser's software
 * draws each instance as a picture of its own: 7,000 of them take 300 ms. The same shaders with all corners written out
 * take one call.
 */

interface Definition {
  readonly VERTICES: number;
  readonly ATTRIBUTES: readonly { readonly size: number; readonly type: number }[];
  readonly CONSTANT_ATTRIBUTES: readonly { readonly size: number; readonly type: number }[];
  readonly CONSTANT_DATA: readonly (readonly number[])[];
}

/** The definition without instances: what differs from corner to corner stands at the end of each corner. */
function unrolled<D extends Definition>(definition: D): D {
  const { CONSTANT_ATTRIBUTES, CONSTANT_DATA: _, ATTRIBUTES, ...rest } = definition;
  return { ...rest, ATTRIBUTES: [...ATTRIBUTES, ...CONSTANT_ATTRIBUTES] } as unknown as D;
}

/** Writes the corners of one shape: `write` what they have in common, then what each has for itself. */
function writeCorners(definition: Definition, array: Float32Array, start: number, write: (at: number) => void): void {
  const { ATTRIBUTES, CONSTANT_DATA } = definition;
  // Four bytes, such as a colour, are one float.
  const common = ATTRIBUTES.reduce((sum, { size, type }) => sum + (type === 5121 ? size / 4 : size), 0);
  const own = CONSTANT_DATA[0]?.length ?? 0;
  for (const [corner, data] of CONSTANT_DATA.entries()) {
    const at = start + corner * (common + own);
    write(at);
    array.set(data, at + common);
  }
}

export class UnrolledEdges extends EdgeRectangleProgram {
  readonly #base = super.getDefinition();

  override getDefinition(): ReturnType<EdgeRectangleProgram["getDefinition"]> {
    return unrolled(super.getDefinition());
  }

  override processVisibleItem(
    ...[edge, start, source, target, data]: Parameters<EdgeRectangleProgram["processVisibleItem"]>
  ): void {
    writeCorners(this.#base, this.array, start, (at) => super.processVisibleItem(edge, at, source, target, data));
  }
}

export class UnrolledNodes extends NodeCircleProgram {
  readonly #base = super.getDefinition();

  override getDefinition(): ReturnType<NodeCircleProgram["getDefinition"]> {
    return unrolled(super.getDefinition());
  }

  override processVisibleItem(...[node, start, data]: Parameters<NodeCircleProgram["processVisibleItem"]>): void {
    writeCorners(this.#base, this.array, start, (at) => super.processVisibleItem(node, at, data));
  }
}
