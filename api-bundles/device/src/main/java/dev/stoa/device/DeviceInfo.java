package dev.stoa.device;

/**
 * A device as data.
 *
 * @param name as users type it
 * @param ready whether it can work here
 * @param reason why not; empty when ready
 * @param fingerprint everything that its bits depend on: kernel set, vector width, BLAS build, JVM
 *     major version; equal fingerprints of one bundle version promise equal bits
 * @param memoryBytes memory it can use
 */
public record DeviceInfo(
    String name, boolean ready, String reason, String fingerprint, long memoryBytes) {}
