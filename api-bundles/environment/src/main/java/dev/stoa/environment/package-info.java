/** The contract of environments: spaces, batched stepping, snapshots. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.environment;
