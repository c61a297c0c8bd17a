/** Probability distributions over actions as traced functions: no services, no state. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.lib.distributions;
