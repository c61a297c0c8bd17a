/** The contract of compute devices: a graph goes in, an executable comes out. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.device;
