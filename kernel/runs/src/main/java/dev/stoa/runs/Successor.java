package dev.stoa.runs;

import dev.stoa.device.Device;
import dev.stoa.device.DeviceSession;

/**
 * A learner made ready on another device, beside the one that steps.
 *
 * @param part the device
 * @param device its service
 * @param session opened for the run
 * @param made the learner, its executables compiled, in the run's state
 * @param fingerprint what the device's bits depend on
 */
record Successor(
    PartEntry part, Device device, DeviceSession session, Tasks.Made made, String fingerprint) {}
