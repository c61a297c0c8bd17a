/**
 * The conformance kit of compute devices: the same graphs on every device, against plain oracles.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.conformance;
