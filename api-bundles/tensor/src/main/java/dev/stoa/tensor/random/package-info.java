/** Counter-based random numbers: the same on every device and on the host. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.tensor.random;
