/** The contract of policies: what decides, as data. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.policy;
