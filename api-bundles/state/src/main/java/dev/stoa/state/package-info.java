/**
 * Complete state as named arrays and scalars. All types are immutable or copied; none refers to a
 * plugin.
 */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.state;
