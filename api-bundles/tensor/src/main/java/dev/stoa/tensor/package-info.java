/** Typed, statically shaped graphs, traced by ordinary Java calls, and their transforms. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.tensor;
