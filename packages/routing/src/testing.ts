/**
 * `@graphoid/routing/testing`: what every router must do, as cases for any test runner.
 *
 * @module
 */
export { type ComplianceHost, type CompliancePair, complianceCases } from "./testing/compliance-cases.ts";
export { COMPLIANCE_TARGET, type ComplianceCall, complianceTarget } from "./testing/compliance-target.ts";
export { plainRef } from "./testing/plain-ref.ts";
export { type RouterCase, type RouterPair, routerCases } from "./testing/router-cases.ts";
