package dev.stoa.device;

import dev.stoa.tensor.Graph;
import dev.stoa.tensor.TensorType;
import org.osgi.annotation.versioning.ConsumerType;

/** One run's use of a device. Used by one thread at a time; closing it closes what it gave out. */
@ConsumerType
public interface DeviceSession extends AutoCloseable {
  /**
   * A buffer of zeros.
   *
   * @throws DeviceException when there is no memory for it; the session stays usable
   */
  DeviceBuffer allocate(TensorType type);

  /**
   * Makes a graph executable. Equal graphs (by structural hash) may share the work.
   *
   * @throws DeviceException when the device cannot run an operation, naming it
   */
  Executable compile(Graph graph);

  /** Frees buffers and executables; no other call follows. */
  @Override
  void close();
}
