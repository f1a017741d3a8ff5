import { checkInteger, DepthLimitError } from "@graphoid/core";
import { XmlElement as ParsedElement, parseXml, type XmlDocument, XmlError, XmlNode } from "@rgrove/parse-xml";
import { GraphFormatError } from "./errors.ts";
import { checkLimit, type ReadOptions, type SourceText } from "./graph-draft.ts";

/** Limits on XML that comes from outside. */
export interface ReadXmlOptions extends ReadOptions {
  /** The most characters, in UTF-16 units. Default: 268,435,456 (2^28). */
  readonly maxLength?: number;
  /** The most elements that may stand inside one another, at most 1000. Default: 64. */
  readonly maxDepth?: number;
}

/** The names of the limits in {@link ReadXmlOptions}. */
export const XML_LIMITS = ["maxLength", "maxDepth"] as const;

const DEFAULT_MAX_LENGTH = 2 ** 28;
const DEFAULT_MAX_DEPTH = 64;
/** Far from what the stack holds. */
const HIGHEST_MAX_DEPTH = 1000;

/** An element that was opened, in the namespace of the root. */
export interface XmlElement {
  readonly name: string;
  /** The name of the element around it; `""` for the root. */
  readonly parent: string;
  /** An attribute without a prefix. */
  attribute(name: string): string | undefined;
}

/** What is called for each element. Those of other namespaces, and all inside them, are left out. */
export interface XmlHandler {
  open(element: XmlElement): void;
  /** @param text - The text right inside; `undefined` if there are elements beside it. */
  close(name: string, parent: string, text: string | undefined): void;
}

/** Reads XML, and makes errors that say where it stands. */
export class XmlReader {
  readonly #format: string;
  readonly #maxLength: number;
  readonly #maxDepth: number;
  #text = "";
  /** The offset of the element that is read, and that of the line on which it begins. */
  #offset = 0;
  #lineStart = 0;
  #line = 1;

  constructor(call: string, format: string, options: ReadXmlOptions) {
    const { maxLength = DEFAULT_MAX_LENGTH, maxDepth = DEFAULT_MAX_DEPTH } = options;
    checkInteger(call, "maxLength", maxLength, 0);
    checkInteger(call, "maxDepth", maxDepth, 1, HIGHEST_MAX_DEPTH);
    this.#format = format;
    this.#maxLength = maxLength;
    this.#maxDepth = maxDepth;
  }

  /** The line on which the element begins that is read, from 1. */
  get line(): number {
    return this.#line;
  }

  /** The error for something wrong with the element that is read. */
  malformed(message: string): GraphFormatError {
    return this.#malformedAt(message, this.#line, this.#offset - this.#lineStart + 1);
  }

  read(source: SourceText, handler: XmlHandler): void {
    this.#text = this.#join(source);
    const document = this.#parse();
    for (const child of document.children) {
      if (child.type !== XmlNode.TYPE_DOCUMENT_TYPE) continue;
      this.#moveTo(child.start);
      throw this.malformed("a document type declaration is refused, as it can define entities");
    }
    if (document.root !== null) this.#visit(document.root, undefined, 1, handler);
  }

  #join(source: SourceText): string {
    const parts: string[] = [];
    let length = 0;
    for (const part of typeof source === "string" ? [source] : source) {
      length += part.length;
      checkLimit("maxLength", length, this.#maxLength);
      parts.push(part);
    }
    return parts.join("");
  }

  #parse(): XmlDocument {
    try {
      return parseXml(this.#text, { includeOffsets: true, preserveDocumentType: true });
    } catch (error) {
      // The parser calls itself for each element inside another: the stack ends far below any depth in use.
      if (error instanceof RangeError) throw this.#tooDeep();
      if (!(error instanceof XmlError)) throw error;
      const [message = ""] = error.message.split(/ \(line \d+, column \d+\)/);
      throw this.#malformedAt(message, error.line, error.column);
    }
  }

  #visit(element: ParsedElement, parent: ParsedElement | undefined, depth: number, handler: XmlHandler): void {
    if (depth > this.#maxDepth) throw this.#tooDeep();
    this.#moveTo(element.start);
    const name = localName(element);
    const parentName = parent === undefined ? "" : localName(parent);
    const attribute = (key: string): string | undefined => element.attributes[key];
    handler.open({ name, parent: parentName, attribute });
    let hasElements = false;
    for (const child of element.children) {
      if (!(child instanceof ParsedElement)) continue;
      hasElements = true;
      if (isForeign(child, element)) this.#checkDepth(child, depth + 1);
      else this.#visit(child, element, depth + 1, handler);
    }
    handler.close(name, parentName, hasElements ? undefined : element.text);
  }

  #checkDepth(element: ParsedElement, depth: number): void {
    if (depth > this.#maxDepth) throw this.#tooDeep();
    for (const child of element.children) if (child instanceof ParsedElement) this.#checkDepth(child, depth + 1);
  }

  /** Goes forward to an element, and counts lines on the way. */
  #moveTo(offset: number): void {
    for (let end = this.#text.indexOf("\n", this.#lineStart); end >= 0 && end < offset; ) {
      this.#line++;
      this.#lineStart = end + 1;
      end = this.#text.indexOf("\n", this.#lineStart);
    }
    this.#offset = offset;
  }

  #malformedAt(message: string, line: number, column: number): GraphFormatError {
    return new GraphFormatError(`${this.#format}, line ${line}, column ${column}: ${message}`, {
      details: { format: this.#format, line, column },
    });
  }

  #tooDeep(): DepthLimitError {
    return new DepthLimitError(`${this.#format}: elements nest deeper than ${this.#maxDepth}`, {
      details: { maxDepth: this.#maxDepth },
    });
  }
}

/** The name without its prefix. */
function localName({ name }: ParsedElement): string {
  return name.slice(name.indexOf(":") + 1);
}

/** Whether an element has another prefix, or declares another namespace, than the one around it. */
function isForeign(element: ParsedElement, parent: ParsedElement): boolean {
  const prefix = prefixOf(element);
  if (prefix !== prefixOf(parent)) return true;
  const namespace = element.attributes[prefix === "" ? "xmlns" : `xmlns:${prefix}`];
  return namespace !== undefined && namespace !== namespaceOf(parent, prefix);
}

function prefixOf({ name }: ParsedElement): string {
  return name.slice(0, Math.max(0, name.indexOf(":")));
}

function namespaceOf(element: ParsedElement, prefix: string): string | undefined {
  let at: ParsedElement = element;
  for (;;) {
    const found = at.attributes[prefix === "" ? "xmlns" : `xmlns:${prefix}`];
    if (found !== undefined || !(at.parent instanceof ParsedElement)) return found;
    at = at.parent;
  }
}

/** A value that must be there. */
export function required(reader: XmlReader, element: XmlElement, name: string): string {
  const value = element.attribute(name);
  if (value === undefined) throw reader.malformed(`<${element.name}> needs the attribute \`${name}\``);
  return value;
}

/** Throws unless the root of a document is what its format asks for. */
export function checkRoot(reader: XmlReader, element: XmlElement, name: string): void {
  if (element.parent === "" && element.name !== name) {
    throw reader.malformed(`expected the root element to be <${name}>, got <${element.name.slice(0, 60)}>`);
  }
}
