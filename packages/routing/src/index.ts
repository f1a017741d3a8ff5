export { active, close, deliver, init, list, onDeliver, receive, register, route, use } from "./default.ts";
export { type EchoRouterOptions, echoRouter } from "./echo.ts";
export { NoActiveRouterError, RouteError, UnmetGuaranteeError } from "./errors.ts";
export type { RouterRequirements } from "./guarantees.ts";
export {
  createLoopback,
  type Loopback,
  type LoopbackRouter,
  type LoopbackRouterOptions,
  loopbackRouter,
} from "./loopback.ts";
export { createRouting, type ReceiveOptions, type RouterInfo, type Routing, type RoutingOptions } from "./routing.ts";
