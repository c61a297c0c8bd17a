/** ND4J as a service: its natives are loaded at the first use, once per process. */
@org.osgi.annotation.bundle.Export
@org.osgi.annotation.versioning.Version("0.1.0")
package dev.stoa.nd4j;
