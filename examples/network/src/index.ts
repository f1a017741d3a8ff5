export { chooseNetwork, NETWORK_FLAGS, NETWORK_HELP, type NetworkChoice } from "./choice.ts";
export { type Member, meet, memberOf, placeOf } from "./member.ts";
export { type Network, networkFrom, networkOf, tcpNetwork } from "./network.ts";
