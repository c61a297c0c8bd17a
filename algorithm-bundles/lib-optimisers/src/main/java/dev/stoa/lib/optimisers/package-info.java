/** Gradient transforms and optimisers as traced functions: no services, no state of their own. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.lib.optimisers;
