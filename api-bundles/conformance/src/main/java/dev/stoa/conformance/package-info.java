/**
 * The conformance kit of compute devices: the same graphs on every device, against plain oracles;
 * and checks of traced functions for the tests of what is built on them.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.conformance;
